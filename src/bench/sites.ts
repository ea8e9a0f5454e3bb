import { type KeyPair, labEcKeyPair, labRsaKeyPair } from '../crypto/index.ts'
import { parseConfiguration, type RouterConfiguration } from '../ios/index.ts'
import {
  builtInCas,
  type Certificate,
  type CertificateStore,
  certificateStore,
  issueCertificate,
  nameFromIos,
} from '../pki/index.ts'
import { type Authentication, siteText, type TunnelKind } from './site-text.ts'

export interface Site {
  readonly name: 'R1' | 'R2'
  readonly configuration: RouterConfiguration
  readonly store: CertificateStore
  /** null with a pre-shared key. */
  readonly identity: { readonly certificate: Certificate; readonly keys: KeyPair } | null
}

export interface Sites {
  readonly R1: Site
  readonly R2: Site
  /** The CA's; null with a pre-shared key. */
  readonly authorityKeys: KeyPair | null
}

/** When the tunnels of the benchmark are built: milliseconds since 1970 UTC. */
export const benchClock: number = Date.UTC(2026, 0, 15, 12)
const year = 365 * 86_400_000

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

const keyOf = (authentication: Authentication, index: number): KeyPair =>
  authentication === 'P-256' ? labEcKeyPair('P-256', index) : labRsaKeyPair(2048, index)

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
    return { R1: bare('R1'), R2: bare('R2'), authorityKeys: null }
  }
  const authorityKeys = keyOf(authentication, 0)
  const issuer = nameOf('cn=CA1,o=example,c=COM')
  const common = {
    version: 3,
    issuer,
    notBefore: benchClock - year,
    notAfter: benchClock + year,
    issuerKeys: authorityKeys,
    hash: 'sha256',
  } as const
  const ca = issueCertificate({
    ...common,
    serial: '01',
    subject: issuer,
    keys: authorityKeys,
    ca: {},
    keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
  })
  const enrolled = (name: 'R1' | 'R2', number: number): Site => {
    const configuration = configurationOf(name, kind)
    const keys = keyOf(authentication, number)
    const certificate = issueCertificate({
      ...common,
      serial: `0${number + 1}`,
      subject: nameOf(`cn=${name},ou=IT,o=example,c=COM`),
      keys,
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      dns: [`${name}.example.com`],
    })
    const identity = { certificate, keys, chain: [] }
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
  return { R1: enrolled('R1', 1), R2: enrolled('R2', 2), authorityKeys }
}
