import { hash } from '../../crypto/index.ts'
import type { Certificate, Name } from '../../pki/index.ts'
import { iosDate, type Timezone } from '../clock.ts'

/** The pieces of `show crypto pki certificates` that stand for one certificate (ios-semantics §3.3, §3.7, §3.8). */

const oid = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  hostname: '1.2.840.113549.1.9.2',
  ipAddress: '1.2.840.113549.1.9.8',
} as const

const attribute = (name: Name, type: string): string | undefined =>
  name.rdns.flat().find((candidate) => candidate.oid === type)?.value

/**
 * The lines of a name, one relative distinguished name each, last one first. A comma belongs to a value
 * (`o=VeriSign, Inc.`) unless a keyword or a dotted OID follows; where even so the count is off, the name stays whole.
 */
export const nameLines = (name: Name): readonly string[] => {
  const lines = name.ios.split(/,(?=(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)=)/)
  return lines.length === name.rdns.length ? lines : name.ios === '' ? [] : [name.ios]
}

/** `Name:`, `IP Address:` and `Serial Number:` of an identity certificate, as far as it has them. */
export const identityLines = ({ subject, subjectAltName }: Certificate): readonly string[] => {
  const fields = [
    ['Name', attribute(subject, oid.hostname) ?? attribute(subject, oid.commonName)],
    ['IP Address', attribute(subject, oid.ipAddress) ?? subjectAltName?.ip[0]],
    ['Serial Number', attribute(subject, oid.serialNumber)],
  ] as const
  return fields.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`]))
}

const signing = ['digitalSignature', 'keyCertSign', 'cRLSign']
const enciphering = ['keyEncipherment', 'dataEncipherment', 'keyAgreement']

/** A certificate without the key usage extension is good for everything. */
export const usage = ({ keyUsage }: Certificate): 'General Purpose' | 'Signature' | 'Encryption' => {
  const signs = keyUsage?.some((use) => signing.includes(use)) ?? true
  const enciphers = keyUsage?.some((use) => enciphering.includes(use)) ?? true
  if (signs && enciphers) return 'General Purpose'
  return enciphers ? 'Encryption' : 'Signature'
}

const storagePrefixLength = 12
const storageSerialLength = 4

/** `nvram:CA1#2.cer`: the issuer's common name without dots and blanks, twelve characters at most, and the low end of the serial. */
export const storage = ({ issuer, serial }: Certificate, kind: 'identity' | 'ca'): string => {
  const prefix = (attribute(issuer, oid.commonName) ?? '').replace(/[.\s]/g, '').slice(0, storagePrefixLength)
  const low = serial.slice(-storageSerialLength).replace(/^0+(?=.)/, '')
  return `nvram:${prefix}#${low}${kind === 'ca' ? 'CA' : ''}.cer`
}

export const validityLines = ({ notBefore, notAfter }: Certificate, timezone: Timezone): readonly string[] => [
  `start date: ${iosDate(notBefore, timezone)}`,
  `end   date: ${iosDate(notAfter, timezone)}`,
]

/** `D9E4599D C573463B …`, upper case in groups of four octets, each followed by a blank. */
const grouped = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .toUpperCase()
    .replace(/.{1,8}/g, '$& ')

const keyUsageBits: readonly (readonly [name: string, text: string])[] = [
  ['digitalSignature', 'Digital Signature'],
  ['nonRepudiation', 'Non Repudiation'],
  ['keyEncipherment', 'Key Encipherment'],
  ['dataEncipherment', 'Data Encipherment'],
  ['keyAgreement', 'Key Agreement'],
  ['keyCertSign', 'Key Cert Sign'],
  ['cRLSign', 'CRL Signature'],
  ['encipherOnly', 'Encipher Only'],
  ['decipherOnly', 'Decipher Only'],
]

const highestBit = 31

const keyUsageLines = (uses: readonly string[]): readonly string[] => {
  const value = keyUsageBits.reduce(
    (sum, [name], bit) => (uses.includes(name) ? sum + 2 ** (highestBit - bit) : sum),
    0,
  )
  return [
    `  X509v3 Key Usage: ${value.toString(16).toUpperCase().padStart(8, '0')}`,
    ...keyUsageBits.flatMap(([name, text]) => (uses.includes(name) ? [`    ${text}`] : [])),
  ]
}

const keyLines = ({ publicKey, keyType }: Certificate): readonly string[] => {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {}
  if (keyType === 'rsa')
    return ['  Public Key Algorithm: rsaEncryption', `  RSA Public Key: (${modulusLength ?? 0} bit)`]
  const bits = /\d{3}/.exec(namedCurve ?? '')?.[0]
  return ['  Public Key Algorithm: ecEncryption', ...(bits === undefined ? [] : [`  EC Public Key:  (${bits} bit)`])]
}

/** `SHA256 with RSA Encryption`; an algorithm that IOS's form does not cover keeps its name. */
const signatureText = (algorithm: string): string => {
  const rsa = /^(md5|sha\d+)WithRSAEncryption$/i.exec(algorithm)?.[1]
  if (rsa !== undefined) return `${rsa.toUpperCase()} with RSA Encryption`
  const ecdsa = /^ecdsa-with-(sha\d+)$/i.exec(algorithm)?.[1]
  return ecdsa === undefined ? algorithm : `${ecdsa.toUpperCase()} with ECDSA`
}

const constraintLines = (constraints: NonNullable<Certificate['basicConstraints']>): readonly string[] => [
  '  X509v3 Basic Constraints:',
  `      CA: ${constraints.ca ? 'TRUE' : 'FALSE'}${constraints.pathLength === undefined ? '' : ` Path Length: ${constraints.pathLength}`}`,
]

const alternativeNameLines = ({
  dns,
  ip,
  email,
  uri,
}: NonNullable<Certificate['subjectAltName']>): readonly string[] => [
  '  X509v3 Subject Alternative Name:',
  ...dns.map((name) => `      ${name}`),
  ...ip.map((address) => `      IP Address : ${address}`),
  ...[...email, ...uri].map((name) => `      ${name}`),
]

/** What `verbose` adds below the validity. Version 1 certificates have no extensions. */
export const verboseLines = (certificate: Certificate): readonly string[] => {
  const { der, signatureAlgorithm, version, keyUsage, basicConstraints, subjectAltName } = certificate
  const { subjectKeyId, authorityKeyId } = certificate
  return [
    'Subject Key Info:',
    ...keyLines(certificate),
    `Signature Algorithm: ${signatureText(signatureAlgorithm)}`,
    `Fingerprint MD5: ${grouped(hash('md5', der))}`,
    `Fingerprint SHA1: ${grouped(hash('sha1', der))}`,
    ...(version < 3
      ? []
      : [
          'X509v3 extensions:',
          ...(keyUsage ? keyUsageLines(keyUsage) : []),
          ...(subjectKeyId ? [`  X509v3 Subject Key ID: ${grouped(subjectKeyId)}`] : []),
          ...(basicConstraints ? constraintLines(basicConstraints) : []),
          ...(subjectAltName ? alternativeNameLines(subjectAltName) : []),
          ...(authorityKeyId ? [`  X509v3 Authority Key ID: ${grouped(authorityKeyId)}`] : []),
          '  Authority Info Access:',
        ]),
  ]
}
