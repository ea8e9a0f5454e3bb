import type { KeyPair } from '../crypto/index.ts'
import { children, der, need, readDer, type Tlv } from './der.ts'
import { extensionOid, readExtensionList } from './extensions.ts'
import { type KeyFields, ownCertificate } from './own-certificate.ts'
import { hashOfAlgorithm, type SigningHash, signatureAlgorithmOf, signed } from './signed.ts'
import type { Certificate } from './types.ts'

const keyIdTag = 0x80

/** An extension with another key identifier; one of another form is left as it stands. */
const withKeyId = (extension: Tlv, id: Uint8Array): Uint8Array => {
  const parts = children(extension)
  const value = readDer(need(parts.at(-1), 4, 'the value of an extension').content)
  const changed =
    value.tag === 4
      ? der(4, id)
      : der(0x30, ...children(value).map((field) => (field.tag === keyIdTag ? der(keyIdTag, id) : field.der)))
  return der(0x30, ...parts.slice(0, -1).map((part) => part.der), der(4, changed))
}

const withKeys = (extensions: Tlv, subject: Uint8Array, issuer: Uint8Array): Uint8Array => {
  const list = readDer(extensions.content, 0x30)
  const oids = readExtensionList(list).map(({ oid }) => oid)
  const changed = children(list).map((extension, index) => {
    if (oids[index] === extensionOid.subjectKeyId) return withKeyId(extension, subject)
    if (oids[index] === extensionOid.authorityKeyId) return withKeyId(extension, issuer)
    return extension.der
  })
  return der(0xa3, der(0x30, ...changed))
}

/** The hash with which a certificate was signed; where its algorithm is not known, one that every CA uses. */
export const signingHashOf = ({ signatureAlgorithm }: Certificate): SigningHash =>
  hashOfAlgorithm(signatureAlgorithm) ?? 'sha256'

/**
 * The same certificate with another key, signed by another issuer's key: version, serial number, names, dates and
 * extensions stay octet for octet; the key, its identifiers and the signature are new. It is signed when its octets are
 * first asked for.
 */
export const reissueCertificate = (
  template: Certificate,
  keys: { readonly subject: KeyPair; readonly issuer: KeyPair; readonly hash: SigningHash },
): Certificate => {
  const { der: octets, spki: _, publicKey: __, keyType: ___, subjectKeyId, authorityKeyId, ...keyless } = template
  const body = need(children(readDer(octets, 0x30))[0], 0x30, 'the body')
  const fields = children(body)
  const first = fields[0]?.tag === 0xa0 ? 1 : 0
  const algorithmAt = first + 1
  const spkiAt = first + 5
  const bodyWith = (own: KeyFields, algorithm: Uint8Array): Uint8Array =>
    der(
      0x30,
      ...fields.map((field, index) => {
        if (index === algorithmAt) return algorithm
        if (index === spkiAt) return own.spki
        return field.tag === 0xa3 ? withKeys(field, own.subjectKeyId, own.authorityKeyId) : field.der
      }),
    )
  return ownCertificate(
    { ...keyless, signatureAlgorithm: signatureAlgorithmOf(keys.issuer, keys.hash) },
    {
      keys: keys.subject,
      issuerKeys: keys.issuer,
      identifiers: [
        ...(subjectKeyId ? (['subjectKeyId'] as const) : []),
        ...(authorityKeyId ? (['authorityKeyId'] as const) : []),
      ],
      sign: (own) => signed(keys.issuer, keys.hash, (algorithm) => bodyWith(own, algorithm)),
    },
  )
}
