// Makes one script of the command line and of what it needs, and its code cache; see src/cli/bundle.ts. Part of
// `npm run build`, behind the compiler.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'dist/cli')

/** A reader never sees half a file. */
const write = (name, content) => {
  writeFileSync(join(folder, `${name}.new`), content)
  renameSync(join(folder, `${name}.new`), join(folder, name))
}

/** The folder of the package to which a file under node_modules belongs. */
const packageOf = (file) => {
  const [, before, name] = /^(.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)/.exec(file) ?? []
  return name === undefined ? undefined : join(before, name)
}

const licenceOf = (path) => {
  const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const file = readdirSync(path).find((each) => /^licen[cs]e/i.test(each))
  if (file === undefined) throw new Error(`${name} comes without a licence, so it cannot be passed on`)
  return `${name} ${version}\n\n${readFileSync(join(path, file), 'utf8').trim()}\n`
}

const bundler = await rolldown({ input: join(folder, 'command.js'), platform: 'node' })
const { output } = await bundler.generate({ format: 'cjs', codeSplitting: false, comments: false })
await bundler.close()
const [chunk, ...others] = output
if (others.length > 0) throw new Error(`the bundle is ${output.length} files`)

const packages = new Set(chunk.moduleIds.map(packageOf).filter((path) => path !== undefined))
write(
  'ikewise.cjs.LICENSES',
  [...packages]
    .sort()
    .map(licenceOf)
    .join(`\n${'-'.repeat(80)}\n\n`),
)

/**
 * The same program in ASCII. V8 keeps a source in one octet for a character where that is enough, and in two where it is
 * not: then a few arrows cost the process four megabytes, and the time to read them as UTF-8.
 */
const inAscii = (code) =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

if (chunk.code.includes('String.raw')) throw new Error('what is written raw cannot be written in ASCII')
const code = inAscii(chunk.code)
const build = createHash('sha256').update(code).digest('hex')
rmSync(join(folder, 'ikewise.cache'), { force: true })
write('ikewise.cjs', `${code}\n// ${build}`)

const compiled = join(folder, 'ikewise.cache.new')
const { status, stderr } = spawnSync(
  process.execPath,
  [join(dirname(fileURLToPath(import.meta.url)), 'code-cache.mjs'), compiled],
  { encoding: 'utf8' },
)
if (status !== 0) throw new Error(`the code cache was not made: ${stderr}`)
write('ikewise.cache', Buffer.concat([Buffer.from(build, 'latin1'), readFileSync(compiled)]))
