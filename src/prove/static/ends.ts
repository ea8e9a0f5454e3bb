import { type ProtectedFlow, protectedFlows } from '../../ipsec/index.ts'
import type { Lab, LabRouter, Surroundings } from '../../lab/index.ts'
import { labAt, storeOf, surroundingsOf } from '../../lab/index.ts'
import { type Certificate, caNameOf, nameKey, sameName, type Trustpoint, validateChain } from '../../pki/index.ts'
import { childPort, quickModePort, selectionContext } from '../../router/index.ts'
import { type Knobs, matchesCertificateMap, type SelectionContext, validationRefusal } from '../../selection/index.ts'
import type { RejectCode } from '../../trace/index.ts'
import { keptPort } from './kept-port.ts'

/** One end of a tunnel as the static walk sees it: what its decisions read, and what it asks of IPsec. */
export interface End {
  readonly name: string
  readonly selection: SelectionContext
  /** The same object in every order of enrolment and at every time: what depends on neither is kept by it. */
  readonly standing: object
  readonly isakmpDisabled: boolean
  /** What it holds, where no order can decide which of its trustpoints is meant; else null. */
  readonly anyOrder: string | null
  /** What its clock is ahead of the right time, and that time: milliseconds. */
  readonly clock: { readonly ahead: number; readonly right: number }
  readonly quickMode: ReturnType<typeof quickModePort>
  readonly children: ReturnType<typeof childPort>
  /** The profile of the tunnel that leads to an address: to what a peer from there ought to be bound. */
  readonly profileTowards: (peer: string, version: 1 | 2) => string | null
  /** What this router gets that looks up a certificate there; null: nothing. */
  readonly looksUp: (url: string) => Uint8Array | null
  /** What this router makes of a chain. `allowed`: names of the trustpoints that count; null: all. */
  readonly examines: (chain: readonly Certificate[], allowed: readonly string[] | null) => Examined
}

/** Why a chain is refused, or null; and for how long that stays so if nothing else happens: milliseconds since 1970 UTC. */
interface Examined {
  readonly refusal: RejectCode | null
  readonly until: number
  /** The trustpoint that validated it, where several of one CA might have; null: no order counts. */
  readonly oneOfSeveral: string | null
  /** It leans on what an OCSP responder is taken to say. */
  readonly askedOcsp: boolean
}

/** Orders of enrolment, by router, oldest first; a router that is not named stands as the lab has it. */
export type Orders = ReadonlyMap<string, readonly Trustpoint[]>

/** A lab, prepared for many questions without packets: what does not depend on an order or a knob is done once. */
export interface World {
  readonly lab: Lab
  readonly surroundings: Surroundings
  readonly flows: (router: string) => readonly ProtectedFlow[]
  readonly end: (router: string, orders: Orders, knobs: Knobs) => End
  readonly kept: Kept
}

/** What is kept of routers from one time of the same lab to another. */
interface Kept {
  /** Their ends, but for what the time makes of them, by knobs, name and order. */
  readonly timeless: WeakMap<Knobs, Map<string, Timeless>>
  /** Numbers for those who make the same of a chain: by name, order and what OCSP is taken to say. */
  readonly examiners: Map<string, number>
  readonly examinations: Examinations
}

const routerNamed = (lab: Lab, name: string): LabRouter => {
  const router = lab.routers.find((candidate) => candidate.name === name)
  if (!router) throw new Error(`no router ${name} in the lab`)
  return router
}

/** Of one router two stores with the same key hold the same: nobody knows more than one CA of a name in one place. */
const orderKey = (trustpoints: readonly Trustpoint[]): string => {
  const known = orderKeys.get(trustpoints)
  if (known !== undefined) return known
  const key = trustpoints.map(({ name, ca }) => `${name} ${ca?.subject.ios ?? ''}`).join('|')
  orderKeys.set(trustpoints, key)
  return key
}

const orderKeys = new WeakMap<readonly Trustpoint[], string>()

/**
 * The same for every order of trustpoints among which no order decides which one is meant: each is of another CA, and stands in
 * a line of its own. Null where one might.
 */
const anyOrderKey = (trustpoints: readonly Trustpoint[]): string | null => {
  const cas = new Set<string>()
  const lines = new Set<number>()
  for (const trustpoint of trustpoints) {
    const name = caNameOf(trustpoint) ?? trustpoint.identity?.certificate.issuer
    if (name) cas.add(nameKey(name))
    if (trustpoint.configuration) lines.add(trustpoint.configuration.at.line)
  }
  if (cas.size < trustpoints.length || lines.size < trustpoints.length) return null
  return trustpoints
    .map(({ name, ca }) => `${name} ${ca?.subject.ios ?? ''}`)
    .sort()
    .join('|')
}

/** What a chain came to, and when that was asked: milliseconds since 1970 UTC. */
interface Judged extends Examined {
  readonly since: number
}

/** By the first certificate of a chain, then by whoever looks at it and what counts there. */
type Examinations = WeakMap<Certificate, Map<string, Judged>>

/** Chains do not change with the order of a store, so the verdict on each is kept for as long as it holds. */
const examinations =
  (
    lab: Lab,
    surroundings: Surroundings,
    known: Examinations,
  ): ((router: string, by: Timeless, chain: readonly Certificate[], allowed: readonly string[] | null) => Examined) =>
  (router, { selection, examiner }, chain, allowed) => {
    const [leaf] = chain
    if (!leaf)
      return { refusal: 'no-certificate', until: Number.POSITIVE_INFINITY, oneOfSeveral: null, askedOcsp: false }
    const verdicts = known.get(leaf) ?? new Map<string, Judged>()
    known.set(leaf, verdicts)
    const { store } = selection
    const key = `${examiner} ${allowed === null ? '*' : allowed.join(' ')}`
    const kept = verdicts.get(key)
    if (kept && kept.since <= lab.clock && lab.clock <= kept.until) return kept
    // A router judges by its own clock; what comes of it is told in the lab's time.
    const { clockOffset = 0 } = routerNamed(lab, router)
    const judged = validate(lab.clock + clockOffset, surroundings, router, selection, chain, leaf, allowed)
    // What stands behind a refusal may be that clock, and then it is the right time that changes it.
    const right = judged.refusal === null ? Number.POSITIVE_INFINITY : nextChange(chain, store.trustpoints, lab.clock)
    const found = { ...judged, since: lab.clock, until: Math.min(judged.until - clockOffset, right) }
    verdicts.set(key, found)
    return found
  }

const validate = (
  now: number,
  surroundings: Surroundings,
  router: string,
  { store, certificateMaps, abilities, knobs }: SelectionContext,
  chain: readonly Certificate[],
  leaf: Certificate,
  allowed: readonly string[] | null,
): Examined => {
  const result = validateChain({
    chain,
    anchors: allowed === null ? store.trustpoints : store.trustpoints.filter(({ name }) => allowed.includes(name)),
    store,
    now,
    crls: { get: (url, { vrf }) => surroundings.list(router, url, vrf) },
    matchesCertificateMap: (name, certificate) => {
      const map = certificateMaps.find((candidate) => candidate.name === name)
      return map !== undefined && matchesCertificateMap(map, certificate).choice
    },
    ocsp: knobs['pki.ocsp'],
    ...(abilities ? { abilities } : {}),
  })
  switch (result.result) {
    case 'valid':
      return {
        refusal: null,
        // One that has expired already, and is allowed, changes nothing any more.
        until: Math.min(...result.path.map(({ notAfter }) => notAfter).filter((time) => time >= now)),
        oneOfSeveral: oneOfSeveral(store.trustpoints, result.trustpoint),
        askedOcsp: result.askedOcsp,
      }
    case 'rejected':
      return {
        refusal: validationRefusal(result.code, leaf, store, allowed),
        until: nextChange(dateless.includes(result.code) ? chain.slice(1) : chain, store.trustpoints, now),
        oneOfSeveral: oneOfSeveral(store.trustpoints, result.trustpoint),
        askedOcsp: result.askedOcsp,
      }
    case 'needs-crl':
      throw new Error(`nobody answers for the list at ${result.request.url}`)
  }
}

const oneOfSeveral = (trustpoints: readonly Trustpoint[], name: string | undefined): string | null => {
  const ca = trustpoints.find((trustpoint) => trustpoint.name === name)?.ca
  const several =
    ca && trustpoints.some((other) => other.name !== name && other.ca && sameName(other.ca.subject, ca.subject))
  return several ? (name ?? null) : null
}

/** Refused before anybody looks at the dates of the certificate itself. */
const dateless: readonly RejectCode[] = [
  'no-suitable-trustpoint',
  'certificate-signature-invalid',
  'certificate-version-not-supported',
  'signature-algorithm-not-supported',
]

/** When one of the certificates that bear on a refusal next begins or ends to be valid. */
const nextChange = (chain: readonly Certificate[], trustpoints: readonly Trustpoint[], now: number): number => {
  let next = Number.POSITIVE_INFINITY
  const bear = ({ notBefore, notAfter }: Certificate): void => {
    if (notBefore - 1 >= now) next = Math.min(next, notBefore - 1)
    if (notAfter >= now) next = Math.min(next, notAfter)
  }
  for (const certificate of chain) bear(certificate)
  for (const { ca } of trustpoints) if (ca) bear(ca)
  return next
}

/** CAs go on to publish lists: one that is asked for so much later is as old, and as long good, as today's. */
const withLaterLists = (surroundings: Surroundings, later: number): Surroundings => ({
  ...surroundings,
  list: (router, url, vrf) => {
    const list = surroundings.list(router, url, vrf)
    if ('unreachable' in list) return list
    const { thisUpdate, nextUpdate } = list
    return {
      ...list,
      thisUpdate: thisUpdate + later,
      ...(nextUpdate === undefined ? {} : { nextUpdate: nextUpdate + later }),
    }
  },
})

/** The same lab at another time, milliseconds since 1970 UTC. */
export const worldAt = ({ lab, surroundings, kept }: World, clock: number): World =>
  prepare(labAt(lab, clock), withLaterLists(surroundings, clock - lab.clock), kept)

/** Both ends of a direction, with everything else that a refusal's cause may lie in. */
export interface Ends {
  readonly initiator: End
  readonly responder: End
  /** Of the initiator. */
  readonly flow: ProtectedFlow
  /** The certificates of the lab's CAs. */
  readonly authorities: readonly Certificate[]
}

/** One end as initiator towards the other, for a flow of the initiator; routers by name. */
export interface StaticDirection {
  readonly initiator: string
  readonly responder: string
  readonly flow: ProtectedFlow
}

/** The ends of a direction under these orders and knobs. */
export const endsOf = (
  { lab, end }: World,
  { initiator, responder, flow }: StaticDirection,
  orders: Orders,
  knobs: Knobs,
): Ends => ({
  initiator: end(initiator, orders, knobs),
  responder: end(responder, orders, knobs),
  flow,
  authorities: lab.authorities.flatMap(({ certificates }) => certificates),
})

/** Prepares a lab for questions without packets. */
export const worldOf = (lab: Lab): World => prepare(lab, surroundingsOf(lab))

/** A lab that differs from that of `world` in nothing that its network shows. */
export const worldLike = ({ surroundings }: World, lab: Lab): World => prepare(lab, surroundings)

/** What an end is whatever its router enrolled in. */
interface Standing {
  readonly selection: Omit<SelectionContext, 'store'>
  readonly isakmpDisabled: boolean
  readonly quickMode: End['quickMode']
  readonly children: End['children']
  readonly profileTowards: End['profileTowards']
}

/** Configurations and knobs do not change: what follows from them is found once. */
const standings = new WeakMap<LabRouter['configuration'], WeakMap<Knobs, Standing>>()

const standingOf = ({ name, configuration, abilities, store }: LabRouter, knobs: Knobs): Standing => {
  const byKnobs = standings.get(configuration) ?? new WeakMap<Knobs, Standing>()
  standings.set(configuration, byKnobs)
  const known = byKnobs.get(knobs)
  if (known) return known
  const { store: _, ...selection } = selectionContext({
    name,
    configuration,
    store,
    knobs,
    ...(abilities ? { abilities } : {}),
  })
  const own = protectedFlows(configuration.ipsec)
  // Whether a router begins at all is asked first; behind that, what it would offer.
  const offered = own.map(({ responderOnly: __, ...flow }) => flow)
  const standing: Standing = {
    selection,
    isakmpDisabled: configuration.isakmpDisabled === true,
    quickMode: keptPort(quickModePort(offered, knobs)),
    children: keptPort(childPort(offered, knobs)),
    profileTowards: (peer, version) => {
      const flow = own.find(({ peers }) => peers.includes(peer))
      return (version === 1 ? flow?.isakmpProfile?.name : flow?.ikev2Profile?.name) ?? null
    },
  }
  byKnobs.set(knobs, standing)
  return standing
}

/** An end as it is at all times. */
interface Timeless extends Omit<Standing, 'selection'> {
  readonly selection: SelectionContext
  readonly standing: object
  readonly anyOrder: string | null
  /** Of `Kept.examiners`. */
  readonly examiner: number
}

const timelessOf = (
  router: LabRouter,
  enrolled: readonly Trustpoint[],
  knobs: Knobs,
  examiners: Map<string, number>,
): Timeless => {
  const standing = standingOf(router, knobs)
  const anyOrder = anyOrderKey(enrolled)
  const order = anyOrder ?? `${knobs['store.caOnlyPosition']}|${knobs.builtins}|${orderKey(enrolled)}`
  const key = `${router.name}|${knobs['pki.ocsp']}|${order}`
  const examiner = examiners.get(key) ?? examiners.size
  examiners.set(key, examiner)
  return {
    ...standing,
    standing,
    anyOrder,
    examiner,
    selection: { ...standing.selection, store: storeOf(enrolled, knobs) },
  }
}

const prepare = (
  lab: Lab,
  surroundings: Surroundings,
  kept: Kept = { timeless: new WeakMap(), examiners: new Map(), examinations: new WeakMap() },
): World => {
  const examine = examinations(lab, surroundings, kept.examinations)
  const routers = new Map(lab.routers.map((router) => [router.name, router]))
  const routerOf = (name: string): LabRouter => routers.get(name) ?? routerNamed(lab, name)
  const ends = new WeakMap<Timeless, End>()
  const make = ({ name, clockOffset = 0 }: LabRouter, timeless: Timeless): End => ({
    ...timeless,
    name,
    looksUp: (url) => {
      const found = surroundings.certificate(name, url)
      return found instanceof Uint8Array ? found : null
    },
    clock: { ahead: clockOffset, right: lab.clock },
    examines: (chain, allowed) => examine(name, timeless, chain, allowed),
  })
  return {
    lab,
    surroundings,
    kept,
    flows: (router) => protectedFlows(routerOf(router).configuration.ipsec),
    end: (name, orders, knobs) => {
      const known = kept.timeless.get(knobs) ?? new Map<string, Timeless>()
      kept.timeless.set(knobs, known)
      const router = routerOf(name)
      const enrolled = orders.get(name) ?? router.enrolled
      const key = `${name}|${orderKey(enrolled)}`
      const timeless = known.get(key) ?? timelessOf(router, enrolled, knobs, kept.examiners)
      known.set(key, timeless)
      const end = ends.get(timeless) ?? make(router, timeless)
      ends.set(timeless, end)
      return end
    },
  }
}
