import { InputError } from '../lab/index.ts'
import { causesMarkdown, causesText, causeText, nearCodes } from '../report/index.ts'
import { exitCode, type Terminal } from './terminal.ts'

export interface CausesOptions {
  readonly format: 'text' | 'markdown'
}

/** `ikewise causes [CODE]`: the catalogue of causes, or one of them. Throws InputError for a code that it does not have. */
export const causes = (code: string | undefined, { format }: CausesOptions, terminal: Terminal): number => {
  const options = { colour: terminal.colour, width: Math.min(terminal.width, 120) }
  if (code === undefined) {
    terminal.out(format === 'markdown' ? causesMarkdown() : causesText(options))
    return exitCode.good
  }
  const text = causeText(code.toLowerCase(), options)
  if (text === undefined) {
    const near = nearCodes(code)
    throw new InputError({
      file: code,
      message: 'there is no cause of that code',
      remedy: `${near.length === 0 ? '' : `near it are ${near.join(', ')}; `}\`ikewise causes\` lists all`,
    })
  }
  terminal.out(text)
  return exitCode.good
}
