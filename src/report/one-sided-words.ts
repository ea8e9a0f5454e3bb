import type { OneSidedDirection, OneSidedTunnel, PeerCondition } from '../prove/index.ts'

/** What a router says about a peer of whom nothing is known, in words that every report shares. */

export const roleVerbs = { initiator: 'initiates', responder: 'responds' } as const

interface Topic {
  readonly title: string
  readonly kinds: readonly PeerCondition['kind'][]
}

/** What decides most often stands first; what two engineers agree on anyway, last. */
const topics: readonly Topic[] = [
  {
    title: 'Certificates and keys',
    kinds: ['certificate', 'other-certificates', 'requests', 'trust', 'shared-key'],
  },
  { title: 'Identities', kinds: ['identity', 'match'] },
  { title: 'IKE', kinds: ['authentication', 'ike-proposal'] },
  { title: 'IPsec', kinds: ['transform', 'pfs', 'selectors'] },
  { title: 'Addresses', kinds: ['address'] },
]

/** Conditions by what they are about, the most important first. */
export const conditionsByTopic = (
  conditions: readonly PeerCondition[],
): readonly { readonly title: string; readonly conditions: readonly PeerCondition[] }[] =>
  topics.flatMap(({ title, kinds }) => {
    const own = kinds.flatMap((wanted) => conditions.filter(({ kind }) => kind === wanted))
    return own.length === 0 ? [] : [{ title, conditions: own }]
  })

/** What is demanded; where the peer may authenticate in several ways, with which it counts. */
export const demandText = ({ with: method, must }: PeerCondition): string =>
  method === null ? must : `by ${method}: ${must}`

/** How the direction ends where only this condition is not met; null where nothing fails in this direction. */
export const otherwiseText = ({ otherwise }: PeerCondition, router: string): string | null => {
  if (!otherwise) return null
  const { stage, rejectedBy, code, outcome, only } = otherwise
  const who =
    rejectedBy === null ? 'no answer comes' : rejectedBy === 'peer' ? 'the peer refuses' : `${rejectedBy} refuses`
  const where = stage === null || rejectedBy === null ? '' : ` at ${stage}`
  const left = outcome === 'half-open' ? `, and ${rejectedBy === 'peer' ? router : 'the peer'} is left half-open` : ''
  return `${who}${where}${left} (${code})${only === null ? '' : `, if ${only}`}`
}

/** Of these one alone says no more than the condition and its line. */
const saidAlready: readonly PeerCondition['kind'][] = ['ike-proposal', 'transform']

/** The ways to meet a condition, where it has several or one that says more than the condition does. */
export const alternativesOf = ({ kind, oneOf }: PeerCondition): PeerCondition['oneOf'] =>
  oneOf.length < 2 && (saidAlready.includes(kind) || oneOf.every(({ leadsTo }) => leadsTo === null)) ? [] : oneOf

/** What the negotiations with a peer of our making showed; null where nothing is to be proved. */
export const proofText = ({ proof, unproved }: OneSidedDirection, { peers, router }: OneSidedTunnel): string | null => {
  if (!proof) return unproved === null ? null : `Not proved: ${unproved}.`
  const count = proof.negotiations === 1 ? 'a negotiation' : `${proof.negotiations} negotiations`
  const which = peers.length > 1 ? ` (the ${proof.peer === 0 ? 'first' : 'second'})` : ''
  return proof.dependsOn.length === 0
    ? `Proved by ${count}: with a peer of this kind${which} it comes up, whatever is not known of ${router}.`
    : `Tried by ${count}: with a peer of this kind${which} it comes up, but is ${proof.dependsOn.join('; and ')}.`
}
