import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'

/*
 * The command line is one file, and beside it lies what V8 made of it when it was built: loading 450 modules and
 * compiling what they hold takes three times as long as proving a tunnel. `scripts/bundle.mjs` makes both.
 */

/** So many characters at the end of the bundle name its build, and so many octets at the beginning of its code cache. */
const buildNameLength = 64

const bundleName = 'ikewise.cjs'
const cacheName = 'ikewise.cache'

export interface Bundle {
  readonly script: Script
  readonly file: string
}

/**
 * The code cache of exactly this build. V8 itself looks only at the length of the source (and at its own version and
 * flags: then it compiles anew), and a cache of another text of that length would run another program.
 */
const cacheFor = (folder: string, source: string): Buffer | undefined => {
  try {
    const cache = readFileSync(join(folder, cacheName))
    const isOfBuild = cache.toString('latin1', 0, buildNameLength) === source.slice(-buildNameLength)
    return isOfBuild ? cache.subarray(buildNameLength) : undefined
  } catch {
    return undefined
  }
}

/** Reads the bundle in a folder, with its code cache where there is one of this build. Throws where there is no bundle. */
export const readBundle = (folder: string): Bundle => {
  const file = join(folder, bundleName)
  // It is ASCII, and read as what V8 keeps in one octet for a character.
  const source = readFileSync(file, 'latin1')
  const cachedData = cacheFor(folder, source)
  const text = `(function (require, module, exports, __filename, __dirname) {${source}\n})`
  return { file, script: new Script(text, { filename: file, ...(cachedData ? { cachedData } : {}) }) }
}

type Body = (require: NodeJS.Require, module: object, exports: object, file: string, folder: string) => void

export const runBundle = ({ script, file }: Bundle): void => {
  const module = { exports: {} }
  const body = script.runInThisContext() as Body
  body(createRequire(file), module, module.exports, file, dirname(file))
}
