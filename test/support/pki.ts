import { createPublicKey, type KeyObject } from 'node:crypto'
import { labEcKey } from '../../src/crypto/index.ts'
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

type Overrides = Partial<Omit<CertificateContents, 'subject' | 'issuer' | 'issuerKey' | 'publicKey'>>

export interface Ca {
  readonly certificate: Certificate
  readonly key: KeyObject
  /** Issues a certificate to whoever holds `key`. */
  readonly issue: (subject: string, key: KeyObject, more?: Overrides) => Certificate
  readonly crl: (
    revoked: readonly string[],
    more?: { thisUpdate?: number; nextUpdate?: number; key?: KeyObject },
  ) => Crl
}

export const keyNumber = (number: number): KeyObject => labEcKey('P-256', number)

/** A CA below `parent`, or a root. `number` is that of its key. */
export const caOf = (subject: string, number: number, parent?: Ca, more: Overrides = {}): Ca => {
  const key = keyNumber(number)
  const issuerKey = parent?.key ?? key
  const certificate = issueCertificate(
    {
      version: 3,
      serial: '01',
      subject: nameOf(subject),
      issuer: parent?.certificate.subject ?? nameOf(subject),
      notBefore: noon - 100 * day,
      notAfter: noon + 1000 * day,
      publicKey: createPublicKey(key),
      issuerKey,
      hash: 'sha256',
      ca: {},
      keyUsage: ['keyCertSign', 'cRLSign'],
      ...more,
    },
    createPublicKey(issuerKey),
  )
  return {
    certificate,
    key,
    issue: (name, holder, changes = {}) =>
      issueCertificate(
        {
          version: 3,
          serial: '0A',
          subject: nameOf(name),
          issuer: certificate.subject,
          notBefore: noon - 10 * day,
          notAfter: noon + 100 * day,
          publicKey: createPublicKey(holder),
          issuerKey: key,
          hash: 'sha256',
          keyUsage: ['digitalSignature', 'keyEncipherment'],
          ...changes,
        },
        createPublicKey(key),
      ),
    crl: (revoked, { thisUpdate = noon - day, nextUpdate = noon + day, key: signer = key } = {}) =>
      issueCrl(
        { issuer: certificate.subject, thisUpdate, nextUpdate, revoked, issuerKey: signer, hash: 'sha256' },
        createPublicKey(signer),
      ),
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
