import type { Lab, Surroundings } from '../../lab/index.ts'
import { type Certificate, sameName, type Trustpoint, validateChain } from '../../pki/index.ts'
import { matchesCertificateMap, type SelectionContext, validationRefusal } from '../../selection/index.ts'
import type { RejectCode } from '../../trace/index.ts'

/** Why a chain is refused, or null; and for how long that stays so if nothing else happens: milliseconds since 1970 UTC. */
export interface Examined {
  readonly refusal: RejectCode | null
  readonly until: number
  /** The trustpoint that validated it, where several of one CA might have; null: no order counts. */
  readonly oneOfSeveral: string | null
  /** It leans on what an OCSP responder is taken to say. */
  readonly askedOcsp: boolean
}

/** What a chain came to, and when that was asked: milliseconds since 1970 UTC. */
interface Judged extends Examined {
  readonly since: number
}

/** By the first certificate of a chain, then by whoever looks at it and what counts there. */
export type Examinations = WeakMap<Certificate, Map<string, Judged>>

/** Who looks at a chain. */
interface Examiner {
  readonly selection: SelectionContext
  /** The same for all that make the same of a chain. */
  readonly examiner: number
}

/** Chains do not change with the order of a store, so the verdict on each is kept for as long as it holds. */
export const examinations =
  (
    lab: Lab,
    surroundings: Surroundings,
    known: Examinations,
  ): ((router: string, by: Examiner, chain: readonly Certificate[], allowed: readonly string[] | null) => Examined) =>
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
    const clockOffset = lab.routers.find(({ name }) => name === router)?.clockOffset ?? 0
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
