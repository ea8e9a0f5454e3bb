/** The numbers of the IPsec DOI: RFC 2407 §4, RFC 3947 §5.1 and the IANA registries that continue them. */

/** RFC 2408 §2.1 and RFC 2407 §4.2. */
export const doi = { ISAKMP: 0, IPSEC: 1 } as const

/** Bits of the situation, RFC 2407 §4.2. */
export const situation = { IDENTITY_ONLY: 1, SECRECY: 2, INTEGRITY: 4 } as const

/** RFC 2407 §4.4.1. */
export const protocolId = { ISAKMP: 1, AH: 2, ESP: 3, IPCOMP: 4 } as const

/** RFC 2407 §4.4.3; the hash of AH by its transform. */
export const ahTransformId = { MD5: 2, SHA: 3, DES: 4, SHA2_256: 5, SHA2_384: 6, SHA2_512: 7 } as const

/** RFC 2407 §4.4.4, RFC 3686, RFC 4106, RFC 4543. */
export const espTransformId = {
  DES_IV64: 1,
  DES: 2,
  '3DES': 3,
  RC5: 4,
  IDEA: 5,
  CAST: 6,
  BLOWFISH: 7,
  '3IDEA': 8,
  DES_IV32: 9,
  RC4: 10,
  NULL: 11,
  AES_CBC: 12,
  AES_CTR: 13,
  AES_CCM_8: 14,
  AES_CCM_12: 15,
  AES_CCM_16: 16,
  AES_GCM_8: 18,
  AES_GCM_12: 19,
  AES_GCM_16: 20,
  SEED_CBC: 21,
  CAMELLIA: 22,
  NULL_AUTH_AES_GMAC: 23,
} as const

/** RFC 2407 §4.4.5. */
export const ipcompTransformId = { OUI: 1, DEFLATE: 2, LZS: 3 } as const

/** Attribute classes of a phase 2 transform, RFC 2407 §4.5. */
export const ipsecAttribute = {
  SA_LIFE_TYPE: 1,
  SA_LIFE_DURATION: 2,
  GROUP_DESCRIPTION: 3,
  ENCAPSULATION_MODE: 4,
  AUTHENTICATION_ALGORITHM: 5,
  KEY_LENGTH: 6,
  KEY_ROUNDS: 7,
  COMPRESS_DICTIONARY_SIZE: 8,
  COMPRESS_PRIVATE_ALGORITHM: 9,
  ECN_TUNNEL: 10,
  EXTENDED_SEQUENCE_NUMBER: 11,
} as const

/** RFC 2407 §4.5; in UDP from RFC 3947 §5.1, and the private numbers of the drafts before it. */
export const encapsulationMode = {
  TUNNEL: 1,
  TRANSPORT: 2,
  UDP_TUNNEL: 3,
  UDP_TRANSPORT: 4,
  UDP_TUNNEL_DRAFT: 61443,
  UDP_TRANSPORT_DRAFT: 61444,
} as const

/** RFC 2407 §4.5, RFC 4868. */
export const authenticationAlgorithm = {
  HMAC_MD5: 1,
  HMAC_SHA: 2,
  DES_MAC: 3,
  KPDK: 4,
  HMAC_SHA2_256: 5,
  HMAC_SHA2_384: 6,
  HMAC_SHA2_512: 7,
  HMAC_RIPEMD: 8,
  AES_XCBC_MAC: 9,
} as const

/** RFC 2407 §4.6.2.1. */
export const identificationType = {
  IPV4_ADDR: 1,
  FQDN: 2,
  USER_FQDN: 3,
  IPV4_ADDR_SUBNET: 4,
  IPV6_ADDR: 5,
  IPV6_ADDR_SUBNET: 6,
  IPV4_ADDR_RANGE: 7,
  IPV6_ADDR_RANGE: 8,
  DER_ASN1_DN: 9,
  DER_ASN1_GN: 10,
  KEY_ID: 11,
} as const
