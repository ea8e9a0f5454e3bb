import { type KeyPair, labEcKeyPair, labRsaKeyPair } from '../crypto/index.ts'
import type { RouterConfiguration } from '../ios/index.ts'
import {
  type Certificate,
  identityName,
  issueCertificate,
  type Name,
  type SigningHash,
  type Trustpoint,
  type TrustpointConfiguration,
} from '../pki/index.ts'
import type { Authority } from './authorities.ts'
import { type EnrolmentSettings, extendedUsages } from './scenario-schema.ts'

/** One enrolment of a router, as the scenario tells it. */
export interface Enrolment {
  readonly router: string
  readonly settings: EnrolmentSettings
  readonly configuration: TrustpointConfiguration
  readonly authority: Authority
  /** Milliseconds since 1970 UTC. */
  readonly at: number
}

const day = 86_400_000
const curves = { ec256: 'P-256', ec384: 'P-384', ec521: 'P-521' } as const

/** Numbers under which the lab derives keys for routers; those of the CAs are below. */
const firstRouterKey = 8
/** So many follow whose primes are tabulated. Whoever enrols more often has some key pairs twice, as routers mostly have. */
const routerKeys = 24
const routerKey = (number: number): number => firstRouterKey + (number % routerKeys)

/** Finding the primes of larger keys takes seconds, and their size changes nothing but that of messages. */
const rsaBits = (wanted: number): 1024 | 2048 => (wanted <= 1024 ? 1024 : 2048)

/** The scenario says which kind, or the trustpoint's `eckeypair` and `rsakeypair`. */
const keyOf = (
  { key }: EnrolmentSettings,
  { ecKeyPair, rsaKeyPair }: TrustpointConfiguration,
  number: number,
): KeyPair => {
  const kind = key ?? (ecKeyPair === undefined ? 'rsa' : 'ec256')
  return kind === 'rsa' ? labRsaKeyPair(rsaBits(rsaKeyPair?.bits ?? 2048), number) : labEcKeyPair(curves[kind], number)
}

/** `ip-address` names an address, or an interface whose address it is. */
const addressFor = (text: string, configuration: RouterConfiguration): string =>
  configuration.ipsec.interfaces.find(({ name }) => name.toLowerCase() === text.toLowerCase())?.addresses[0]?.address ??
  text

export const fqdnOf = (
  { fqdn }: TrustpointConfiguration,
  { hostname, domainName }: RouterConfiguration,
): string | undefined => {
  if (fqdn === 'none') return undefined
  return fqdn ?? (domainName === undefined ? hostname : `${hostname}.${domainName}`)
}

/** What a router asks its CA to put into the certificate. */
interface RequestedNames {
  readonly subject: Name
  /** Host names of the subject alternative name. */
  readonly dns: readonly string[]
}

/** The subject of ios-semantics §3.3. A text says why it cannot be built. */
export const requestedNames = (
  trustpoint: TrustpointConfiguration,
  configuration: RouterConfiguration,
  chassisSerial: string | undefined,
): RequestedNames | string => {
  const fqdn = fqdnOf(trustpoint, configuration)
  const address =
    trustpoint.ipAddress === undefined || trustpoint.ipAddress === 'none'
      ? undefined
      : addressFor(trustpoint.ipAddress, configuration)
  if (trustpoint.serialNumber && chassisSerial === undefined)
    return `${trustpoint.name} puts the serial number into the subject, and the lab does not know it`
  const subject = identityName({
    ...(trustpoint.subjectName === undefined ? {} : { subjectName: trustpoint.subjectName }),
    ...(trustpoint.serialNumber && chassisSerial !== undefined ? { serialNumber: chassisSerial } : {}),
    ...(address === undefined ? {} : { ipAddress: address }),
    ...(fqdn === undefined ? {} : { fqdn }),
  })
  if (!subject.ok) return `the subject of ${trustpoint.name} cannot be built: ${subject.reject.detail}`
  const dns = [fqdn, trustpoint.subjectAltName].filter((name) => name !== undefined)
  return { subject: subject.value, dns }
}

/** What the CA issues to the router, general purpose. A text says why it cannot. */
export const enrol = (
  enrolment: Enrolment,
  configuration: RouterConfiguration,
  chassisSerial: string | undefined,
  keyNumber: number,
): Trustpoint | string => {
  const { authority, settings, configuration: trustpoint } = enrolment
  const issuer = authority.generationAt(enrolment.at)
  const base: Trustpoint = {
    name: trustpoint.name,
    configuration: trustpoint,
    ca: issuer.certificate,
    builtIn: false,
    ...(settings.request === 'granted' ? {} : { request: settings.request }),
  }
  if (settings.authenticateOnly || settings.request !== 'granted') return base
  const names = requestedNames(trustpoint, configuration, chassisSerial)
  if (typeof names === 'string') return names
  const { subject, dns } = names
  const keys = keyOf(settings, trustpoint, routerKey(keyNumber))
  const notBefore = settings.notBefore === undefined ? enrolment.at : Date.parse(settings.notBefore)
  const certificate: Certificate = issueCertificate({
    version: settings.version ?? 3,
    serial: authority.nextSerial(),
    subject,
    issuer: authority.name,
    notBefore,
    notAfter:
      settings.notAfter === undefined
        ? notBefore + authority.settings.certificateDays * day
        : Date.parse(settings.notAfter),
    keys,
    issuerKeys: issuer.keys,
    hash: (settings.hash ?? authority.settings.hash) as SigningHash,
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    ...(dns.length > 0 ? { dns } : {}),
    ...(settings.extendedKeyUsage
      ? { extendedKeyUsage: settings.extendedKeyUsage.map((name) => extendedUsages[name] ?? name) }
      : {}),
    ...(authority.settings.cdp === undefined ? {} : { cdp: authority.settings.cdp }),
  })
  return {
    ...base,
    identity: {
      certificate,
      keys: signsWithAnother(settings, trustpoint)
        ? keyOf(settings, trustpoint, routerKey(keyNumber + anotherKey))
        : keys,
      chain: settings.sends === 'leaf' ? [] : issuer.chain,
      ...(settings.certificateUrl === undefined ? {} : { url: settings.certificateUrl }),
    },
  }
}

/** Far from the key that it replaces. */
const anotherKey = 12

/** The pair was generated anew under its label, or the trustpoint names another label than the one that was enrolled. */
const signsWithAnother = (
  { keyPair, keyRegenerated }: EnrolmentSettings,
  { rsaKeyPair, ecKeyPair }: TrustpointConfiguration,
): boolean => {
  const today = rsaKeyPair?.label ?? ecKeyPair
  return keyRegenerated || (keyPair !== undefined && today !== undefined && keyPair !== today)
}
