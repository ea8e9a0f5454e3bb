import { type CauseEntry, families } from '../../prove/index.ts'

export interface SarifRule {
  readonly id: string
  readonly shortDescription: { readonly text: string }
  readonly fullDescription?: { readonly text: string }
  readonly help?: { readonly text: string; readonly markdown: string }
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' | 'note' }
  readonly properties?: { readonly tags: readonly string[] }
}

const entries: ReadonlyMap<string, { readonly entry: CauseEntry; readonly family: string }> = new Map(
  families.flatMap(({ name, causes }) =>
    Object.entries(causes).map(([code, entry]) => [code, { entry, family: name }] as const),
  ),
)

/** A rule tells of no router in particular. */
const general = (text: string): string => {
  const named = text.replaceAll('{self}', 'the router').replaceAll('{peer}', 'its peer')
  return `${named[0]?.toUpperCase() ?? ''}${named.slice(1)}`
}

const titleOf = (code: string): string => general(code.replaceAll('-', ' '))

/** The entry of the catalogue of causes as a rule; of a code that the catalogue does not have, its words alone. */
export const sarifRule = (id: string, level: SarifRule['defaultConfiguration']['level']): SarifRule => {
  const found = entries.get(id)
  if (!found) return { id, shortDescription: { text: titleOf(id) }, defaultConfiguration: { level } }
  const { entry, family } = found
  const parts = [
    ['What happened', entry.happened],
    ['Why', entry.why],
    ['Who must act', entry.actor],
    ['What to do', entry.remedy],
  ].map(([head = '', text = '']) => ({ head, text: general(text) }))
  return {
    id,
    shortDescription: { text: general(entry.title) },
    fullDescription: { text: general(entry.happened) },
    help: {
      text: parts.map(({ head, text }) => `${head}: ${text.replaceAll('`', '')}`).join('\n'),
      markdown: parts.map(({ head, text }) => `**${head}:** ${text}`).join('\n\n'),
    },
    defaultConfiguration: { level },
    properties: { tags: [family] },
  }
}
