import { type IkeV2Profile, type IkeV2SharedKeyDecision, ikeV2SharedKey } from '../../selection/index.ts'
import { exampleOf, identityText, receivedV2 } from './identities.ts'
import { type Known, listText } from './known.ts'
import type { PeerIdentity } from './peer-plan.ts'

/** IKEv2 with one side unknown: shared keys, which a keyring may hold for one identity and not for another (ios-semantics §2.4). */

/** A key with those of the identities for which the known router finds it. */
export interface KeyFound {
  readonly decision: IkeV2SharedKeyDecision & { readonly key: string }
  readonly identities: readonly PeerIdentity[]
}

/** Identities that the peers of a profile's keyring are named by. */
export const keyringIdentities = ({ end, flow }: Known, profile: IkeV2Profile): readonly PeerIdentity[] =>
  (end.selection.ikev2.keyrings.find(({ name }) => name === profile.keyring?.name)?.peers ?? []).flatMap(
    ({ identity }) => (identity ? (exampleOf(identity, flow.peer, 2) ?? []) : []),
  )

const withKey = (decision: IkeV2SharedKeyDecision): decision is KeyFound['decision'] => decision.key !== null

/** The keys that are found, each once, for a peer that comes under one of these identities. */
export const keysFor = (
  { end, flow }: Known,
  profile: IkeV2Profile,
  side: 'local' | 'remote',
  identities: readonly PeerIdentity[],
): readonly KeyFound[] => {
  const found: KeyFound[] = []
  for (const each of identities) {
    const decision = ikeV2SharedKey(end.selection, {
      profile,
      peerAddress: flow.peer,
      identity: receivedV2(each),
      side,
    })
    if (!withKey(decision)) continue
    const known = found.findIndex(({ decision: { choice, key } }) => choice === decision.choice && key === decision.key)
    const same = found[known]
    if (same) found[known] = { ...same, identities: [...same.identities, each] }
    else found.push({ decision, identities: [each] })
  }
  return found
}

/** The key among these for a peer of this identity; null: none. */
export const keyAmong = (keys: readonly KeyFound[], identity: PeerIdentity): string | null =>
  keys.find(({ identities }) => identities.some((each) => JSON.stringify(each) === JSON.stringify(identity)))?.decision
    .key ?? null

/** `the key of peer HUB of keyring KEYS`; where not every identity has one and the same, whose it is. */
export const keyText = (keys: readonly KeyFound[], all: readonly PeerIdentity[]): string =>
  listText(
    keys.map(({ decision, identities }) => {
      const everybody = keys.length === 1 && identities.length === all.length
      return `the key of ${decision.choice}${everybody ? '' : ` (for ${listText(identities.map(identityText), 'or')})`}`
    }),
    'or',
  )
