import { dhGroups } from '../crypto/index.ts'
import type { RouterDatagram } from '../router/index.ts'
import { decodeIkeV2Header, headerLength } from '../wire/index.ts'
import {
  cbcMessage,
  certificateChecks,
  type FloorGroup,
  type FloorOperation,
  hashedProofs,
  hashes,
  keyAgreement,
  prfs,
  randomOctets,
} from './floor.ts'
import type { Sites } from './sites.ts'

const shortInput = 100
/** SK_d, SK_ai, SK_ar, SK_ei, SK_er, SK_pi, SK_pr are 192 octets: six blocks of prf+ (RFC 7296 §2.13, §2.14). */
const keyBlocks = 6
/** A child's keys in both directions are 96 octets: three blocks (RFC 7296 §2.17). */
const childBlocks = 3
/** Of each side: SKEYSEED, the blocks, and the MACs of both identities (RFC 7296 §2.14, §2.15). */
const shortPrfs = 1 + keyBlocks + childBlocks + 2
/** Of each side with a shared key: the padded key, and AUTH of both ends, which covers a message (RFC 7296 §2.15). */
const sharedKeyPrfs = 3
/** Of each side: NAT detection of both ends, for itself and for the peer (RFC 7296 §2.23). */
const natHashes = 4
/** Of each side: an SPI for IKE, a nonce, an IV, an SPI for ESP. */
const draws = 4
const drawn = 16
const sides = 2

const authExchange = 35
/** Of each protected message: its integrity is computed and checked. */
const integrityPerMessage = 2

/** IKE_SA_INIT and IKE_AUTH. `sent` is what a negotiation of the same sites sent, whose lengths are taken. */
export const ikeV2Floor = (
  group: FloorGroup,
  { R1, authorityKeys }: Sites,
  sent: readonly RouterDatagram[],
): readonly FloorOperation[] => {
  const signedLength = dhGroups[group].publicLength + 2 * shortInput
  const protectedLengths = lengthsOf(sent)
  return [
    ...keyAgreement(group),
    ...(R1.identity && authorityKeys
      ? [
          ...hashedProofs(R1.identity.keys.privateKey, signedLength),
          ...certificateChecks(authorityKeys.privateKey, R1.identity.certificate.der.length),
        ]
      : [prfs(sides * sharedKeyPrfs, signedLength)]),
    prfs(sides * shortPrfs, shortInput),
    hashes(sides * natHashes, shortInput),
    randomOctets(sides * draws, drawn),
    ...protectedLengths.flatMap((length) => [cbcMessage(length), prfs(integrityPerMessage, length)]),
  ]
}

/** Of the ciphertexts of IKE_AUTH, to whole blocks. */
const lengthsOf = (sent: readonly RouterDatagram[]): readonly number[] =>
  sent.flatMap(({ bytes }) => {
    const header = decodeIkeV2Header(bytes)
    const around = headerLength + 4 + 16 + 16
    return header.ok && header.value.exchangeType === authExchange ? [(bytes.length - around) & ~15] : []
  })
