import { type KeyPair, labRsaKeyPair } from '../../src/crypto/index.ts'
import { type Certificate, issueCertificate, nameFromIos } from '../../src/pki/index.ts'

/** Certificates as they stand in a running configuration, those among them that no CA of a lab would issue. */

/** A CA: `ca: false` leaves the CA flag out; `criticalExtension` stands in the place of the key usage, and nobody knows it. */
export interface DescribedCa {
  readonly name: string
  readonly issuer?: string | undefined
  readonly ca: false | { readonly pathLength?: number | undefined }
  readonly keyUsage: readonly string[]
  readonly criticalExtension: boolean
  readonly bits: number
}

export interface DescribedChain {
  /** The CA whose certificate the trustpoint has. */
  readonly ca: string
  /** Of the router's own certificate; null: it has none. */
  readonly identity: { readonly keyUsage: readonly string[]; readonly bits: number } | null
}

const day = 86_400_000
const begin = Date.UTC(2013, 5, 17, 12)
const perLine = 36

/** OIDs of RFC 5280 §4.2.1.3 and §4.2.1.10, with their tag and length: key usage becomes name constraints. */
const keyUsageOid = Uint8Array.of(6, 3, 0x55, 0x1d, 0x0f)
const nameConstraintsOid = Uint8Array.of(6, 3, 0x55, 0x1d, 0x1e)

const nameOf = (text: string) => {
  const read = nameFromIos(text)
  if (!read.ok) throw new Error(`${text} is no name`)
  return read.value
}

const withCriticalExtension = (der: Uint8Array): Uint8Array => {
  const octets = Buffer.from(der)
  octets.set(nameConstraintsOid, octets.indexOf(keyUsageOid))
  return octets
}

const hexLines = (header: string, der: Uint8Array): readonly string[] => [
  ` ${header}`,
  ...Array.from(
    { length: Math.ceil(der.length / perLine) },
    (_, line) =>
      `  ${Buffer.from(der.subarray(line * perLine, (line + 1) * perLine))
        .toString('hex')
        .toUpperCase()}`,
  ),
  '  quit',
]

/** The sections `crypto pki certificate chain` of routers, by router. */
export const chainSections = (
  cas: Readonly<Record<string, DescribedCa>>,
  chains: Readonly<Record<string, Readonly<Record<string, DescribedChain>>>>,
): Readonly<Record<string, string>> => {
  const issued = new Map<
    string,
    { readonly certificate: Certificate; readonly keys: KeyPair; readonly der: Uint8Array }
  >()
  const caOf = (
    label: string,
  ): { readonly certificate: Certificate; readonly keys: KeyPair; readonly der: Uint8Array } => {
    const known = issued.get(label)
    if (known) return known
    const described = cas[label]
    if (!described) throw new Error(`there is no CA ${label}`)
    const keys = labRsaKeyPair(described.bits, Object.keys(cas).indexOf(label))
    const above = described.issuer === undefined ? null : caOf(described.issuer)
    const certificate = issueCertificate({
      version: 3,
      serial: '01',
      subject: nameOf(described.name),
      issuer: above?.certificate.subject ?? nameOf(described.name),
      notBefore: begin - day,
      notAfter: begin + 1000 * day,
      keys,
      issuerKeys: above?.keys ?? keys,
      hash: 'sha256',
      ...(described.ca === false
        ? {}
        : { ca: described.ca.pathLength === undefined ? {} : { pathLength: described.ca.pathLength } }),
      keyUsage: described.keyUsage,
    })
    const der = described.criticalExtension ? withCriticalExtension(certificate.der) : certificate.der
    const made = { certificate, keys, der }
    issued.set(label, made)
    return made
  }
  const sections = Object.entries(chains).map(([router, trustpoints], number) => {
    const lines = Object.entries(trustpoints).flatMap(([trustpoint, { ca, identity }]) => {
      const { certificate, keys, der } = caOf(ca)
      const own =
        identity &&
        issueCertificate({
          version: 3,
          serial: `0${number + 2}`,
          subject: nameOf(`hostname=${router}.cisco.com,cn=${router}`),
          issuer: certificate.subject,
          notBefore: begin,
          notAfter: begin + 365 * day,
          keys: labRsaKeyPair(identity.bits, number),
          issuerKeys: keys,
          hash: 'sha256',
          keyUsage: identity.keyUsage,
          dns: [`${router}.cisco.com`],
        })
      return [
        `crypto pki certificate chain ${trustpoint}`,
        ...(own ? hexLines(`certificate ${own.serial}`, own.der) : []),
        ...hexLines(`certificate ca ${certificate.serial}`, der),
      ]
    })
    return [router, `${lines.join('\n')}\n`] as const
  })
  return Object.fromEntries(sections)
}
