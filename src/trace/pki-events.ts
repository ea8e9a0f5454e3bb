import type { Role, SaState } from './states.ts'

/** How the certificate of a peer is validated under IKEv1; IKEv2 has `ike:v2_validation_begun` and `_ended` around the steps. */
export interface PkiTraceEvents {
  /** The trust points against which the peer is validated. `list` is null where every trustpoint counts. */
  'pki:validation_begun': {
    readonly handle: string
    readonly list: readonly string[] | null
    readonly peer: string
    readonly role: Role
    readonly saState: SaState
    readonly keyringOfProfile: boolean
  }
  /** One check of one certificate of the chain. */
  'pki:validation_step': {
    readonly handle: string
    readonly check: string
    readonly subject: string
    readonly passed: boolean
    readonly detail: string
  }
  /** A revocation list is fetched: from where, how, and for which trustpoint. */
  'pki:crl_requested': {
    readonly handle: string
    readonly url: string
    readonly via: 'cdp' | 'scep'
    readonly issuer: string
    readonly trustpoint: string
  }
  /** The list arrived, with so many entries. */
  'pki:crl_received': {
    readonly handle: string
    readonly url: string
    readonly issuer: string
    readonly entries: number
  }
  /** The list could not be had. */
  'pki:crl_failed': {
    readonly handle: string
    readonly url: string
    readonly trustpoint: string
    readonly detail: string
  }
  /** The peer's certificate counts, by this trustpoint. */
  'pki:validation_succeeded': {
    readonly handle: string
    readonly trustpoint: string
    readonly subject: string
    readonly peer: string
    readonly role: Role
    readonly saState: SaState
  }
  /** The key that signs is not the one in the certificate: it was generated anew, or the trustpoint names another. */
  'pki:key_mismatch': { readonly trustpoint: string }
  /** The peer's certificate does not count. `code` is the id of the cause. */
  'pki:validation_failed': {
    readonly handle: string
    readonly code: string
    readonly subject: string
    readonly issuer: string
    readonly serial: string
    readonly detail: string
    readonly peer: string
    readonly role: Role
    readonly saState: SaState
    /** Validity of the certificate that failed, milliseconds since 1970 UTC: IOS prints the limit that was passed. */
    readonly notBefore?: number
    readonly notAfter?: number
  }
}
