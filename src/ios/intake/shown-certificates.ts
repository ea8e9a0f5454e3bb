import { type PrintedTime, printedTime } from './printed-time.ts'

/** A certificate as `show crypto pki certificates [verbose]` prints it; null and absent: it does not say. */
export interface ShownCertificate {
  readonly kind: 'identity' | 'ca' | 'self-signed'
  /** Lines of the file, from 1. */
  readonly from: number
  readonly to: number
  /** `Available`; anything else is a request without its certificate. */
  readonly status: string
  readonly version: 1 | 2 | 3 | null
  /** Upper-case hex. */
  readonly serial: string | null
  readonly usage: 'General Purpose' | 'Signature' | 'Encryption' | null
  /** As IOS spells a name: `cn=CA2,o=cisco,o=com`; null where the lines are missing. */
  readonly issuer: string | null
  readonly subject: string | null
  /** `Serial Number:` of the subject: the chassis's. */
  readonly chassisSerial: string | null
  readonly crlDistributionPoints: readonly string[]
  readonly validFrom: PrintedTime | null
  readonly validTo: PrintedTime | null
  readonly key: { readonly kind: 'rsa' | 'ec'; readonly bits: number } | null
  readonly signature: { readonly family: 'rsa' | 'ec'; readonly hash: string } | null
  /** What `verbose` adds: extensions; null where it was not asked for. */
  readonly extensions: ShownExtensions | null
  /** Upper-case hex without blanks. */
  readonly fingerprints: { readonly md5?: string; readonly sha1?: string }
  readonly installed: PrintedTime | null
  readonly trustpoints: readonly string[]
  /** It came with the system and not from a trustpoint of its user. */
  readonly trustpool: boolean
}

interface ShownExtensions {
  /** Names of RFC 5280 §4.2.1.3; null without the extension. */
  readonly keyUsage: readonly string[] | null
  /** `Client Auth` as IOS calls it. */
  readonly extendedKeyUsage: readonly string[]
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength?: number } | null
  readonly dns: readonly string[]
  readonly ip: readonly string[]
  readonly email: readonly string[]
}

/** A listing, in the order of the router: identity certificates first, the newest first. */
export interface ShownCertificates {
  readonly certificates: readonly ShownCertificate[]
  /** Lines that say that something was left out: `...`, `<output omitted>`. */
  readonly omissions: readonly number[]
  /** Lines that were not understood. */
  readonly odd: readonly number[]
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }
type Draft = Omit<Mutable<ShownCertificate>, 'issuer' | 'subject' | 'extensions' | 'fingerprints'> & {
  issuer: string[]
  subject: string[]
  /** An extension, or their headline, was printed. */
  verbose: boolean
  extensions: Omit<Mutable<ShownExtensions>, 'keyUsage'> & { keyUsage: string[] | null }
  fingerprints: { md5?: string; sha1?: string }
}

/** Where lines without a label of their own belong. */
type Field = 'issuer' | 'subject' | 'crl' | 'usage' | 'eku' | 'san' | 'other'

const usageNames: Readonly<Record<string, string>> = {
  'digital signature': 'digitalSignature',
  'non repudiation': 'nonRepudiation',
  'key encipherment': 'keyEncipherment',
  'data encipherment': 'dataEncipherment',
  'key agreement': 'keyAgreement',
  'key cert sign': 'keyCertSign',
  'crl signature': 'cRLSign',
  'encipher only': 'encipherOnly',
  'decipher only': 'decipherOnly',
}

const title = /^((?:CA|Router Self-Signed|RA \w+) )?Certificate$/

/** The beginning of a certificate. Documents cut the blank at the end of a title and put blank lines behind it. */
export const certificateTitle = (line: string): ShownCertificate['kind'] | null => {
  const found = title.exec(line.trim())
  if (!found) return null
  const [, kind] = found
  if (kind === undefined) return 'identity'
  return kind.startsWith('Router') ? 'self-signed' : 'ca'
}

const isOmission = (line: string): boolean => /^(?:\.{2,}|…|<.*omit.*>|\[?<?-*snip-*>?\]?)$/i.test(line)

const draft = (kind: ShownCertificate['kind'], from: number): Draft => ({
  kind,
  from,
  to: from,
  status: '',
  version: null,
  serial: null,
  usage: null,
  issuer: [],
  subject: [],
  chassisSerial: null,
  crlDistributionPoints: [],
  validFrom: null,
  validTo: null,
  key: null,
  signature: null,
  verbose: false,
  extensions: {
    keyUsage: null,
    extendedKeyUsage: [],
    basicConstraints: null,
    dns: [],
    ip: [],
    email: [],
  },
  fingerprints: {},
  installed: null,
  trustpoints: [],
  trustpool: false,
})

const usageOf = (value: string): ShownCertificate['usage'] => {
  if (/^general/i.test(value)) return 'General Purpose'
  if (/^signature/i.test(value)) return 'Signature'
  return /^encryption/i.test(value) ? 'Encryption' : null
}

/** `03`, `0x3`; null for what is no number. */
const serialOf = (value: string): string | null => {
  const digits = /^(?:0x)?([0-9a-f]{1,80})$/i.exec(value.replaceAll(' ', ''))?.[1]?.toUpperCase()
  if (digits === undefined) return null
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  return even.replace(/^(?:00)+(?=..)/, '')
}

const keyOf = (label: string, value: string): ShownCertificate['key'] => {
  const bits = /(\d{3,5}) bit/.exec(value)?.[1]
  return bits === undefined ? null : { kind: label.startsWith('rsa') ? 'rsa' : 'ec', bits: Number(bits) }
}

const signatureOf = (value: string): ShownCertificate['signature'] => {
  const found = /^(MD5|SHA-?\d+) with (RSA|ECDSA)/i.exec(value)
  if (!found) return null
  const [, hash = '', family = ''] = found
  return { family: /^rsa$/i.test(family) ? 'rsa' : 'ec', hash: hash.toLowerCase().replace('-', '') }
}

const constraintsOf = (value: string): ShownExtensions['basicConstraints'] => {
  const length = /Path Length:? *(\d+)/i.exec(value)?.[1]
  return { ca: /^true/i.test(value), ...(length === undefined ? {} : { pathLength: Number(length) }) }
}

/** Takes a line with a label into the certificate; where the lines behind it belong, or null for a label that there is not. */
const takeLabel = (into: Draft, label: string, value: string): Field | null => {
  switch (label) {
    case 'status':
      into.status = value
      return 'other'
    case 'version':
      into.version = value === '1' ? 1 : value === '2' ? 2 : 3
      return 'other'
    case 'certificate serial number (hex)':
    case 'certificate serial number':
      into.serial = serialOf(value)
      return 'other'
    case 'certificate usage':
      into.usage = usageOf(value)
      return 'other'
    case 'issuer':
      return 'issuer'
    case 'subject':
    case 'name':
    case 'ip address':
      return 'subject'
    case 'serial number':
      into.chassisSerial = value
      return 'subject'
    case 'crl distribution point':
    case 'crl distribution points':
      return 'crl'
    case 'start date':
      into.validFrom = printedTime(value)
      return 'other'
    case 'end date':
      into.validTo = printedTime(value)
      return 'other'
    case 'rsa public key':
    case 'ec public key':
      into.key = keyOf(label, value)
      return 'other'
    case 'signature algorithm':
      into.signature = signatureOf(value)
      return 'other'
    case 'fingerprint md5':
      into.fingerprints.md5 = value.replaceAll(' ', '').toUpperCase()
      return 'other'
    case 'fingerprint sha1':
      into.fingerprints.sha1 = value.replaceAll(' ', '').toUpperCase()
      return 'other'
    case 'x509v3 extensions':
      into.verbose = true
      return 'other'
    case 'x509v3 key usage':
      into.extensions.keyUsage = []
      return 'usage'
    case 'extended key usage':
    case 'x509v3 extended key usage':
      return 'eku'
    case 'x509v3 subject alternative name':
      return 'san'
    case 'ca':
      into.extensions.basicConstraints = constraintsOf(value)
      return 'other'
    case 'cert install time':
      into.installed = printedTime(value)
      return 'other'
    case 'associated trustpoint':
    case 'associated trustpoints':
      into.trustpoints.push(
        ...value.split(/[\s,]+/).filter((name) => name !== '' && name.toLowerCase() !== 'trustpool'),
      )
      into.trustpool ||= /\btrustpool\b/i.test(value)
      return 'other'
    case 'trustpool':
      into.trustpool = true
      return 'other'
    default:
      return ignoredLabels.has(label) || label.startsWith('x509v3 ') ? 'other' : null
  }
}

const ignoredLabels: ReadonlySet<string> = new Set([
  'validity date',
  'renew date',
  'subject key info',
  'public key algorithm',
  'fingerprint sha256',
  'authority info access',
  'storage',
  'key label',
  'key storage device',
  'key pair',
])

const attribute = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)=/

/** Takes a line without a label into the field above it. False: it does not belong there. */
const takeLine = (into: Draft, field: Field, line: string): boolean => {
  switch (field) {
    case 'issuer':
    case 'subject':
      if (!attribute.test(line)) return false
      into[field].push(line)
      return true
    case 'crl':
      into.crlDistributionPoints.push(line)
      return true
    case 'usage': {
      const usage = usageNames[line.toLowerCase()]
      if (usage === undefined) return false
      into.extensions.keyUsage?.push(usage)
      return true
    }
    case 'eku':
      into.extensions.extendedKeyUsage.push(line)
      return true
    case 'san':
      takeAlternativeName(into, line)
      return true
    case 'other':
      return false
  }
}

const takeAlternativeName = ({ extensions }: Draft, line: string): void => {
  const value = line.replace(/^(?:DNS|IP Address|Email|OtherNames?) *: */i, '')
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(value)) extensions.ip.push(value)
  else if (value.includes('@')) extensions.email.push(value)
  else if (/^[\w*.-]+$/.test(value)) extensions.dns.push(value)
}

/** `IP Address : 1.2.3.4` stands below an alternative name, where the same words are no label. */
const labelled = /^([A-Za-z][A-Za-z0-9() ]{0,40}?) ?: *(.*)$/

/** Where the lines behind a label belong; null for a line without one. */
const labelIn = (into: Draft, field: Field, line: string): Field | null => {
  const found = labelled.exec(line)
  if (!found || (field === 'san' && /^(?:IP Address|DNS|Email)/i.test(line))) return null
  return takeLabel(into, (found[1] ?? '').toLowerCase().replace(/ +/g, ' '), (found[2] ?? '').trim())
}

const finished = (draft: Draft): ShownCertificate => {
  const { issuer, subject, extensions, verbose, ...rest } = draft
  return {
    ...rest,
    issuer: issuer.length === 0 ? null : issuer.join(','),
    subject: subject.length === 0 ? null : subject.join(','),
    extensions: verbose ? extensions : null,
  }
}

/**
 * Reads the output of `show crypto pki certificates [verbose]`. Indentation does not count: documents and mail lose it.
 * Never fails: what is no part of a certificate is told by its line. `first`: the number of the first line.
 */
export const readShownCertificates = (lines: readonly string[], first: number): ShownCertificates => {
  const certificates: ShownCertificate[] = []
  const omissions: number[] = []
  const odd: number[] = []
  let open: Draft | null = null
  let field: Field = 'other'
  for (const [index, text] of lines.entries()) {
    const line = text.trim()
    const number = first + index
    if (line === '') continue
    const kind = certificateTitle(line)
    if (kind !== null) {
      if (open) certificates.push(finished(open))
      open = draft(kind, number)
      field = 'other'
      continue
    }
    if (isOmission(line)) {
      omissions.push(number)
      continue
    }
    if (open === null) {
      odd.push(number)
      continue
    }
    const inside = labelIn(open, field, line)
    if (inside !== null) field = inside
    else if (!takeLine(open, field, line)) {
      odd.push(number)
      continue
    }
    open.to = number
  }
  if (open) certificates.push(finished(open))
  return { certificates, omissions, odd }
}
