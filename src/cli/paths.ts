import { existsSync } from 'node:fs'
import { basename, isAbsolute, join, relative, sep } from 'node:path'

/** A path below the working directory, with `/` between its parts; null for one that stands elsewhere. */
const belowHere = (path: string): string | null => {
  const away = relative(process.cwd(), path)
  return away === '' || away.startsWith('..') || isAbsolute(away) ? null : away.split(sep).join('/')
}

/**
 * Where a file stands that a verdict names by its name alone, among the files and folders that were given: relative to the
 * working directory, which is what a viewer of the report knows. A file elsewhere keeps its name alone.
 */
export const pathAmong =
  (inputs: readonly string[]) =>
  (file: string): string => {
    const found = inputs
      .flatMap((input) => [join(input, file), ...(basename(input) === file || input === file ? [input] : [])])
      .find((path) => existsSync(path))
    return (found === undefined ? null : belowHere(found)) ?? basename(file)
  }
