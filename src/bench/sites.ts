import { createPublicKey, type KeyObject } from 'node:crypto'
import { type DhGroupId, labEcKey, labRsaKey } from '../crypto/index.ts'
import { parseConfiguration, type RouterConfiguration } from '../ios/index.ts'
import {
  builtInCas,
  type Certificate,
  type CertificateStore,
  certificateStore,
  issueCertificate,
  nameFromIos,
} from '../pki/index.ts'

/*
 * R1 192.0.2.1 ════ 192.0.2.2 R2
 *
 * Two routers with one tunnel between them, as the document has it: a profile that names its trustpoint and the
 * peer's host name, and the built-in CAs, which are asked for too.
 */

export type Authentication = 'RSA-2048' | 'P-256' | 'pre-shared key'

export interface TunnelKind {
  readonly group: DhGroupId
  readonly authentication: Authentication
}

export interface Site {
  readonly name: 'R1' | 'R2'
  readonly configuration: RouterConfiguration
  readonly store: CertificateStore
  /** null with a pre-shared key. */
  readonly identity: { readonly certificate: Certificate; readonly privateKey: KeyObject } | null
}

export interface Sites {
  readonly R1: Site
  readonly R2: Site
  /** The CA's; null with a pre-shared key. */
  readonly authorityKey: KeyObject | null
}

/** When the tunnels of the benchmark are built: milliseconds since 1970 UTC. */
export const benchClock: number = Date.UTC(2026, 0, 15, 12)
const year = 365 * 86_400_000

const ends = {
  R1: { own: '192.0.2.1', peer: '192.0.2.2', other: 'R2', inside: '10.1.0.1', tunnel: '172.16.0.1' },
  R2: { own: '192.0.2.2', peer: '192.0.2.1', other: 'R1', inside: '10.2.0.1', tunnel: '172.16.0.2' },
} as const

const policyMethod: Readonly<Record<Authentication, string>> = {
  'RSA-2048': 'rsa-sig',
  'P-256': 'ecdsa-sig',
  'pre-shared key': 'pre-share',
}

/** The configuration of one end, as an engineer would type it. */
const siteText = (name: 'R1' | 'R2', { group, authentication }: TunnelKind): string => {
  const { own, peer, other, inside, tunnel } = ends[name]
  const certificates = authentication !== 'pre-shared key'
  return [
    `hostname ${name}`,
    'ip domain name example.com',
    ...(certificates
      ? [
          'crypto pki trustpoint TP1',
          ' enrollment url http://192.0.2.9:80',
          ` fqdn ${name}.example.com`,
          ` subject-name CN=${name},OU=IT,O=example,C=COM`,
          ' revocation-check none',
        ]
      : []),
    'crypto isakmp policy 10',
    ' encr aes',
    ' hash sha256',
    ` authentication ${policyMethod[authentication]}`,
    ` group ${group}`,
    ...(certificates
      ? [
          'crypto isakmp profile P1',
          ' self-identity fqdn',
          ' ca trust-point TP1',
          ` match identity host ${other}.example.com`,
        ]
      : [`crypto isakmp key Rather-long-secret-1 address ${peer}`]),
    'crypto ipsec transform-set TS esp-aes esp-sha256-hmac',
    'crypto ipsec profile IP1',
    ' set transform-set TS',
    ...(certificates ? [' set isakmp-profile P1'] : []),
    'interface Loopback0',
    ` ip address ${inside} 255.255.255.0`,
    'interface Ethernet0/0',
    ` ip address ${own} 255.255.255.0`,
    'interface Tunnel1',
    ` ip address ${tunnel} 255.255.255.252`,
    ' tunnel source Ethernet0/0',
    ` tunnel destination ${peer}`,
    ' tunnel mode ipsec ipv4',
    ' tunnel protection ipsec profile IP1',
    'end',
    '',
  ].join('\n')
}

const configurationOf = (name: 'R1' | 'R2', kind: TunnelKind): RouterConfiguration => {
  const read = parseConfiguration(siteText(name, kind), { file: `${name}.cfg` })
  if (!read.ok) throw new Error(`the benchmark's configuration is refused: ${JSON.stringify(read.errors[0])}`)
  return read.configuration
}

const nameOf = (text: string): Certificate['subject'] => {
  const name = nameFromIos(text)
  if (!name.ok) throw new Error(name.reject.detail)
  return name.value
}

const keyOf = (authentication: Authentication, index: number): KeyObject =>
  authentication === 'P-256' ? labEcKey('P-256', index) : labRsaKey(2048, index)

/** Both ends of a tunnel, enrolled in one CA whose key is of the same kind as theirs. */
export const tunnelSites = (kind: TunnelKind): Sites => {
  const { authentication } = kind
  if (authentication === 'pre-shared key') {
    const bare = (name: 'R1' | 'R2'): Site => ({
      name,
      configuration: configurationOf(name, kind),
      store: { trustpoints: [] },
      identity: null,
    })
    return { R1: bare('R1'), R2: bare('R2'), authorityKey: null }
  }
  const authorityKey = keyOf(authentication, 0)
  const authorityPublic = createPublicKey(authorityKey)
  const issuer = nameOf('cn=CA1,o=example,c=COM')
  const common = {
    version: 3,
    issuer,
    notBefore: benchClock - year,
    notAfter: benchClock + year,
    issuerKey: authorityKey,
    hash: 'sha256',
  } as const
  const ca = issueCertificate(
    {
      ...common,
      serial: '01',
      subject: issuer,
      publicKey: authorityPublic,
      ca: {},
      keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
    },
    authorityPublic,
  )
  const enrolled = (name: 'R1' | 'R2', number: number): Site => {
    const configuration = configurationOf(name, kind)
    const privateKey = keyOf(authentication, number)
    const certificate = issueCertificate(
      {
        ...common,
        serial: `0${number + 1}`,
        subject: nameOf(`cn=${name},ou=IT,o=example,c=COM`),
        publicKey: createPublicKey(privateKey),
        keyUsage: ['digitalSignature', 'keyEncipherment'],
        dns: [`${name}.example.com`],
      },
      authorityPublic,
    )
    const identity = { certificate, privateKey, chain: [] }
    const store = certificateStore({
      enrolled: configuration.trustpoints.map((trustpoint) => ({
        name: trustpoint.name,
        configuration: trustpoint,
        ca,
        identity,
        builtIn: false,
      })),
      builtIn: builtInCas('15.3T'),
      caOnlyPosition: 'afterId',
    })
    return { name, configuration, store, identity }
  }
  return { R1: enrolled('R1', 1), R2: enrolled('R2', 2), authorityKey }
}
