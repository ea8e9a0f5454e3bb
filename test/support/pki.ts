import { type KeyPair, labEcKeyPair } from '../../src/crypto/index.ts'
import {
  type Certificate,
  type CertificateContents,
  type Crl,
  issueCertificate,
  issueCrl,
  type Trustpoint,
  type TrustpointConfiguration,
} from '../../src/pki/index.ts'
import { lineAt, nameOf } from './selection-stubs.ts'

/** CAs that really sign, a certificate a call: for the tests of validation. Keys are P-256, which is quick. */

export const day = 86_400_000
export const noon: number = Date.UTC(2013, 5, 20, 12)

type Overrides = Partial<Omit<CertificateContents, 'subject' | 'issuer' | 'issuerKeys' | 'keys'>>

export interface Ca {
  readonly certificate: Certificate
  readonly keys: KeyPair
  /** Issues a certificate to whoever holds `keys`. */
  readonly issue: (subject: string, keys: KeyPair, more?: Overrides) => Certificate
  readonly crl: (revoked: readonly string[], more?: { thisUpdate?: number; nextUpdate?: number; keys?: KeyPair }) => Crl
}

export const keyNumber = (number: number): KeyPair => labEcKeyPair('P-256', number)

/** A CA below `parent`, or a root. `number` is that of its key. */
export const caOf = (subject: string, number: number, parent?: Ca, more: Overrides = {}): Ca => {
  const keys = keyNumber(number)
  const issuerKeys = parent?.keys ?? keys
  const certificate = issueCertificate({
    version: 3,
    serial: '01',
    subject: nameOf(subject),
    issuer: parent?.certificate.subject ?? nameOf(subject),
    notBefore: noon - 100 * day,
    notAfter: noon + 1000 * day,
    keys,
    issuerKeys,
    hash: 'sha256',
    ca: {},
    keyUsage: ['keyCertSign', 'cRLSign'],
    ...more,
  })
  return {
    certificate,
    keys,
    issue: (name, holder, changes = {}) =>
      issueCertificate({
        version: 3,
        serial: '0A',
        subject: nameOf(name),
        issuer: certificate.subject,
        notBefore: noon - 10 * day,
        notAfter: noon + 100 * day,
        keys: holder,
        issuerKeys: keys,
        hash: 'sha256',
        keyUsage: ['digitalSignature', 'keyEncipherment'],
        ...changes,
      }),
    crl: (revoked, { thisUpdate = noon - day, nextUpdate = noon + day, keys: signer = keys } = {}) =>
      issueCrl({ issuer: certificate.subject, thisUpdate, nextUpdate, revoked, issuerKeys: signer, hash: 'sha256' }),
  }
}

/** A trustpoint that holds a CA's certificate; `revocation-check none` unless it is said otherwise. */
export const trusting = (
  name: string,
  { certificate }: Ca,
  more: Partial<TrustpointConfiguration> = {},
): Trustpoint => ({
  name,
  ca: certificate,
  builtIn: false,
  configuration: {
    name,
    at: lineAt(1, `crypto pki trustpoint ${name}`),
    enrollment: { kind: 'terminal' },
    serialNumber: false,
    revocationCheck: ['none'],
    chainValidation: { mode: 'stop' },
    primary: false,
    usage: [],
    matchCertificate: [],
    ...more,
  },
})
