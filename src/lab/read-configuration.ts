import {
  type ConfigurationError,
  type ConfigurationText,
  parseConfigurationTexts,
  type RouterConfiguration,
} from '../ios/index.ts'
import { InputError } from './input-error.ts'

const configurationError = ({ file, line, column, text, message, expected, remedy }: ConfigurationError): InputError =>
  new InputError({ file, line, column, text, message: `${message}; expected ${expected}`, remedy })

/**
 * Reads the texts of one router's configuration. Throws InputError with the first error's place, and those of more.
 * `hint`: what may lie behind an error that the text does not show. `assumedName`: as for `parseConfigurationTexts`.
 */
export const readConfiguration = (
  texts: readonly ConfigurationText[],
  file: string,
  router?: string,
  { hint, assumedName }: { readonly hint?: string | undefined; readonly assumedName?: string | undefined } = {},
): RouterConfiguration => {
  const read = parseConfigurationTexts(texts, {
    file,
    ...(router === undefined ? {} : { router }),
    ...(assumedName === undefined ? {} : { assumedName }),
  })
  if (read.ok) return read.configuration
  const [first, ...more] = read.errors
  if (!first) throw new Error('a refused configuration has errors')
  const error = configurationError(first)
  const also =
    more.length === 0
      ? []
      : [
          `(${more.length} more: ${more
            .slice(0, 3)
            .map(({ line, message }) => `line ${line}: ${message}`)
            .join('; ')}${more.length > 3 ? ' …' : ''})`,
        ]
  const remedy = [error.remedy, ...(hint === undefined ? [] : [hint]), ...also].join('\n  ')
  throw new InputError({ ...error, text: error.text, message: error.message, remedy })
}
