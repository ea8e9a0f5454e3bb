import { createPublicKey, type KeyObject } from 'node:crypto'
import {
  type Certificate,
  issueCertificate,
  type Name,
  nameFromIos,
  type Trustpoint,
  type TrustpointConfiguration,
} from '../../pki/index.ts'
import { requestedNames } from '../enrol.ts'
import type { PrintedRouter } from './printed-routers.ts'
import { type KeyKind, type StandInKeys, standInKeys } from './stand-in-keys.ts'

const day = 86_400_000
/** A CA that nobody described is older than the certificates that it issued, and both are older than the clock. */
const authorityBefore = 10 * day
const authorityFor = 1095 * day
const enrolledBefore = 3 * day
const enrolledFor = 365 * day

/** A CA that stands in for one of which the trustpoints tell. */
export interface StandInCa {
  readonly id: string
  readonly certificate: Certificate
  readonly key: KeyObject
}

const rsa: KeyKind = { rsa: 2048 }

const nameOf = (text: string): Name => {
  const name = nameFromIos(text)
  if (!name.ok) throw new Error(`a stand-in CA has no name: ${name.reject.detail}`)
  return name.value
}

const standInCa = (id: string, clock: number, keys: StandInKeys): StandInCa => {
  const name = nameOf(`cn=CA ${id.replace('http://', '').replaceAll(/[^\w.:/ -]/g, '-')}`)
  const key = keys.of(`CA ${id}`, rsa)
  const publicKey = createPublicKey(key)
  return {
    id,
    key,
    certificate: issueCertificate(
      {
        version: 3,
        serial: '01',
        subject: name,
        issuer: name,
        notBefore: clock - authorityBefore,
        notAfter: clock - authorityBefore + authorityFor,
        publicKey,
        issuerKey: key,
        hash: 'sha256',
        ca: {},
        keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
      },
      publicKey,
    ),
  }
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '').toLowerCase()

/** What a trustpoint's CA is known by: the URL where it enrols, else the trustpoint's name. */
const caIdOf = ({ name, enrollment }: TrustpointConfiguration): string =>
  enrollment.kind === 'url' ? `at ${withoutSlash(enrollment.url)}` : `of ${name}`

const firstSerial = 2

/** The chassis serial number where nothing told it. */
const unknownSerial = 'UNKNOWN'

const serialText = (serial: number): string => {
  const hex = serial.toString(16).toUpperCase()
  return hex.length % 2 === 0 ? hex : `0${hex}`
}

export interface StandIns {
  readonly cas: readonly StandInCa[]
  /** By router, in the order of the configuration. */
  readonly enrolled: ReadonlyMap<string, readonly Trustpoint[]>
}

/** Issues to every router what its trustpoints ask for. A text says which of them cannot be built. */
export const standIns = (routers: readonly PrintedRouter[], clock: number): StandIns | string => {
  const keys = standInKeys()
  const cas = new Map<string, StandInCa>()
  const enrolled = new Map<string, readonly Trustpoint[]>()
  let serial = firstSerial
  for (const { name: router, configuration } of routers) {
    const held: Trustpoint[] = []
    for (const trustpoint of configuration.trustpoints) {
      if (trustpoint.enrollment.kind === 'selfsigned') continue
      const id = caIdOf(trustpoint)
      const ca = cas.get(id) ?? standInCa(id, clock, keys)
      cas.set(id, ca)
      const names = requestedNames(trustpoint, configuration, unknownSerial)
      if (typeof names === 'string') return names
      const privateKey = keys.of(
        `${router} ${trustpoint.ecKeyPair ?? trustpoint.rsaKeyPair?.label ?? ''}`,
        trustpoint.ecKeyPair === undefined ? { rsa: trustpoint.rsaKeyPair?.bits ?? rsa.rsa } : { curve: 'P-256' },
      )
      const notBefore = clock - enrolledBefore
      const certificate = issueCertificate(
        {
          version: 3,
          serial: serialText(serial++),
          subject: names.subject,
          issuer: ca.certificate.subject,
          notBefore,
          notAfter: notBefore + enrolledFor,
          publicKey: createPublicKey(privateKey),
          issuerKey: ca.key,
          hash: 'sha256',
          keyUsage: ['digitalSignature', 'keyEncipherment'],
          ...(names.dns.length > 0 ? { dns: names.dns } : {}),
        },
        createPublicKey(ca.key),
      )
      held.push({
        name: trustpoint.name,
        configuration: trustpoint,
        ca: ca.certificate,
        builtIn: false,
        identity: { certificate, privateKey, chain: [] },
      })
    }
    enrolled.set(router, held)
  }
  return { cas: [...cas.values()], enrolled }
}
