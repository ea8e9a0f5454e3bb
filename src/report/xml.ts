/** Characters that XML 1.0 (§2.2) has no way to write, lone surrogates among them. */
const unwritable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const inText: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }

/** Character data. What XML cannot hold becomes U+FFFD. */
export const xmlText = (text: string): string =>
  text.replace(unwritable, '\uFFFD').replace(/[&<>\r]/g, (character) => inText[character] ?? character)

/** The value of an attribute, between double quotes; a line break stays one. */
const xmlAttribute = (value: string): string =>
  xmlText(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')

/** An element with its content, which is markup already; no content closes it at once. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly string[] = [],
): string => {
  const head = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${xmlAttribute(String(value))}"`)]
  return content.length === 0 ? `<${head.join(' ')}/>` : `<${head.join(' ')}>${content.join('')}</${name}>`
}
