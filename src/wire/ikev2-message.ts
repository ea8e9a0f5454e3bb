import type { Attribute } from './isakmp-message.ts'

/**
 * The IKEv2 message as data: RFC 7296 §3, RFC 7383 (fragments). Every field that stands on the wire stands here, so
 * that encode(decode(bytes)) gives the same bytes.
 */

/** RFC 7296 §3.1. SPIs are 8 octets each. `length` is the whole message in octets. */
export interface IkeV2Header {
  readonly initiatorSpi: Uint8Array
  readonly responderSpi: Uint8Array
  readonly nextPayload: number
  readonly majorVersion: number
  readonly minorVersion: number
  readonly exchangeType: number
  readonly flags: number
  readonly messageId: number
  readonly length: number
}

/** RFC 7296 §3.3.2. `type` is the transform type: 1 ENCR, 2 PRF, 3 INTEG, 4 D-H, 5 ESN. */
export interface IkeV2Transform {
  readonly type: number
  readonly id: number
  readonly attributes: readonly Attribute[]
  readonly reserved?: number
  readonly reserved2?: number
}

/** RFC 7296 §3.3.1. */
export interface IkeV2Proposal {
  readonly number: number
  readonly protocolId: number
  readonly spi: Uint8Array
  readonly transforms: readonly IkeV2Transform[]
  readonly reserved?: number
}

/** RFC 7296 §3.13.1: an address range. Addresses are 4 octets (type 7) or 16 (type 8). */
export type TrafficSelector =
  | {
      readonly kind: 'range'
      readonly tsType: 7 | 8
      readonly protocol: number
      readonly startPort: number
      readonly endPort: number
      readonly start: Uint8Array
      readonly end: Uint8Array
    }
  /** A selector type that is not known: `data` is what follows the four octets of type, protocol and length. */
  | { readonly kind: 'unknown'; readonly tsType: number; readonly protocol: number; readonly data: Uint8Array }

/** RFC 7296 §3.15.1. `reserved` is the attribute's top bit. */
export interface ConfigurationAttribute {
  readonly type: number
  readonly value: Uint8Array
  readonly reserved?: true
}

/** The critical bit and the seven reserved bits behind it; kept only where they are not zero. */
interface Generic {
  readonly critical?: true
  readonly reserved?: number
}

/** RFC 7296 §3.3–§3.16. `reserved3` and its like are fields that must be zero, kept only where they are not. */
export type IkeV2Payload = Generic &
  (
    | { readonly type: 'SA'; readonly proposals: readonly IkeV2Proposal[] }
    | { readonly type: 'KE'; readonly group: number; readonly reserved2?: number; readonly data: Uint8Array }
    | {
        readonly type: 'IDi' | 'IDr'
        readonly idType: number
        /** Three octets; present only where they are not zero. They count in what AUTH signs. */
        readonly reserved3?: Uint8Array
        readonly data: Uint8Array
      }
    | { readonly type: 'CERT'; readonly encoding: number; readonly data: Uint8Array }
    /** One payload for all CAs: SHA-1 of each SubjectPublicKeyInfo, 20 octets each (encodings 4 and 12). */
    | { readonly type: 'CERTREQ'; readonly encoding: number; readonly authority: Uint8Array }
    | { readonly type: 'AUTH'; readonly method: number; readonly reserved3?: Uint8Array; readonly data: Uint8Array }
    | { readonly type: 'NONCE'; readonly data: Uint8Array }
    | {
        readonly type: 'NOTIFY'
        readonly protocolId: number
        readonly spi: Uint8Array
        readonly notifyType: number
        readonly data: Uint8Array
      }
    | {
        readonly type: 'DELETE'
        readonly protocolId: number
        readonly spiSize: number
        readonly spis: readonly Uint8Array[]
      }
    | { readonly type: 'VID'; readonly data: Uint8Array }
    | {
        readonly type: 'TSi' | 'TSr'
        readonly reserved3?: Uint8Array
        readonly selectors: readonly TrafficSelector[]
      }
    | {
        readonly type: 'CP'
        readonly configurationType: number
        readonly reserved3?: Uint8Array
        readonly attributes: readonly ConfigurationAttribute[]
      }
    /** The EAP message, whole (RFC 3748 §4). */
    | { readonly type: 'EAP'; readonly data: Uint8Array }
    /** Always the last payload. `firstInner` is the type of the first payload inside; `data` is IV, ciphertext and ICV. */
    | { readonly type: 'SK'; readonly firstInner: number; readonly data: Uint8Array }
    /** RFC 7383 §2.5. `number` counts from 1; `firstInner` is zero in all fragments but the first. */
    | {
        readonly type: 'SKF'
        readonly firstInner: number
        readonly number: number
        readonly total: number
        readonly data: Uint8Array
      }
    | { readonly type: 'UNKNOWN'; readonly payloadType: number; readonly data: Uint8Array }
  )

export type IkeV2PayloadType = IkeV2Payload['type']

/** A message as it travels: in clear, or with an SK or SKF payload at its end. */
export interface IkeV2Message {
  readonly header: IkeV2Header
  readonly payloads: readonly IkeV2Payload[]
}
