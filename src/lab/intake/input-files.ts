import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { InputError } from '../input-error.ts'
import { readText } from '../read-file.ts'

/** A file that somebody gave. */
export interface InputFile {
  /** As references name it. */
  readonly name: string
  /** As whoever gave it names it. */
  readonly path: string
  readonly text: string
  /** Its folder was named, and not the file itself: what cannot be used in it is passed over. */
  readonly found: boolean
}

const wanted = "name the files with the routers' configurations, or a folder that holds them"

const filesOf = (input: string): readonly string[] | null => {
  if (input === '-') return null
  if (!existsSync(input))
    throw new InputError({ file: input, message: 'there is no such file or folder', remedy: wanted })
  if (!statSync(input).isDirectory()) return null
  const entries = readdirSync(input, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'))
  const inside = entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(input, name))
    .sort()
  if (inside.length === 0)
    throw new InputError({
      file: input,
      message: 'there is no file in this folder',
      remedy: insteadOfFolder(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)),
    })
  return inside
}

/** What to do with a folder that holds no file, by the folders in it. */
const insteadOfFolder = (folders: readonly string[]): string => {
  if (folders.length === 0) return `the folder is empty: ${wanted}; examples/ holds folders to begin from`
  const [some, more] = [folders.toSorted().slice(0, 3), folders.length - 3]
  return `it holds folders: name one of them (${some.join(', ')}${more > 0 ? ` and ${more} more` : ''})`
}

/** Reads what was named: files, folders of files (without their subfolders), `-` for standard input. Throws InputError. */
export const inputFiles = (inputs: readonly string[]): readonly InputFile[] => {
  const paths = inputs.flatMap((input) => {
    const inside = filesOf(input)
    return inside === null ? [{ path: input, found: false }] : inside.map((path) => ({ path, found: true }))
  })
  const seen = new Set<string>()
  for (const { path } of paths) {
    if (seen.has(resolve(path)))
      throw new InputError({ file: path, message: 'this is named twice', remedy: 'name it once' })
    seen.add(resolve(path))
  }
  const isTwice = (path: string): boolean => paths.filter((other) => basename(other.path) === basename(path)).length > 1
  return paths.map(({ path, found }) => ({
    name: path === '-' ? 'standard input' : isTwice(path) ? path : basename(path),
    path: path === '-' ? 'standard input' : path,
    text: readText(path),
    found,
  }))
}
