import type { Edit } from './edit.ts'
import { ikeV2IdentityEdits, ikeV2ListEdits } from './ikev2-edits.ts'
import { ikeV2KeyEdits } from './ikev2-key-edits.ts'
import {
  enableEdits,
  pfsEdits,
  policyEdits,
  responderOnlyEdits,
  revocationEdits,
  transformEdits,
} from './ipsec-edits.ts'
import { isakmpIdentityEdits, isakmpListEdits } from './isakmp-edits.ts'
import { isakmpKeyEdits, isakmpKeyringEdits } from './isakmp-key-edits.ts'
import { fragmentationEdits, wholeCertificateEdits } from './message-edits.ts'
import { methodEdits } from './method-edits.ts'
import { ikeV2PlaceEdits, isakmpPlaceEdits, tunnelVrfEdits } from './place-edits.ts'
import { proposalEdits } from './proposal-edits.ts'
import type { Side } from './side.ts'
import { mirrorEdits, tunnelModeEdits } from './traffic-edits.ts'

type Maker = (own: Side, other: Side) => readonly Edit[]

interface Makers {
  readonly lists: Maker
  readonly identities: Maker
  readonly keys: Maker
  readonly places: Maker
}

const versions: Readonly<Record<'IKEv1' | 'IKEv2', Makers>> = {
  IKEv1: { lists: isakmpListEdits, identities: isakmpIdentityEdits, keys: isakmpKeyEdits, places: isakmpPlaceEdits },
  IKEv2: { lists: ikeV2ListEdits, identities: ikeV2IdentityEdits, keys: ikeV2KeyEdits, places: ikeV2PlaceEdits },
}

/** What may mend a refusal, by its code. A code that is not here takes more than a line of configuration. */
const mends: Readonly<Record<string, (makers: Makers) => readonly Maker[]>> = {
  'certificate-outside-profile-trustpoints': ({ lists }) => [lists],
  'no-suitable-trustpoint': ({ lists }) => [lists],
  'no-certificate-for-any-request': ({ lists }) => [lists],
  'no-certificate-to-send': ({ lists }) => [lists],
  'initiator-profile-without-trustpoint': ({ lists }) => [lists],
  expired: ({ lists }) => [lists],
  'not-yet-valid': ({ lists }) => [lists],
  revoked: ({ lists }) => [lists],
  'signature-invalid': ({ lists }) => [lists],
  'certificate-signature-invalid': ({ lists }) => [lists],
  'signature-algorithm-not-supported': ({ lists }) => [lists],
  'certificate-version-not-supported': ({ lists }) => [lists],
  'extended-key-usage-forbids-ike': ({ lists }) => [lists],
  'revocation-status-unknown': ({ lists }) => [lists, revocationEdits],
  'profile-did-not-match': ({ identities }) => [identities],
  'peer-identity-outside-profile': ({ identities }) => [identities],
  'no-ikev2-profile-matches': ({ identities }) => [identities],
  'authentication-method-mismatch': ({ identities }) => [identities, methodEdits],
  'profile-of-other-vrf-or-address': ({ places, identities }) => [places, identities],
  'profile-without-authentication': () => [methodEdits],
  'tunnel-vrf-differs': () => [tunnelVrfEdits],
  'overlapping-profile-bound': ({ identities }) => [identities],
  'no-authentication-material': ({ keys }) => [keys],
  'no-preshared-key': ({ keys }) => [keys],
  'cannot-decrypt': ({ keys }) => [keys],
  'preshared-key-outside-profile-keyrings': ({ keys }) => [keys, isakmpKeyringEdits],
  'no-shared-key': ({ keys, identities }) => [keys, identities],
  'shared-key-mismatch': ({ keys, identities }) => [keys, identities],
  'no-common-ikev2-proposal': () => [proposalEdits],
  'transform-mismatch': () => [transformEdits],
  'pfs-mismatch': () => [pfsEdits],
  'proxy-identities-not-supported': () => [mirrorEdits, tunnelModeEdits],
  'no-common-policy': () => [policyEdits],
  'isakmp-disabled': () => [enableEdits],
  'responder-only': () => [responderOnlyEdits],
  'fragments-dropped': () => [fragmentationEdits],
  'hash-and-url-unreachable': () => [wholeCertificateEdits],
  'hash-and-url-not-http': () => [wholeCertificateEdits],
  'hash-and-url-other-content': () => [wholeCertificateEdits],
}

/** Every single change that may mend one of these refusals, at either end, the least intrusive first. */
export const candidatesFor = (
  codes: ReadonlySet<string>,
  protocol: 'IKEv1' | 'IKEv2',
  sides: readonly [Side, Side],
): readonly Edit[] => {
  const makers = new Set([...codes].flatMap((code) => mends[code]?.(versions[protocol]) ?? []))
  const [a, b] = sides
  return [...makers].flatMap((make) => [...make(a, b), ...make(b, a)]).toSorted((x, y) => x.cost - y.cost)
}
