import { createSecretKey, type KeyObject } from 'node:crypto'
import {
  builtInCas,
  type Certificate,
  type GeneralNames,
  type Name,
  nameFromIos,
  type Trustpoint,
  type TrustpointConfiguration,
} from '../../src/pki/index.ts'
import {
  defaultKnobs,
  type IsakmpProfile,
  type MatchStatement,
  noIkeV2,
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

/** A name from IOS's spelling, last RDN first. */
export const nameOf = (ios: string): Name => {
  const name = nameFromIos(ios)
  if (!name.ok) throw new Error(name.reject.detail)
  return name.value
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
            keys: { type: keyType, modulusLength: null, name: null, publicKey: key, privateKey: key },
            chain: [],
          },
        }
      : {}),
  }
}

export const CA1 = 'cn=CA1,o=cisco,o=com'
export const CA2 = 'cn=CA2,o=cisco,o=com'

/** The five of 15.3T, in the order in which the seed's routers ask for them. */
export const builtIns: readonly Trustpoint[] = builtInCas('15.3T')
export const builtInNames: readonly string[] = builtIns.map(({ caName }) => caName?.ios ?? '')

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
  ikev2: noIkeV2,
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
