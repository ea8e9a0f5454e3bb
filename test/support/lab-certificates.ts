import { type KeyPair, labEcKeyPair, labRsaKeyPair } from '../../src/crypto/index.ts'
import { type Crl, issueCertificate, issueCrl, type Trustpoint } from '../../src/pki/index.ts'
import { lineAt, nameOf } from './selection-stubs.ts'

/** One CA, and what two engines hold of it: real certificates with the lab's public keys. */

const day = 86_400_000
const noon = Date.UTC(2013, 5, 20, 12)
export const caUrl = 'http://192.0.2.99/ca.crl'

const certificateSerials = { A: '0A', B: '0B' } as const
export type Holder = keyof typeof certificateSerials

const caKeys = (): KeyPair => labRsaKeyPair(2048, 0)

const keyOf = (holder: Holder, kind: 'rsa' | 'ec'): KeyPair =>
  kind === 'rsa' ? labRsaKeyPair(2048, holder === 'A' ? 8 : 9) : labEcKeyPair('P-256', holder === 'A' ? 8 : 9)

/** The trustpoint of a holder; with `check`, the CRL is asked for at the certificate's distribution point. */
export const labTrustpoint = (
  holder: Holder,
  kind: 'rsa' | 'ec',
  more: { readonly check?: boolean; readonly ca?: string } = {},
): Trustpoint => {
  const { check = false, ca = 'cn=CA,o=lab' } = more
  const name = nameOf(ca)
  const authority = issueCertificate({
    version: 3,
    serial: '01',
    subject: name,
    issuer: name,
    notBefore: noon - 100 * day,
    notAfter: noon + 1000 * day,
    keys: caKeys(),
    issuerKeys: caKeys(),
    hash: 'sha256',
    ca: {},
    keyUsage: ['keyCertSign', 'cRLSign'],
  })
  const keys = keyOf(holder, kind)
  const certificate = issueCertificate({
    version: 3,
    serial: certificateSerials[holder],
    subject: nameOf(`hostname=${holder}.lab`),
    issuer: name,
    notBefore: noon - 10 * day,
    notAfter: noon + 100 * day,
    keys,
    issuerKeys: caKeys(),
    hash: 'sha256',
    keyUsage: ['digitalSignature'],
    dns: [`${holder}.lab`],
    ...(check ? { cdp: caUrl } : {}),
  })
  return {
    name: 'TP',
    configuration: {
      name: 'TP',
      at: lineAt(3, 'crypto pki trustpoint TP'),
      enrollment: { kind: 'terminal' },
      serialNumber: false,
      revocationCheck: [check ? 'crl' : 'none'],
      chainValidation: { mode: 'stop' },
      primary: false,
      usage: [],
      matchCertificate: [],
    },
    ca: authority,
    identity: { certificate, keys, chain: [] },
    builtIn: false,
  }
}

export const labCrl = (revoked: readonly Holder[]): Crl =>
  issueCrl({
    issuer: nameOf('cn=CA,o=lab'),
    thisUpdate: noon - day,
    nextUpdate: noon + day,
    revoked: revoked.map((holder) => certificateSerials[holder]),
    issuerKeys: caKeys(),
    hash: 'sha256',
  })
