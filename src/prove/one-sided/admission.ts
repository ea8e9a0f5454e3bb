import type { Certificate } from '../../pki/index.ts'
import {
  bindIkeV2Profile,
  bindProfile,
  type CertificateMap,
  fitsIdentity,
  type IkeV2Profile,
  type IsakmpProfile,
  matchesCertificateMap,
  rebindByCertificate,
} from '../../selection/index.ts'
import { distinct } from './analysis.ts'
import type { AskedCa } from './certificates.ts'
import { receivedV1, receivedV2, type StatementUse, statementsOf } from './identities.ts'
import { keyringIdentities } from './ikev2-keys.ts'
import { issuerOf, type Known } from './known.ts'
import { bothMaps, fittingSubjects, mapsNamed, subjectsFor } from './map-subject.ts'
import type { PeerIdentity, PeerSubject } from './peer-plan.ts'
import { type KeyType, probeOf } from './probes.ts'

/** Which peers a profile of the known router lets in: by what they call themselves, and by what their certificates say. */

/** What a profile lets in: identities, and certificates that fit its maps. */
export interface Admission {
  readonly uses: readonly StatementUse[]
  /** Statements that lead to the profile, with an identity that IOS can send. */
  readonly identities: readonly PeerIdentity[]
  /** A certificate that fits one of them leads to the profile, whatever the identity is. */
  readonly maps: readonly CertificateMap[]
  /** Maps of other profiles to which a certificate that fits them leads, whatever the identity is. */
  readonly rivals: readonly { readonly map: string; readonly profile: string }[]
}

/** How the peer is taken in. `keyTypes`: of its certificate; empty: it has none. `asBound`: it is bound, and not only compared. */
export interface AdmissionQuestion {
  readonly asBound: boolean
  readonly keyTypes: readonly KeyType[]
}

type Profile = IsakmpProfile | IkeV2Profile

const isV1 = (profile: Profile): profile is IsakmpProfile => 'matchIdentity' in profile

/** The profile to which a peer of this identity and certificate is bound; null: none. */
const boundTo = (
  { end: { selection }, flow: { localAddress } }: Known,
  version: 1 | 2,
  identity: PeerIdentity,
  certificate: Certificate,
): string | null => {
  if (version === 2)
    return bindIkeV2Profile(selection, { identity: receivedV2(identity), certificate, localAddress }).choice
  const bound = bindProfile(selection, { identity: receivedV1(identity), localAddress }).choice
  return rebindByCertificate(selection, { certificate, bound }).choice
}

const boundByName = ({ end: { selection }, flow: { localAddress } }: Known, identity: PeerIdentity): string | null =>
  bindIkeV2Profile(selection, { identity: receivedV2(identity), certificate: null, localAddress }).choice

/** Identities under which a peer comes that a profile lets in: with a certificate that fits a map, any will do. */
export const comingIdentities = (
  { flow }: Known,
  { identities, maps }: Pick<Admission, 'identities' | 'maps'>,
): readonly PeerIdentity[] =>
  maps.length === 0 ? identities : [...identities, { kind: 'dn' }, { kind: 'address', address: flow.peer }]

/** Whether a profile comes into question at all: it may be shut down, or for another address. */
const serves = ({ end: { selection }, flow: { localAddress, peer } }: Known, profile: Profile): boolean => {
  if (isV1(profile)) return true
  const everybody: IkeV2Profile = { ...profile, matchIdentityRemote: [{ kind: 'any', at: profile.at }] }
  const alone = { ...selection, ikev2: { ...selection.ikev2, profiles: [everybody] } }
  const identity = receivedV2({ kind: 'address', address: peer })
  return bindIkeV2Profile(alone, { identity, certificate: null, localAddress }).choice !== null
}

/** Certificates that fit a map, as far as they were thought of, by the CAs that the known router knows. */
const examplesOf = (
  known: Known,
  map: CertificateMap,
  keyTypes: readonly KeyType[],
): { readonly subjects: readonly PeerSubject[]; readonly certificates: readonly Certificate[] } => {
  const { world, router } = known
  const tried = router.enrolled.flatMap(({ ca }) => {
    const issuer = issuerOf(known, ca?.der)
    return issuer === null
      ? []
      : keyTypes.flatMap((keyType) => {
          const make = (subject?: PeerSubject): readonly Certificate[] =>
            probeOf(issuer, keyType, world.lab.clock, subject).slice(0, 1)
          const subjects = fittingSubjects(map, make()[0])
          return subjects.map((subject) => ({ subject, certificates: make(subject) }))
        })
  })
  return {
    subjects: tried.map(({ subject }) => subject),
    certificates: tried
      .flatMap(({ certificates }) => certificates)
      .filter((certificate) => matchesCertificateMap(map, certificate).choice),
  }
}

export const admissionOf = (known: Known, profile: Profile, { asBound, keyTypes }: AdmissionQuestion): Admission => {
  const { end, flow } = known
  const version = isV1(profile) ? 1 : 2
  const statements = statementsOf(end, profile, flow.peer, flow.localAddress)
  const uses = asBound ? statements.filter(({ binds }) => binds === profile.name) : statements
  const stated = uses.flatMap(({ example }) => example ?? [])
  // A keyring may have keys for some of the identities only that a profile takes.
  const keyed = isV1(profile)
    ? []
    : keyringIdentities(known, profile).filter((identity) =>
        asBound
          ? boundByName(known, identity) === profile.name
          : profile.matchIdentityRemote.some((statement) => fitsIdentity(statement, receivedV2(identity))),
      )
  const identities = distinct([...stated, ...keyed])
  const called: readonly PeerIdentity[] = [{ kind: 'dn' }, { kind: 'address', address: flow.peer }, ...identities]
  const own = mapsNamed(end.selection, keyTypes.length === 0 ? [] : profile.matchCertificate.map(({ map }) => map))
  const maps = own.filter((map) => {
    const { subjects, certificates } = examplesOf(known, map, keyTypes)
    if (certificates.length === 0) return subjects.length > 0 && (!asBound || serves(known, profile))
    return (
      !asBound ||
      certificates.some((certificate) =>
        called.some((identity) => boundTo(known, version, identity, certificate) === profile.name),
      )
    )
  })
  const others: readonly Profile[] =
    keyTypes.length === 0 || !asBound
      ? []
      : (version === 1 ? end.selection.profiles : end.selection.ikev2.profiles).filter(
          ({ name }) => name !== profile.name,
        )
  const rivals = others.flatMap((other) =>
    mapsNamed(
      end.selection,
      other.matchCertificate.map(({ map }) => map),
    )
      .filter((map) =>
        examplesOf(known, map, keyTypes).certificates.some((certificate) =>
          identities.some((identity) => boundTo(known, version, identity, certificate) === other.name),
        ),
      )
      .map((map) => ({ map: map.name, profile: other.name })),
  )
  return { uses, identities, maps, rivals }
}

/** Whether a peer is bound to the profile with a certificate that the trustpoint of this CA takes. */
const leads = (
  known: Known,
  profile: Profile,
  admission: Pick<Admission, 'identities' | 'maps'>,
  asked: AskedCa,
  keyType: KeyType,
): boolean => {
  const { issuer, tried, maps } = asked
  if (!issuer || !tried) return true
  const subjects = [...demandedSubjects(admission, [asked]), ...(maps.length === 0 ? [undefined] : [])]
  return subjects.some((subject) =>
    probeOf(issuer, keyType, known.world.lab.clock, subject)
      .slice(0, 1)
      .some((certificate) =>
        comingIdentities(known, admission).some(
          (identity) => boundTo(known, isV1(profile) ? 1 : 2, identity, certificate) === profile.name,
        ),
      ),
  )
}

/**
 * CAs whose certificates a responder takes and binds to the profile: a trustpoint may take such certificates only as fit the
 * map of another profile, and then they are refused in the end.
 */
export const bindingCas = (
  known: Known,
  profile: Profile | null,
  admission: Pick<Admission, 'identities' | 'maps'>,
  asked: readonly AskedCa[],
  keyType: KeyType,
): readonly AskedCa[] =>
  asked.map((each) =>
    profile === null || each.refusal !== null || leads(known, profile, admission, each, keyType)
      ? each
      : { ...each, refusal: 'profile-did-not-match' },
  )

/** What the certificate must say where profile and trustpoints ask for something, the most demanding first. */
export const demandedSubjects = (
  { maps }: Pick<Admission, 'maps'>,
  asked: readonly AskedCa[],
): readonly PeerSubject[] => {
  const trustpoints = asked.filter(({ refusal }) => refusal === null).flatMap((each) => each.maps)
  const both = maps.flatMap((map) => trustpoints.map((other) => bothMaps(map, other)))
  return [...both, ...maps, ...trustpoints].flatMap(subjectsFor)
}
