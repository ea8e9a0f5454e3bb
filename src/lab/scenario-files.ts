import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { maxConfigurationBytes } from '../ios/index.ts'
import { InputError } from './input-error.ts'
import { readText, tooLarge } from './read-file.ts'

/** The files of a scenario, wherever they are: in a folder, or in the memory of whoever calls. */
export interface ScenarioFiles {
  /** How messages name the whole. */
  readonly source: string
  /** How messages name a file. */
  readonly pathOf: (name: string) => string
  readonly has: (name: string) => boolean
  /** Throws InputError where it cannot be read or is larger than any configuration. */
  readonly read: (name: string) => string
}

export const filesOfFolder = (folder: string): ScenarioFiles => ({
  source: folder,
  pathOf: (name) => join(folder, name),
  has: (name) => existsSync(join(folder, name)),
  read: (name) => readText(join(folder, name)),
})

export const filesInMemory = (texts: Readonly<Record<string, string>>): ScenarioFiles => {
  const held = new Map(Object.entries(texts))
  return {
    source: 'the files',
    pathOf: (name) => name,
    has: (name) => held.has(name),
    read: (name) => {
      const text = held.get(name)
      if (text === undefined)
        throw new InputError({ file: name, message: 'there is no such file', remedy: 'give its text by this name' })
      const octets = Buffer.byteLength(text)
      if (octets > maxConfigurationBytes) throw tooLarge(name, octets)
      return text
    },
  }
}
