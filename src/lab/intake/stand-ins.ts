import { type KeyPair, once } from '../../crypto/index.ts'
import {
  type Certificate,
  type IdentityCertificate,
  type Name,
  nameFromIos,
  sameName,
  type Trustpoint,
} from '../../pki/index.ts'
import { requestedNames } from '../enrol.ts'
import { type CaGroup, urlOf } from './ca-groups.ts'
import type { RouterEvidence, TrustpointEvidence } from './evidence.ts'
import {
  fromDer,
  fromShown,
  imaginedCa,
  imaginedIdentity,
  keyKindOf,
  requestedKind,
  rsa2048,
  shownKeyKind,
} from './reissue.ts'
import type { KeyKind, StandInKeys } from './stand-in-keys.ts'

/** A CA that stands in for one of which the trustpoints tell. */
export interface StandInCa {
  readonly id: string
  readonly certificate: Certificate
  readonly keys: KeyPair
}

/** A reading of what is not known: which groups are one CA. By the id of a group, that of the group with which it is one. */
export type Reading = ReadonlyMap<string, string>

export interface StandIns {
  readonly cas: readonly StandInCa[]
  /** By router, as its evidence lists them. */
  readonly held: ReadonlyMap<string, readonly Trustpoint[]>
}

/** The chassis serial number where nothing told it. */
const unknownSerial = 'UNKNOWN'
/** Where lists are published by CAs of which no address is known: a name that nobody has (RFC 2606). */
export const unknownPlace = (group: number): string => `http://ca${group + 1}.invalid/ca.crl`
const firstSerial = 2
const serialsOfRouter = 0x40

const nameOf = (text: string): Name => {
  const name = nameFromIos(text)
  if (!name.ok) throw new Error(`a stand-in has no name: ${name.reject.detail}`)
  return name.value
}

const serialText = (serial: number): string => {
  const hex = serial.toString(16).toUpperCase()
  return hex.length % 2 === 0 ? hex : `0${hex}`
}

/** What a CA's key must be: that of its certificate, else one that could have signed what it has issued. */
const caKeyKind = ({ evidence, members }: CaGroup): KeyKind => {
  if (evidence.kind === 'der') return keyKindOf(evidence.certificate)
  const shown = evidence.kind === 'shown' ? shownKeyKind(evidence.shown) : null
  if (shown) return shown
  const signedByCurve = members.some(({ trustpoint: { identity } }) =>
    identity.kind === 'der'
      ? /ecdsa/i.test(identity.certificate.signatureAlgorithm)
      : identity.kind === 'shown' && identity.shown.signature?.family === 'ec',
  )
  return signedByCurve ? { curve: 'P-256' } : rsa2048
}

/** Makes everything that routers hold, under CAs whose keys are public knowledge. A text says which trustpoint cannot be built. */
export const standIns = (
  routers: readonly RouterEvidence[],
  groups: readonly CaGroup[],
  reading: Reading,
  {
    clock,
    keys,
    serials,
  }: { readonly clock: number; readonly keys: StandInKeys; readonly serials: ReadonlyMap<string, string> },
): StandIns | string => {
  const groupByMember = new Map(
    groups
      .toReversed()
      .flatMap((group) =>
        group.members.map(({ router, trustpoint }) => [`${router} ${trustpoint.name}`, group] as const),
      ),
  )
  const groupOf = (router: string, name: string): CaGroup | undefined => groupByMember.get(`${router} ${name}`)
  const groupById = new Map(groups.toReversed().map((group) => [group.id, group]))
  const signer = (group: CaGroup): CaGroup => groupById.get(reading.get(group.id) ?? '') ?? group
  const places = new Map(groups.map((group, index) => [group, unknownPlace(index)]))
  const keyOf = (group: CaGroup): KeyPair => keys.of(`CA ${signer(group).id}`, caKeyKind(signer(group)))
  const issuerKey = (issuer: Name, own: CaGroup): KeyPair => {
    const above = groups.find(({ name, id }) => id !== own.id && name !== null && sameName(name, issuer))
    return above ? keyOf(above) : keys.of(`CA named ${issuer.ios}`, rsa2048)
  }
  const made = new Map<string, Certificate>()
  const certificateOf = (group: CaGroup): Certificate => {
    const known = made.get(group.id)
    if (known) return known
    const { evidence } = group
    const key = keyOf(group)
    const zones = routers.find(({ router }) => router.name === group.members[0]?.router)?.zones ?? []
    let certificate: Certificate
    if (evidence.kind === 'der') {
      const { subject, issuer } = evidence.certificate
      certificate = fromDer(evidence.certificate, key, sameName(subject, issuer) ? key : issuerKey(issuer, group))
    } else if (evidence.kind === 'shown') {
      const issuer = nameFromIos(evidence.shown.issuer ?? '')
      const above = issuer.ok && !sameName(issuer.value, evidence.name) ? issuer.value : evidence.name
      certificate = fromShown(
        { shown: evidence.shown, subject: evidence.name, issuer: above, zones, clock, dns: [] },
        key,
        above === evidence.name ? key : issuerKey(above, group),
      )
    } else if (signer(group) !== group) certificate = certificateOf(signer(group))
    else {
      const serial = evidence.kind === 'named' ? evidence.serial : null
      certificate = imaginedCa(group.name ?? standInName(group), serial, key, clock)
    }
    made.set(group.id, certificate)
    return certificate
  }
  const held = new Map<string, readonly Trustpoint[]>()
  for (const evidence of routers) {
    const { router } = evidence
    const trustpoints: Trustpoint[] = []
    const known = once(() => [
      ...new Set(
        evidence.trustpoints.flatMap(({ name }) => {
          const group = groupOf(router.name, name)
          return group ? [certificateOf(group)] : []
        }),
      ),
    ])
    const chainOf = (ca: Certificate): readonly Certificate[] => {
      const chain: Certificate[] = []
      let next: Certificate | undefined = ca
      while (next && !sameName(next.subject, next.issuer) && !chain.includes(next)) {
        chain.push(next)
        const { issuer }: Certificate = next
        next = known().find(({ subject }) => sameName(subject, issuer))
      }
      return chain
    }
    for (const trustpoint of evidence.trustpoints) {
      const group = groupOf(router.name, trustpoint.name)
      if (!group && trustpoint.identity.kind === 'none') continue
      const ca = group ? { certificate: certificateOf(group), keys: keyOf(group) } : null
      const identity =
        ca && group
          ? identityOf(evidence, trustpoint, ca, {
              clock,
              keys,
              serials,
              issuerKey: (issuer) => issuerKey(issuer, group),
              place: places.get(signer(group)) ?? unknownPlace(0),
              index: routers.indexOf(evidence),
            })
          : null
      if (typeof identity === 'string') return identity
      trustpoints.push({
        name: trustpoint.name,
        ...(trustpoint.configuration ? { configuration: trustpoint.configuration } : {}),
        builtIn: false,
        ...(ca ? { ca: ca.certificate } : {}),
        ...(identity && ca ? { identity: { ...identity, chain: chainOf(ca.certificate) } } : {}),
        ...(trustpoint.identity.kind === 'none' && trustpoint.identity.request
          ? { request: trustpoint.identity.request }
          : {}),
      })
    }
    held.set(router.name, trustpoints)
  }
  const cas = groups.map(
    (group): StandInCa => ({ id: group.id, certificate: certificateOf(group), keys: keyOf(group) }),
  )
  return { cas, held }
}

const standInName = ({ id }: CaGroup): Name => nameOf(`cn=CA ${id.replaceAll(/[^\w.:/ -]/g, '-')}`)

interface Issuing {
  readonly clock: number
  readonly keys: StandInKeys
  readonly serials: ReadonlyMap<string, string>
  readonly issuerKey: (issuer: Name) => KeyPair
  /** Where the CA publishes its list, where nothing tells it. */
  readonly place: string
  /** Of the router among all. */
  readonly index: number
}

/** The router's own certificate of a trustpoint; null where it holds none. */
const identityOf = (
  { router, zones }: RouterEvidence,
  trustpoint: TrustpointEvidence,
  ca: { readonly certificate: Certificate; readonly keys: KeyPair },
  { clock, keys, serials, issuerKey, place, index }: Issuing,
): Omit<IdentityCertificate, 'chain'> | null | string => {
  const { identity, configuration } = trustpoint
  const pair = `${router.name} ${configuration?.ecKeyPair ?? configuration?.rsaKeyPair?.label ?? ''}`
  const signs = (issuer: Name): KeyPair => (sameName(issuer, ca.certificate.subject) ? ca.keys : issuerKey(issuer))
  switch (identity.kind) {
    case 'none':
      return null
    case 'der': {
      const { certificate } = identity
      const key = keys.of(`key ${Buffer.from(certificate.spki).toString('hex')}`, keyKindOf(certificate))
      return { certificate: fromDer(certificate, key, signs(certificate.issuer)), keys: key }
    }
    case 'shown': {
      const { shown, subject, issuer } = identity
      const key = keys.of(pair, shownKeyKind(shown) ?? requestedKind(configuration))
      const asked = configuration ? requestedNames(configuration, router.configuration, unknownSerial) : null
      const dns = asked !== null && typeof asked !== 'string' ? asked.dns : []
      return {
        certificate: fromShown({ shown, subject, issuer, zones, clock, dns }, key, signs(issuer)),
        keys: key,
      }
    }
    case 'assumed': {
      if (configuration === null) return null
      const names = requestedNames(configuration, router.configuration, serials.get(router.name) ?? unknownSerial)
      if (typeof names === 'string') return names
      const key = keys.of(pair, requestedKind(configuration))
      const number = router.configuration.trustpoints.indexOf(configuration)
      const serial = identity.serial ?? serialText(firstSerial + index * serialsOfRouter + number)
      const cdp = urlOf(trustpoint) === null ? place : null
      return { certificate: imaginedIdentity({ ...names, serial, cdp }, ca, key, clock), keys: key }
    }
  }
}
