import type { Certificate, CertificateStore, Trustpoint, TrustpointConfiguration } from '../../pki/index.ts'
import type { Timezone } from '../clock.ts'
import { identityLines, nameLines, storage, usage, validityLines, verboseLines } from './certificate-text.ts'

export interface ShowCertificatesOptions {
  readonly timezone: Timezone
  readonly verbose?: boolean
  /** Only what this trustpoint holds. */
  readonly trustpoint?: string
}

type Kind = 'identity' | 'ca'

interface Listed {
  readonly kind: Kind
  readonly certificate: Certificate
  readonly trustpoints: readonly string[]
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((octet, at) => octet === b[at])

/** A certificate that several trustpoints hold is listed once, with all of them. */
const listed = (trustpoints: readonly Trustpoint[], kind: Kind): readonly Listed[] => {
  const list: { certificate: Certificate; trustpoints: string[] }[] = []
  for (const trustpoint of trustpoints) {
    const certificate = kind === 'identity' ? trustpoint.identity?.certificate : trustpoint.ca
    if (!certificate) continue
    const known = list.find((entry) => sameBytes(entry.certificate.der, certificate.der))
    if (known) known.trustpoints.push(trustpoint.name)
    else list.push({ certificate, trustpoints: [trustpoint.name] })
  }
  return list.map((entry) => ({ kind, ...entry }))
}

const title = ({ kind, certificate: { subject, issuer } }: Listed): string => {
  if (kind === 'ca') return 'CA Certificate'
  return sameBytes(subject.der, issuer.der) ? 'Router Self-Signed Certificate' : 'Certificate'
}

const indent = (lines: readonly string[], blanks: number): readonly string[] =>
  lines.map((line) => `${' '.repeat(blanks)}${line}`)

/** Blanks at line ends are IOS's. */
const block = (entry: Listed, { timezone, verbose = false }: ShowCertificatesOptions): string => {
  const { certificate, kind, trustpoints } = entry
  const identity = kind === 'identity'
  const lines = [
    'Status: Available',
    ...(verbose ? [`Version: ${certificate.version}`] : []),
    `Certificate Serial Number (hex): ${certificate.serial}`,
    `Certificate Usage: ${usage(certificate)}`,
    'Issuer: ',
    ...indent(nameLines(certificate.issuer), 2),
    identity ? 'Subject:' : 'Subject: ',
    ...indent([...(identity ? identityLines(certificate) : []), ...nameLines(certificate.subject)], 2),
    ...(certificate.crlDistributionPoints.length === 0
      ? []
      : ['CRL Distribution Points: ', ...indent(certificate.crlDistributionPoints, 2)]),
    'Validity Date: ',
    ...indent(validityLines(certificate, timezone), 2),
    ...(verbose ? verboseLines(certificate) : []),
    `Associated Trustpoints: ${trustpoints.map((name) => `${name} `).join('')}`,
    `Storage: ${storage(certificate, kind)}`,
  ]
  return `${[title(entry), ...indent(lines, 2)].join('\n')}\n`
}

/**
 * `show crypto pki certificates [verbose] [TRUSTPOINT]`: identity certificates in the store's order, newest first,
 * then CA certificates. The built-in CAs are the trustpool's and not listed. Empty when there is none.
 * Source: the seed's outputs of R1 and R2, ios-semantics §3.5, §3.8.
 */
export const showPkiCertificates = (store: CertificateStore, options: ShowCertificatesOptions): string => {
  const own = store.trustpoints.filter(
    ({ builtIn, name }) => !builtIn && (options.trustpoint === undefined || name === options.trustpoint),
  )
  return [...listed(own, 'identity'), ...listed(own, 'ca')].map((entry) => block(entry, options)).join('\n')
}

const defaultScepPath = '/cgi-bin'

/** A URL without a path gets SCEP's default one. */
const scepUrl = (url: string): string =>
  /^[a-z]+:\/\/[^/]+\/?$/i.test(url) ? url.replace(/\/?$/, defaultScepPath) : url

const enrollmentLines = (name: string, configuration: TrustpointConfiguration | undefined): readonly string[] => {
  if (configuration?.enrollment.kind === 'url') return [`SCEP URL: ${scepUrl(configuration.enrollment.url)}`]
  if (configuration?.enrollment.kind === 'selfsigned')
    return [
      'Persistent self-signed certificate trust point',
      `Using key label ${configuration.rsaKeyPair?.label ?? configuration.ecKeyPair ?? name}`,
    ]
  return []
}

const certificateLines = (ca: Certificate): readonly string[] => [
  'Subject Name:',
  ...nameLines(ca.subject),
  `      Serial Number (hex): ${ca.serial}`,
]

/**
 * `show crypto pki trustpoints`: those of the configuration in its order, then those that only the store knows;
 * the built-in CAs are left out. Source: ios-semantics §3.9.
 */
export const showPkiTrustpoints = (
  store: CertificateStore,
  configured: readonly TrustpointConfiguration[] = [],
): string => {
  const held = store.trustpoints.filter(({ builtIn }) => !builtIn)
  const names = [...new Set([...configured, ...held].map(({ name }) => name))]
  return names
    .map((name) => {
      const trustpoint = held.find((candidate) => candidate.name === name)
      const configuration = configured.find((candidate) => candidate.name === name) ?? trustpoint?.configuration
      const certificate = trustpoint?.ca ?? trustpoint?.identity?.certificate
      const lines = [
        ...(certificate ? certificateLines(certificate) : []),
        ...(trustpoint?.ca ? ['Certificate configured.'] : []),
        ...enrollmentLines(name, configuration),
      ]
      return `${[`Trustpoint ${name}:`, ...indent(lines, 4)].join('\n')}\n`
    })
    .join('\n\n')
}
