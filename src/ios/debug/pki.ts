import type { ValidationRejectCode } from '../../trace/index.ts'
import { iosDate } from '../clock.ts'
import type { RenderContext } from './renderer.ts'

/** `debug crypto pki validation`: what PKI says of a chain, whichever version of IKE asks (ios-semantics §4.8). */

/** `handle`: five hexadecimal digits that stay the same through one validation. */
export const pki = (handle: string, text: string): string => `CRYPTO_PKI: (${handle}) ${text}`

export const suitableTrustpoint = (handle: string, trustpoint: string, { recall }: RenderContext): readonly string[] =>
  recall.listedTrustpoints === handle
    ? []
    : [
        pki(handle, `Suitable trustpoints are: ${trustpoint},`),
        pki(handle, `Attempting to validate certificate using ${trustpoint} policy`),
        pki(handle, `Using ${trustpoint} to validate certificate`),
      ]

export const certificateVerified = (handle: string): readonly string[] => [
  pki(handle, 'Certificate is verified'),
  pki(handle, 'Certificate validation succeeded'),
]

/** The certificate that failed. Times are milliseconds since 1970 UTC. */
interface Failed {
  readonly handle: string
  readonly serial: string
  readonly notBefore?: number
  readonly notAfter?: number
}

interface FailureText {
  /** What PKI says, before it hands back. */
  readonly pki: (data: Failed, context: RenderContext) => readonly string[]
  /** How `%CRYPTO-5-IKMP_INVAL_CERT` of IKEv1 names the reason. */
  readonly reason: string
}

const chainFailed = 'Certificate chain validation has failed.'
const invalid = 'certificate invalid'
const invalidChain: FailureText = { pki: () => [`%PKI-3-CERTIFICATE_INVALID: ${chainFailed}`], reason: invalid }

const moment = (time: number | undefined, label: string, { timezone }: RenderContext): string =>
  time === undefined ? '' : `${label} ${iosDate(time, timezone)}`

export const unknownReason = 'unknown error returned in certificate validation'

const noTrustpoint: FailureText = {
  pki: ({ handle }) => [pki(handle, 'No suitable trustpoints found')],
  reason: unknownReason,
}

/** A CA that the router knows and the profile's list leaves out is the same to PKI: it gets the list only. */
const outsideList = 'certificate-outside-profile-trustpoints'

/** The seed shows `no-suitable-trustpoint`; the others are ios-semantics §4.5 and §4.8, none above M-m. */
const failureTexts: Readonly<Record<ValidationRejectCode | typeof outsideList, FailureText>> = {
  'no-suitable-trustpoint': noTrustpoint,
  [outsideList]: noTrustpoint,
  expired: {
    pki: ({ serial, notAfter }, context) => [
      `%PKI-3-CERTIFICATE_INVALID_EXPIRED: ${chainFailed}  The certificate (SN: ${serial}) has expired.${moment(notAfter, '    Validity period ended on', context)}`,
    ],
    reason: invalid,
  },
  'not-yet-valid': {
    pki: ({ serial, notBefore }, context) => [
      `%PKI-3-CERTIFICATE_INVALID_NOT_YET_VALID: ${chainFailed}  The certificate (SN: ${serial}) is not yet valid${moment(notBefore, '   Validity period starts on', context)}`,
    ],
    reason: invalid,
  },
  revoked: {
    pki: ({ serial }) => [`%PKI-3-CERTIFICATE_REVOKED: ${chainFailed}  The certificate (SN: ${serial}) is revoked`],
    reason: invalid,
  },
  'certificate-map-forbids': {
    pki: () => [`%PKI-3-CERTIFICATE_INVALID_UNAUTHORIZED: ${chainFailed} Unauthorized`],
    reason: invalid,
  },
  // The reason was logged when the list could not be had.
  'revocation-status-unknown': { pki: () => [], reason: 'CA request failed!' },
  'certificate-signature-invalid': invalidChain,
  'signature-algorithm-not-supported': invalidChain,
  'certificate-version-not-supported': invalidChain,
  'issuer-not-ca': invalidChain,
  'path-length-exceeded': invalidChain,
  'key-usage-forbids-signing-certificates': invalidChain,
  'key-usage-forbids-signature': invalidChain,
  'extended-key-usage-forbids-ike': invalidChain,
  'unknown-critical-extension': invalidChain,
  'weak-key': invalidChain,
}

/** The text for a validation's reject code; a code that is not known is a bad chain. */
export const failureText = (code: string | null): FailureText =>
  code !== null && Object.hasOwn(failureTexts, code) ? failureTexts[code as keyof typeof failureTexts] : invalidChain
