/**
 * What one message may cost. A limit that is passed rejects the whole message, and the reason names the limit. The
 * defaults leave room for the largest honest peers (a router that requests every CA it knows, a policy list of
 * every combination) and keep a hostile message cheap.
 */
export interface WireLimits {
  /** Octets of a message, header included. */
  readonly maxMessage: number
  /** Payloads in one chain. */
  readonly maxPayloads: number
  /** Proposals in one SA payload. */
  readonly maxProposals: number
  /** Transforms in one SA payload, all proposals together. */
  readonly maxTransforms: number
  /** Attributes in one transform, or in one configuration payload. */
  readonly maxAttributes: number
  /** Certificate requests in one chain. */
  readonly maxCertificateRequests: number
  /** SPIs in one delete payload. */
  readonly maxSpis: number
}

export const defaultLimits: WireLimits = {
  maxMessage: 65_535,
  maxPayloads: 1152,
  maxProposals: 64,
  maxTransforms: 512,
  maxAttributes: 32,
  maxCertificateRequests: 1024,
  maxSpis: 512,
}
