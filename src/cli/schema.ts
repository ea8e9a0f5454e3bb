import { readFileSync } from 'node:fs'
import { exitCode, type Terminal } from './terminal.ts'

/** `ikewise schema NAME`: a JSON Schema of the package, as it stands in `docs/`. */
export const schema = (name: string, terminal: Terminal): number => {
  terminal.out(readFileSync(new URL(`../../docs/${name}.schema.json`, import.meta.url), 'utf8'))
  return exitCode.good
}
