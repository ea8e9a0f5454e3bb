/**
 * The ISAKMP message of IKEv1 as data: RFC 2408 §3, RFC 2407 §4.6, RFC 2409, RFC 3947 and Cisco's IKE fragment.
 * Every field that stands on the wire stands here, so that encode(decode(bytes)) gives the same bytes.
 */

/** RFC 2408 §3.1. Cookies are 8 octets each. `length` is the whole message in octets. */
export interface IsakmpHeader {
  readonly initiatorCookie: Uint8Array
  readonly responderCookie: Uint8Array
  readonly nextPayload: number
  readonly majorVersion: number
  readonly minorVersion: number
  readonly exchangeType: number
  readonly flags: number
  readonly messageId: number
  readonly length: number
}

/** RFC 2408 §3.3: a data attribute, TV (`basic`, 16-bit value) or TLV (`variable`). */
export type Attribute =
  | { readonly form: 'basic'; readonly type: number; readonly value: number }
  | { readonly form: 'variable'; readonly type: number; readonly value: Uint8Array }

/** RFC 2408 §3.6. `reserved2` is the 16-bit field that must be zero. */
export interface Transform {
  readonly number: number
  readonly id: number
  readonly attributes: readonly Attribute[]
  readonly reserved?: number
  readonly reserved2?: number
}

/** RFC 2408 §3.5. */
export interface Proposal {
  readonly number: number
  readonly protocolId: number
  readonly spi: Uint8Array
  readonly transforms: readonly Transform[]
  readonly reserved?: number
}

/** The generic header's reserved octet; kept only where it is not zero. */
interface Generic {
  readonly reserved?: number
}

export type Payload = Generic &
  (
    | {
        readonly type: 'SA'
        readonly doi: number
        readonly situation: Uint8Array
        readonly proposals: readonly Proposal[]
      }
    | { readonly type: 'KE'; readonly data: Uint8Array }
    | {
        readonly type: 'ID'
        readonly idType: number
        readonly protocol: number
        readonly port: number
        readonly data: Uint8Array
      }
    | { readonly type: 'CERT'; readonly encoding: number; readonly data: Uint8Array }
    | { readonly type: 'CERTREQ'; readonly encoding: number; readonly authority: Uint8Array }
    | { readonly type: 'HASH'; readonly data: Uint8Array }
    | { readonly type: 'SIG'; readonly data: Uint8Array }
    | { readonly type: 'NONCE'; readonly data: Uint8Array }
    | {
        readonly type: 'NOTIFY'
        readonly doi: number
        readonly protocolId: number
        readonly spi: Uint8Array
        readonly notifyType: number
        readonly data: Uint8Array
      }
    | {
        readonly type: 'DELETE'
        readonly doi: number
        readonly protocolId: number
        readonly spiSize: number
        readonly spis: readonly Uint8Array[]
      }
    | { readonly type: 'VID'; readonly data: Uint8Array }
    /** RFC 3947 §3.2 (payload 20); `draft` is payload 130 of the drafts before it. */
    | { readonly type: 'NAT-D'; readonly draft?: true; readonly data: Uint8Array }
    | {
        readonly type: 'NAT-OA'
        readonly draft?: true
        readonly idType: number
        readonly reservedId?: Uint8Array
        readonly address: Uint8Array
      }
    /** Cisco's IKE fragment (payload 132): fragment id, number counted from 1, flags (1 = last). */
    | {
        readonly type: 'FRAGMENT'
        readonly fragmentId: number
        readonly number: number
        readonly flags: number
        readonly data: Uint8Array
      }
    | { readonly type: 'UNKNOWN'; readonly payloadType: number; readonly data: Uint8Array }
  )

export type PayloadType = Payload['type']

/** A decoded chain of payloads. `padding` is what follows the last payload inside an encrypted body. */
export interface PayloadChain {
  readonly payloads: readonly Payload[]
  readonly padding: Uint8Array
}

/** A message whose payloads are in clear. */
export interface ClearMessage {
  readonly header: IsakmpHeader
  readonly payloads: readonly Payload[]
}

/** Why bytes are no message: a stable id, where, what was expected, and the notify type that tells the peer (RFC 2408 §3.14.1). */
export interface WireReject {
  readonly code:
    | 'truncated'
    | 'bad-length'
    | 'bad-version'
    | 'bad-flags'
    | 'bad-payload-length'
    | 'bad-spi-size'
    | 'bad-attribute'
    | 'bad-next-payload'
    | 'too-large'
    | 'too-many-payloads'
    | 'too-many-proposals'
    | 'too-many-transforms'
    | 'too-many-attributes'
    | 'too-many-certificate-requests'
    | 'too-many-spis'
  readonly offset: number
  readonly detail: string
  readonly notifyType: number
}

export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reject: WireReject }
