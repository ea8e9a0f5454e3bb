import { createSecretKey, type KeyObject } from 'node:crypto'
import type {
  Certificate,
  GeneralNames,
  Name,
  NameAttribute,
  Trustpoint,
  TrustpointConfiguration,
} from '../../src/pki/index.ts'
import {
  defaultKnobs,
  type IsakmpProfile,
  type MatchStatement,
  type ReceivedIdentity,
  type ReceivedRequest,
  type SelectionContext,
} from '../../src/selection/index.ts'
import type { SourceRef } from '../../src/trace/index.ts'

/** Hand-made names, certificates, trustpoints and contexts for the tests of `selection/`: nothing here is signed. */

export const lineAt = (line: number, text = `line ${line}`, router = 'R1'): SourceRef => ({
  router,
  file: `${router}.cfg`,
  line,
  text,
})

const oids: Readonly<Record<string, readonly [oid: string, tag: number]>> = {
  cn: ['2.5.4.3', 19],
  c: ['2.5.4.6', 19],
  o: ['2.5.4.10', 19],
  ou: ['2.5.4.11', 19],
  serialNumber: ['2.5.4.5', 19],
  ipaddress: ['1.2.840.113549.1.9.8', 19],
  hostname: ['1.2.840.113549.1.9.2', 22],
  e: ['1.2.840.113549.1.9.1', 22],
}

const tlv = (tag: number, ...parts: readonly (readonly number[])[]): number[] => {
  const content = parts.flat()
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255]
  return [tag, ...length, ...content]
}

const oidOctets = (oid: string): number[] => {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number)
  const base128 = (value: number): number[] => {
    const digits = [value & 127]
    for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 127) | 128)
    return digits
  }
  return [first * 40 + second, ...rest.flatMap(base128)]
}

/** A name from IOS's spelling, last RDN first; a comma that belongs to a value is followed by a blank. */
export const nameOf = (ios: string): Name => {
  const rdns = ios
    .split(/,(?! )/)
    .reverse()
    .map((rdn) =>
      rdn.split('+').map((text): NameAttribute => {
        const separator = text.indexOf('=')
        const [oid, tag] = oids[text.slice(0, separator)] ?? ['2.5.4.11', 19]
        return { oid, tag, value: text.slice(separator + 1) }
      }),
    )
  const der = tlv(
    0x30,
    ...rdns.map((rdn) =>
      tlv(
        0x31,
        ...rdn.map(({ oid, tag, value }) =>
          tlv(0x30, tlv(0x06, oidOctets(oid)), tlv(tag, [...new TextEncoder().encode(value)])),
        ),
      ),
    ),
  )
  return { ios, rdns, der: Uint8Array.from(der) }
}

const key: KeyObject = createSecretKey(Uint8Array.of(1))

export const certificateOf = (
  subject: string,
  issuer: string,
  more: Partial<Omit<Certificate, 'subjectAltName'>> & { readonly subjectAltName?: Partial<GeneralNames> } = {},
): Certificate => {
  const { subjectAltName, ...rest } = more
  return {
    der: new Uint8Array(0),
    version: 3,
    serial: '03',
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    notBefore: Date.UTC(2013, 5, 17, 11, 25, 1),
    notAfter: Date.UTC(2014, 5, 17, 11, 25, 1),
    spki: new Uint8Array(0),
    publicKey: key,
    keyType: 'rsa',
    signatureAlgorithm: 'md5WithRSAEncryption',
    crlDistributionPoints: [],
    unknownCriticalExtensions: [],
    ...rest,
    ...(subjectAltName === undefined
      ? {}
      : { subjectAltName: { dns: [], email: [], ip: [], uri: [], ...subjectAltName } }),
  }
}

/** `held`: what the router has of this CA. `line`: where the trustpoint is defined. */
export const trustpointOf = (
  name: string,
  ca: string,
  line: number,
  held: {
    readonly identity?: boolean
    readonly authenticated?: boolean
    readonly keyType?: 'rsa' | 'ec'
    readonly primary?: boolean
    readonly router?: string
  } = {},
): Trustpoint => {
  const { identity = true, authenticated = true, keyType = 'rsa', primary = false, router = 'R1' } = held
  const configuration: TrustpointConfiguration = {
    name,
    at: lineAt(line, `crypto pki trustpoint ${name}`, router),
    enrollment: { kind: 'none' },
    serialNumber: true,
    revocationCheck: ['crl'],
    chainValidation: { mode: 'stop' },
    primary,
    usage: [],
    matchCertificate: [],
  }
  return {
    name,
    configuration,
    builtIn: false,
    ...(authenticated ? { ca: certificateOf(ca, ca) } : {}),
    ...(identity
      ? {
          identity: {
            certificate: certificateOf(`cn=${router},ou=IT,o=cisco,o=com`, ca, { keyType }),
            privateKey: key,
            chain: [],
          },
        }
      : {}),
  }
}

export const CA1 = 'cn=CA1,o=cisco,o=com'
export const CA2 = 'cn=CA2,o=cisco,o=com'

/** The five of 15.3T, in the order in which the seed's routers ask for them. */
export const builtInNames: readonly string[] = [
  'ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US',
  'cn=Cisco SSCA2,o=Cisco Systems',
  'cn=Cisco Manufacturing CA,o=Cisco Systems',
  'cn=Cisco Root CA 2048,o=Cisco Systems',
  'cn=Cisco Root CA M1,o=Cisco',
]

export const builtIns: readonly Trustpoint[] = builtInNames.map((ca, index) => ({
  name: `Trustpool${index + 1}`,
  builtIn: true,
  caName: nameOf(ca),
}))

export const profileOf = (
  name: string,
  line: number,
  more: Partial<IsakmpProfile> & { readonly trustPoints?: readonly string[]; readonly router?: string } = {},
): IsakmpProfile => {
  const { trustPoints = [], router = 'R1', ...rest } = more
  return {
    name,
    at: lineAt(line, `crypto isakmp profile ${name}`, router),
    caTrustPoints: trustPoints.map((trustPoint, index) => ({
      name: trustPoint,
      at: lineAt(line + 1 + index, ` ca trust-point ${trustPoint}`, router),
    })),
    matchIdentity: [],
    matchCertificate: [],
    keyrings: [],
    initiateAggressive: false,
    ...rest,
  }
}

type Bare<M> = M extends unknown ? Omit<M, 'at'> : never

export const statement = (line: number, bare: Bare<MatchStatement>): MatchStatement =>
  ({ ...bare, at: lineAt(line, ` match identity ${bare.kind}`) }) as MatchStatement

export const contextOf = (more: Partial<SelectionContext> = {}): SelectionContext => ({
  router: 'R1',
  hostname: 'R1',
  domainName: 'cisco.com',
  store: { trustpoints: [] },
  policies: [],
  profiles: [],
  keyrings: [],
  certificateMaps: [],
  identity: 'address',
  knobs: defaultKnobs,
  ...more,
})

export const requestFor = (ca: string): ReceivedRequest => ({ encoding: 4, ca: nameOf(ca), der: nameOf(ca).der })

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
export const fqdn = (value: string): ReceivedIdentity => ({ type: 2, value, data: utf8(value) })
export const userFqdn = (value: string): ReceivedIdentity => ({ type: 3, value, data: utf8(value) })
export const keyId = (value: string): ReceivedIdentity => ({ type: 11, value, data: utf8(value) })
export const ipv4 = (value: string): ReceivedIdentity => ({
  type: 1,
  value,
  data: Uint8Array.from(value.split('.'), Number),
})
export const distinguishedName = (ios: string): ReceivedIdentity => ({ type: 9, value: ios, data: nameOf(ios).der })
