/** A text in which Markdown and the HTML inside it see nothing but text, on one line. */
export const markdownText = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').replace(/[\\`*_~[\]<>|&$@]/g, '\\$&')

/** Text between backticks, however many it holds itself. */
export const markdownCode = (text: string): string => {
  const line = text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = line.startsWith('`') || line.endsWith('`') || line.trim() === '' ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/**
 * What means something to Mermaid, or to the HTML and the formulas that it reads inside a text: `#` begins an entity and `;`
 * ends a statement, `$$` begins a formula. Each is written as the entity that Mermaid decodes when it draws.
 */
const special = /[#;<>&$"\\`{}%*_~[\]]/gu

/** Mermaid takes a line with one of these words for a style of its own, and the `;` of its last entity away. */
const styling = /style|classDef/g

/** Characters that end a line, or that nobody can see. */
const invisible = /[\p{Cc}\u2028\u2029\p{Cs}\uFFFE\uFFFF]/gu

/** A text as Mermaid shows it, on one line. */
export const mermaidText = (text: string): string =>
  text
    .replace(invisible, ' ')
    .replace(special, (character) => `#${character.codePointAt(0)};`)
    .replace(styling, (word) => `#${word.codePointAt(0)};${word.slice(1)}`)
