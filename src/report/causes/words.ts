import type { CauseEntry } from '../../prove/index.ts'

/** How the catalogue calls the two routers where there are none with names. */
const self = 'this router'
const peer = 'the peer'

/** Who is who in the texts of an entry. */
export const whoText = ({ kinds }: CauseEntry): string =>
  kinds.includes('failure')
    ? 'This router is the one that refuses, or cannot go on; the peer is the other one.'
    : 'This router is the one of which the verdict tells; the peer is the other one.'

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A text of the catalogue without a scenario: sentences begin with a capital, whoever they begin with. */
export const general = (text: string): string =>
  text
    .split(/(?<=[.?!] )/)
    .map((sentence) => capital(sentence.replaceAll('{self}', self).replaceAll('{peer}', peer)))
    .join('')

const kindWords: Readonly<Record<CauseEntry['kinds'][number], string>> = {
  failure: 'why a direction does not come up',
  finding: 'told beside the outcome',
  risk: 'of a tunnel that is up',
}

export const kindText = ({ kinds }: CauseEntry): string => kinds.map((kind) => kindWords[kind]).join('; ')

/** Lines of one side, with what they depend on: the protocol, and the role where it matters. */
interface LogGroup {
  readonly side: string
  readonly where: string
  readonly lines: string[]
}

export const logGroups = (entry: CauseEntry): readonly LogGroup[] => {
  const groups = new Map<string, LogGroup>()
  for (const { side, protocol, as, text } of entry.log) {
    const whose = side === 'self' ? self : peer
    const role = as === undefined ? '' : side === 'self' ? `, as ${as}` : `, as ${other[as]}`
    const where = `${protocol}${role}`
    const key = `${side} ${where}`
    const group = groups.get(key) ?? { side: whose, where, lines: [] }
    group.lines.push(text)
    groups.set(key, group)
  }
  return [...groups.values()].toSorted((a, b) => b.side.localeCompare(a.side) || a.where.localeCompare(b.where))
}

const other = { initiator: 'responder', responder: 'initiator' } as const
