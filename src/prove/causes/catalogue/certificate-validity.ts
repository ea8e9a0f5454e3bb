import { type CertificateByUrlCode, certificateByUrl } from './certificate-by-url.ts'
import { type CertificateContentsCode, certificateContents } from './certificate-contents.ts'
import { type CertificateDatesCode, certificateDates } from './certificate-dates.ts'
import { type CertificateSignersCode, certificateSigners } from './certificate-signers.ts'
import type { Family } from './entry.ts'

/** Whether a certificate that may be used is good. */
export type CertificateValidityCode =
  | CertificateDatesCode
  | CertificateSignersCode
  | CertificateContentsCode
  | CertificateByUrlCode

export const certificateValidity: Family<CertificateValidityCode> = {
  ...certificateDates,
  ...certificateSigners,
  ...certificateContents,
  ...certificateByUrl,
}
