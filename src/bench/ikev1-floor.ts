import { dhGroups } from '../crypto/index.ts'
import type { RouterDatagram } from '../router/index.ts'
import { decodeHeader, headerLength, isEncrypted } from '../wire/index.ts'
import {
  cbcMessage,
  certificateChecks,
  type FloorGroup,
  type FloorOperation,
  hashes,
  keyAgreement,
  prfs,
  randomOctets,
  rawRsaProofs,
} from './floor.ts'
import type { Sites } from './sites.ts'

/** One HMAC over this many octets stands for those of the key schedule and of quick mode, which differ a little. */
const shortInput = 100

/** Of each side: SKEYID, SKEYID_d, _a, _e (RFC 2409 §5); two KEYMAT blocks each way; HASH(1), (2), (3) (§5.5). */
const shortPrfs = 4 + 4 + 3
/** Of each side: HASH_I and HASH_R, which cover both public values (RFC 2409 §5). */
const longPrfs = 2
/** Of each side: the IVs of both phases (appendix B), and NAT-D of both ends (RFC 3947 §3.2). */
const shortHashes = 2 + 2
/** Of each side: a cookie, the nonces of both phases, an SPI. */
const draws = 4
const drawn = 16
const sides = 2

/**
 * Main mode and quick mode without PFS. `sent` is what a negotiation of the same sites sent: the encrypted messages
 * have the lengths of those.
 */
export const ikeV1Floor = (
  group: FloorGroup,
  { R1, authorityKeys }: Sites,
  sent: readonly RouterDatagram[],
): readonly FloorOperation[] => [
  ...keyAgreement(group),
  ...(R1.identity && authorityKeys
    ? [
        ...rawRsaProofs(R1.identity.keys.privateKey),
        ...certificateChecks(authorityKeys.privateKey, R1.identity.certificate.der.length),
      ]
    : []),
  prfs(sides * shortPrfs, shortInput),
  prfs(sides * longPrfs, 2 * dhGroups[group].publicLength + shortInput),
  hashes(sides * shortHashes, shortInput),
  randomOctets(sides * draws, drawn),
  ...encryptedLengths(sent).map(cbcMessage),
]

const encryptedLengths = (sent: readonly RouterDatagram[]): readonly number[] =>
  sent.flatMap(({ bytes }) => {
    const header = decodeHeader(bytes)
    return header.ok && isEncrypted(header.value) ? [bytes.length - headerLength] : []
  })
