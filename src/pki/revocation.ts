import type { Link } from './chain.ts'
import { sameName } from './name.ts'
import { isoTime } from './time.ts'
import type { Certificate, Crl, CrlAnswers, CrlRequest, RevocationMethod, Trustpoint } from './types.ts'

/** `revocation-check`: whether a certificate is revoked, as far as can be found out (ios-semantics §3.1). */

export type RevocationStatus =
  /** `askedOcsp`: what an OCSP responder would say, which is an assumption, came into it. */
  | { readonly status: 'good' | 'revoked' | 'unknown'; readonly detail: string; readonly askedOcsp: boolean }
  | { readonly status: 'needs-crl'; readonly request: CrlRequest }

type Answer =
  | { readonly status: 'good' | 'revoked' | 'no-answer'; readonly detail: string }
  | { readonly status: 'needs-crl'; readonly request: CrlRequest }

/** What the certificate's OCSP responder is taken to say: none is modelled. */
export type AssumedOcsp = 'noAnswer' | 'good'

interface RevocationQuestion {
  readonly crls: CrlAnswers
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  /** Instead of the certificate's distribution points. */
  readonly cdp?: string
  readonly ocsp: AssumedOcsp
}

const noAnswer = (detail: string): Answer => ({ status: 'no-answer', detail })

/**
 * The methods left to right; the next one is tried where the one before gave no answer, and `none` accepts when it is
 * reached. Without a method that answers, the certificate is not accepted.
 */
export const revocationStatus = (link: Link, question: RevocationQuestion): RevocationStatus => {
  const methods: readonly RevocationMethod[] = link.trustpoint.configuration?.revocationCheck ?? ['crl']
  const reasons: string[] = []
  let askedOcsp = false
  for (const method of methods) {
    if (method === 'none') {
      const why = reasons.length === 0 ? 'revocation-check none' : `${reasons.join('; ')}; then none`
      return { status: 'good', detail: why, askedOcsp }
    }
    askedOcsp ||= method === 'ocsp'
    const answer = method === 'ocsp' ? byOcsp(question) : byCrl(link, question)
    if (answer.status === 'needs-crl') return answer
    if (answer.status !== 'no-answer') return { status: answer.status, detail: answer.detail, askedOcsp }
    reasons.push(answer.detail)
  }
  return { status: 'unknown', detail: reasons.join('; '), askedOcsp }
}

const byOcsp = ({ ocsp }: RevocationQuestion): Answer =>
  ocsp === 'good'
    ? { status: 'good', detail: 'an OCSP responder is taken to say that it is good' }
    : noAnswer('an OCSP responder is taken to give no answer')

/** Each place at which the list may be, in turn. */
const byCrl = (link: Link, { crls, now, cdp }: RevocationQuestion): Answer => {
  const requests = crlRequests(link, cdp)
  if (typeof requests === 'string') return noAnswer(requests)
  const reasons: string[] = []
  for (const request of requests) {
    const answer = crls.get(request.url, request)
    if (!answer) return { status: 'needs-crl', request }
    const flaw = 'unreachable' in answer ? answer.unreachable : flawOf(answer, link, now)
    if (flaw !== null) reasons.push(`${request.url}: ${flaw}`)
    else if (!('unreachable' in answer)) return statusIn(answer, link.certificate)
  }
  return noAnswer(reasons.join('; '))
}

const statusIn = ({ revoked }: Crl, { serial, issuer }: Certificate): Answer =>
  revoked.has(serial)
    ? { status: 'revoked', detail: `serial ${serial} is on the list of ${issuer.ios}` }
    : { status: 'good', detail: `not on the list of ${issuer.ios}` }

/** Why a list says nothing of a certificate; null where it does. RFC 5280 §6.3.3. */
const flawOf = (list: Crl, { certificate, issuer }: Link, now: number): string | null => {
  if (!sameName(list.issuer, certificate.issuer)) return 'the list is of another CA'
  if (issuer.keyUsage && !issuer.keyUsage.includes('cRLSign'))
    return `the key of ${issuer.subject.ios} may not sign lists (key usage ${issuer.keyUsage.join(', ')})`
  if (!list.verify(issuer)) return 'the signature of the list does not verify'
  if (now < list.thisUpdate) return `the list is good from ${isoTime(list.thisUpdate)}`
  if (list.nextUpdate !== undefined && now > list.nextUpdate)
    return `the list was good until ${isoTime(list.nextUpdate)}`
  const [unknown] = list.unknownCriticalExtensions
  if (unknown !== undefined) return `the list has the critical extension ${unknown}`
  const isAuthority = certificate.basicConstraints?.ca === true
  if (list.only === 'users' && isAuthority) return 'the list has no certificates of CAs'
  if (list.only === 'authorities' && !isAuthority) return 'the list has certificates of CAs only'
  const { distributionPoints: points } = list
  if (points && !certificate.crlDistributionPoints.some((uri) => points.includes(uri)))
    return 'the list is for certificates of another distribution point'
  return null
}

/** At the certificate's distribution points that can be asked over HTTP, else by SCEP at the trustpoint's URL. */
const crlRequests = (
  { certificate, trustpoint }: Link,
  override: string | undefined,
): readonly CrlRequest[] | string => {
  const { issuer, crlDistributionPoints } = certificate
  const points = override === undefined ? crlDistributionPoints : [override]
  const vrf = trustpoint.configuration?.vrf
  const common = { issuer, trustpoint: trustpoint.name, ...(vrf === undefined ? {} : { vrf }) }
  const http = points.filter((url) => /^https?:\/\//i.test(url))
  if (http.length > 0) return http.map((url) => ({ via: 'cdp', url, ...common }))
  if (points.length > 0) return `no distribution point that HTTP reaches (${points.join(', ')})`
  return scepRequest(trustpoint, common)
}

const scepRequest = (
  { configuration }: Trustpoint,
  common: Pick<CrlRequest, 'issuer' | 'trustpoint' | 'vrf'>,
): readonly CrlRequest[] | string => {
  const enrollment = configuration?.enrollment
  if (enrollment?.kind !== 'url')
    return 'no distribution point in the certificate, and the trustpoint has no enrolment URL'
  const base = enrollment.url.replace(/\/+$/, '')
  const path = /^https?:\/\/[^/]+$/.test(base) ? `${base}/cgi-bin/pkiclient.exe` : `${base}/pkiclient.exe`
  const url = `${path}?operation=GetCRL&issuer=${encodeURIComponent(common.issuer.ios)}`
  return [{ via: 'scep', url, ...common }]
}
