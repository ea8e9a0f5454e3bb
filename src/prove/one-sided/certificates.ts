import type { Issuer } from '../../lab/index.ts'
import {
  type Certificate,
  caNameOf,
  type IdentityCertificate,
  type Name,
  sameName,
  type Trustpoint,
  validateChain,
} from '../../pki/index.ts'
import {
  type CertificateMap,
  chooseIkeV2OwnCertificate,
  chooseOwnCertificate,
  type IkeV2Profile,
  type IsakmpProfile,
  ikeV2ResponderRequests,
} from '../../selection/index.ts'
import type { RejectCode, SourceRef } from '../../trace/index.ts'
import { certificateEncoding } from '../../wire/index.ts'
import type { End } from '../static/index.ts'
import { issuerOf, type Known } from './known.ts'
import { fittingSubjects, mapsNamed } from './map-subject.ts'
import type { PeerSubject } from './peer-plan.ts'
import { type KeyType, probeOf, undemanding } from './probes.ts'

/** The certificates of both sides: which one the known router sends for which request, and which CAs it takes one from. */

/** A request that the peer may send, and what the known router signs with in answer to it. */
export interface OwnAnswer {
  readonly ca: Name
  readonly trustpoint: string
  readonly certificate: Certificate
  readonly issuer: Issuer | null
  /** Why every peer that trusts the CA refuses it today, as it does with one that has expired; null: none does for that. */
  readonly fault: RejectCode | null
  readonly rule: string
  readonly at: SourceRef | null
}

const distinctCas = ({ selection }: End): readonly { readonly ca: Name; readonly trustpoint: Trustpoint }[] => {
  const found: { readonly ca: Name; readonly trustpoint: Trustpoint }[] = []
  for (const trustpoint of selection.store.trustpoints) {
    const ca = caNameOf(trustpoint) ?? trustpoint.identity?.certificate.issuer
    if (ca && !found.some((known) => sameName(known.ca, ca))) found.push({ ca, trustpoint })
  }
  return found
}

/** What a peer makes of a certificate that trusts its CA and asks nothing about revocation. */
const faultOf = (
  { world: { lab } }: Known,
  { certificate, chain }: IdentityCertificate,
  ca: Certificate | undefined,
): RejectCode | null => {
  if (!ca) return null
  const anchor: Trustpoint = { name: 'CA', ca, builtIn: false, configuration: undemanding() }
  const result = validateChain({
    chain: [certificate, ...chain],
    anchors: [anchor],
    store: { trustpoints: [anchor] },
    now: lab.clock,
    crls: new Map(),
    matchesCertificateMap: () => true,
    ocsp: 'good',
  })
  return result.result === 'rejected' ? result.code : null
}

const answer = (
  known: Known,
  end: End,
  ca: Name,
  choice: { readonly choice: string | null; readonly rule: string; readonly because: readonly SourceRef[] },
): readonly OwnAnswer[] => {
  const chosen = end.selection.store.trustpoints.find(({ name }) => name === choice.choice)
  if (!chosen?.identity?.keys) return []
  const { certificate } = chosen.identity
  return [
    {
      ca,
      trustpoint: chosen.name,
      certificate,
      issuer: issuerOf(known, chosen.ca?.der),
      fault: faultOf(known, chosen.identity, chosen.ca),
      rule: choice.rule,
      at: choice.because[0] ?? null,
    },
  ]
}

/** IKEv1: the decision is asked about every CA alone; of several, the first that it answers counts. */
export const answersV1 = (
  known: Known,
  role: 'initiator' | 'responder',
  profile: IsakmpProfile | null,
  keyType: KeyType,
): readonly OwnAnswer[] =>
  distinctCas(known.end).flatMap(({ ca }) => {
    const requests = [{ encoding: certificateEncoding.X509_SIGNATURE, ca, der: ca.der }]
    const choice = chooseOwnCertificate(known.end.selection, { role, profile, requests, keyType })
    return choice.examined.some(({ chosen }) => chosen !== null) ? answer(known, known.end, ca, choice) : []
  })

/** The same for IKEv2, whose requests name keys. */
export const answersV2 = (
  known: Known,
  role: 'initiator' | 'responder',
  profile: IkeV2Profile,
  keyType: KeyType,
): readonly OwnAnswer[] =>
  ikeV2ResponderRequests(known.end.selection).choice.flatMap(({ ca, keyHash }) => {
    const choice = chooseIkeV2OwnCertificate(known.end.selection, { role, profile, requests: [keyHash], keyType })
    return choice.examined.some(({ chosen }) => chosen !== null) ? answer(known, known.end, ca, choice) : []
  })

/** Why every certificate that could be sent is refused by everybody; null where one is good. */
export const allFaulty = (answers: readonly OwnAnswer[]): RejectCode | null =>
  answers.every(({ fault }) => fault !== null) ? (answers[0]?.fault ?? null) : null

/** A CA that the known router asks for, and what it makes of a good certificate from there: null, or why it refuses it. */
export interface AskedCa {
  readonly ca: Name
  readonly trustpoint: string
  readonly builtIn: boolean
  readonly issuer: Issuer | null
  readonly refusal: RejectCode | null
  /** How it is asked whether a certificate is revoked: `revocation-check` of the trustpoint. */
  readonly revocation: readonly string[]
  /** Certificate maps of the trustpoint, of which the certificate must fit one; empty: it takes any. */
  readonly maps: readonly CertificateMap[]
  /** Whether the verdict was tried on a certificate: a CA whose stand-in is not there cannot be tried. */
  readonly tried: boolean
}

/**
 * What becomes of a peer with a good certificate from each of the CAs that are asked for. `allowed`: the trustpoints that
 * count; null: all.
 */
export const judgeCas = (
  known: Known,
  asked: readonly { readonly ca: Name; readonly trustpoint: string }[],
  allowed: readonly string[] | null,
  keyType: KeyType,
): readonly AskedCa[] => {
  const { lab } = known.world
  return asked.map(({ ca, trustpoint }) => {
    const held = known.end.selection.store.trustpoints.find(({ name }) => name === trustpoint)
    const issuer = issuerOf(known, held?.ca?.der)
    const revocation = held?.configuration?.revocationCheck ?? ['crl']
    const demanded = (held?.configuration?.matchCertificate ?? []).filter(({ action }) => action === undefined)
    const maps = mapsNamed(
      known.end.selection,
      demanded.map(({ map }) => map),
    )
    const common = { ca, trustpoint, builtIn: held?.builtIn === true, issuer, revocation, maps }
    if (held?.builtIn) return { ...common, refusal: 'no-suitable-trustpoint', tried: false }
    if (!issuer) {
      const counts = allowed === null || allowed.includes(trustpoint)
      return { ...common, refusal: counts ? null : 'certificate-outside-profile-trustpoints', tried: false }
    }
    const judge = (subject?: PeerSubject): RejectCode | null =>
      known.end.examines(probeOf(issuer, keyType, lab.clock, subject), allowed).refusal
    const usual = judge()
    if (usual !== 'certificate-map-forbids') return { ...common, refusal: usual, tried: true }
    const subjects = maps.flatMap((map) => fittingSubjects(map, probeOf(issuer, keyType, lab.clock)[0]))
    const fitted = subjects.map(judge)
    if (fitted.includes(null)) return { ...common, refusal: null, tried: true }
    // A map that the issuer does not rule out may be fitted by a certificate that was not thought of.
    const other = fitted.find((refusal) => refusal !== usual)
    return { ...common, refusal: other ?? (subjects.length > 0 ? null : usual), tried: other !== undefined }
  })
}
