import { cipherInfo, espIntegrityInfo } from '../crypto/index.ts'
import { espHeaderLength } from '../wire/index.ts'
import { authentications, encryptions } from './algorithms.ts'
import { combinedLengths } from './esp-combined.ts'
import type { SecurityAssociation } from './security-association.ts'

const ipv4Header = 20
const udpHeader = 8
/** Length of the padding and next header (RFC 4303 §2.4), which the block holds too. */
const trailer = 2
const alignment = 4

/**
 * Octets of the largest IP packet that an SA takes whole, where packets of `path` octets pass: in transport mode its own
 * header stays outside. IOS prints it as `plaintext mtu`.
 */
export const plaintextMtu = (
  association: Pick<SecurityAssociation, 'encryption' | 'authentication' | 'mode' | 'udpEncapsulation'>,
  path: number,
): number => {
  const { iv, icv, block } = lengths(association)
  const outside = ipv4Header + (association.udpEncapsulation ? udpHeader : 0) + espHeaderLength + iv + icv
  const inside = Math.floor((path - outside) / block) * block - trailer
  return association.mode === 'transport' ? inside + ipv4Header : inside
}

const lengths = ({
  encryption,
  authentication,
}: Pick<SecurityAssociation, 'encryption' | 'authentication'>): {
  readonly iv: number
  readonly icv: number
  readonly block: number
} => {
  const { protection } = encryptions[encryption]
  if (protection.kind === 'combined') return { ...combinedLengths, block: alignment }
  const icv = authentication === null ? 0 : espIntegrityInfo(authentications[authentication].integrity).icvLength
  if (protection.kind === 'none') return { iv: 0, icv, block: alignment }
  const { blockLength } = cipherInfo(protection.cipher)
  return { iv: blockLength, icv, block: blockLength }
}
