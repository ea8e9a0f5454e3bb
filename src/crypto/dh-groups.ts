/** The Diffie-Hellman groups of the IANA registry that we speak: RFC 2409 §6, RFC 3526, RFC 5903, RFC 5114 §2.3, RFC 8031. */
export type DhGroupId = 1 | 2 | 5 | 14 | 15 | 16 | 19 | 20 | 21 | 24 | 31

/** Lengths in octets, as they stand in a KE payload and enter the key schedule. */
export interface DhGroupInfo {
  readonly id: DhGroupId
  readonly ikeName: string
  readonly kind: 'modp' | 'ecp' | 'x25519'
  readonly publicLength: number
  readonly sharedLength: number
  /** Of the private exponent or scalar. */
  readonly exponentLength: number
}

const modp = (id: DhGroupId, ikeName: string, length: number, exponentLength: number): DhGroupInfo => ({
  id,
  ikeName,
  kind: 'modp',
  publicLength: length,
  sharedLength: length,
  exponentLength,
})

const ecp = (id: DhGroupId, ikeName: string, length: number): DhGroupInfo => ({
  id,
  ikeName,
  kind: 'ecp',
  publicLength: 2 * length,
  sharedLength: length,
  exponentLength: length,
})

/**
 * What is fixed about each group.
 *
 * A private exponent twice as long as the group's strength loses nothing to the best attacks, and saves six sevenths
 * of the time of a full one at 2048 bits. The strengths are those of RFC 7919 §5 (2048 bits: 225-bit exponents,
 * 3072: 275, 4096: 325), rounded up to octets and never below 256 bits. Group 24 has the length of its subgroup.
 */
export const dhGroups: Readonly<Record<DhGroupId, DhGroupInfo>> = {
  1: modp(1, 'MODP_768', 96, 32),
  2: modp(2, 'MODP_1024', 128, 32),
  5: modp(5, 'MODP_1536', 192, 32),
  14: modp(14, 'MODP_2048', 256, 32),
  15: modp(15, 'MODP_3072', 384, 36),
  16: modp(16, 'MODP_4096', 512, 42),
  19: ecp(19, 'ECP_256', 32),
  20: ecp(20, 'ECP_384', 48),
  21: ecp(21, 'ECP_521', 66),
  24: modp(24, 'MODP_2048_256', 256, 32),
  31: {
    id: 31,
    ikeName: 'CURVE_25519',
    kind: 'x25519',
    publicLength: 32,
    sharedLength: 32,
    exponentLength: 32,
  },
}
