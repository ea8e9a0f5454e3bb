import { plain } from '../text/paint.ts'

/** Markup that may stand in a page as it is. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | number | null | readonly Html[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as markup that shows it and nothing else, in an element or in a quoted attribute. Of a key that is blotted out not even the length is told. */
const escaped = (text: string): string =>
  text
    .split('\n')
    .map((line) =>
      plain(line)
        .replace(/\*{3,}/g, '******')
        .replace(/[&<>"']/g, (character) => entities[character] ?? character),
    )
    .join('\n')

const isList = (part: Part): part is readonly Html[] => Array.isArray(part)

const markupOf = (part: Part): string => {
  if (part === null) return ''
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return `${part}`
  return isList(part) ? part.map(({ markup }) => markup).join('') : part.markup
}

/** Markup with its gaps filled. Every text that is put into a gap is escaped: what comes from a configuration is never markup. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: strings.map((text, index) => text + (index < parts.length ? markupOf(parts[index] ?? null) : '')).join(''),
})

/** Markup of our own, such as a style sheet, that nothing from outside has touched. */
export const trusted = (markup: string): Html => ({ markup })

/** A sentence in which commands stand between backticks. */
export const prose = (text: string): Html => ({
  markup: text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`).markup)
    .join(''),
})

export const nothing: Html = { markup: '' }
