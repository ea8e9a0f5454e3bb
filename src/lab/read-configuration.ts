import { type ConfigurationError, parseConfiguration, type RouterConfiguration } from '../ios/index.ts'
import { InputError } from './input-error.ts'

const configurationError = ({ file, line, column, text, message, expected, remedy }: ConfigurationError): InputError =>
  new InputError({ file, line, column, text, message: `${message}; expected ${expected}`, remedy })

/** Reads the text of one router's configuration. Throws InputError with the first error's place, and those of more. */
export const readConfiguration = (text: string, file: string, router?: string): RouterConfiguration => {
  const read = parseConfiguration(text, router === undefined ? { file } : { file, router })
  if (read.ok) return read.configuration
  const [first, ...more] = read.errors
  if (!first) throw new Error('a refused configuration has errors')
  const error = configurationError(first)
  throw more.length === 0
    ? error
    : new InputError({
        ...error,
        text: error.text,
        message: error.message,
        remedy: `${error.remedy}\n  (${more.length} more: ${more
          .slice(0, 3)
          .map(({ line, message }) => `line ${line}: ${message}`)
          .join('; ')}${more.length > 3 ? ' …' : ''})`,
      })
}
