import { verifySignedBy } from './certificate.ts'
import { sameName } from './name.ts'
import type {
  Certificate,
  CertificateStore,
  CrlAnswers,
  CrlRequest,
  RevocationMethod,
  Trustpoint,
  ValidationRejectCode,
  ValidationResult,
  ValidationStep,
} from './types.ts'

export interface ValidationQuestion {
  /** As received: leaf first. */
  readonly chain: readonly Certificate[]
  /** The trustpoints that count. */
  readonly anchors: readonly Trustpoint[]
  readonly store: CertificateStore
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  readonly crls: CrlAnswers
  readonly matchesCertificateMap?: (map: string, certificate: Certificate) => boolean
}

interface Anchor {
  readonly trustpoint: Trustpoint
  readonly ca: Certificate
}

class Rejected extends Error {
  readonly code: ValidationRejectCode
  readonly subject: string
  constructor(code: ValidationRejectCode, certificate: Certificate, detail: string) {
    super(detail)
    this.code = code
    this.subject = certificate.subject.ios
  }
}

class NeedsCrl extends Error {
  readonly request: CrlRequest
  constructor(request: CrlRequest) {
    super('a CRL is needed')
    this.request = request
  }
}

const longestPath = 16
const minimumRsaBits = 1024

const sameKey = (a: Certificate, b: Certificate): boolean => Buffer.compare(a.spki, b.spki) === 0
const isSelfIssued = (certificate: Certificate): boolean => sameName(certificate.subject, certificate.issuer)

/**
 * Validates a chain as IOS does: a path from the leaf to the CA of one of the anchors, then dates, CA flags, usages
 * and revocation along it (RFC 5280 §6.1; ios-semantics §3.1, §4.8). A missing CRL is asked for, never guessed.
 */
export const validateChain = (question: ValidationQuestion): ValidationResult => {
  const steps: ValidationStep[] = []
  const passed = (check: string, certificate: Certificate, detail: string): void =>
    void steps.push({ check, subject: certificate.subject.ios, passed: true, detail })
  let anchorName: string | undefined
  try {
    const { path, anchor } = findPath(question, passed)
    anchorName = anchor.trustpoint.name
    checkPath(question, path, anchor, passed)
    for (const certificate of path) checkRevocation(question, certificate, anchor, passed)
    return { result: 'valid', trustpoint: anchorName, path: [...path, anchor.ca], steps }
  } catch (error) {
    if (error instanceof NeedsCrl) return { result: 'needs-crl', request: error.request, steps }
    if (!(error instanceof Rejected)) throw error
    steps.push({ check: error.code, subject: error.subject, passed: false, detail: error.message })
    return {
      result: 'rejected',
      code: error.code,
      subject: error.subject,
      detail: error.message,
      ...(anchorName === undefined ? {} : { trustpoint: anchorName }),
      steps,
    }
  }
}

type Passed = (check: string, certificate: Certificate, detail: string) => void

/** From the leaf upwards: each issuer is an anchor's CA, an intermediate that was received, or one that the store holds. */
const findPath = (
  { chain, anchors, store }: ValidationQuestion,
  passed: Passed,
): { readonly path: readonly Certificate[]; readonly anchor: Anchor } => {
  const [leaf] = chain
  if (!leaf) throw new Error('a chain has a leaf')
  const known: readonly Anchor[] = anchors.flatMap((trustpoint) =>
    trustpoint.ca ? [{ trustpoint, ca: trustpoint.ca }] : [],
  )
  const intermediates = [...chain.slice(1), ...store.trustpoints.flatMap(({ ca }) => (ca ? [ca] : []))]
  const path: Certificate[] = [leaf]
  let badSignature = false
  for (;;) {
    const last = path.at(-1) ?? leaf
    const named = known.filter(({ ca }) => sameName(ca.subject, last.issuer))
    const anchor = named.find(({ ca }) => verifySignedBy(last, ca.publicKey))
    if (anchor) {
      passed('issuer', last, `issued by ${anchor.ca.subject.ios}, trustpoint ${anchor.trustpoint.name}`)
      return { path, anchor }
    }
    badSignature ||= named.length > 0
    const next = intermediates.find(
      (candidate) =>
        !isSelfIssued(candidate) &&
        sameName(candidate.subject, last.issuer) &&
        !path.includes(candidate) &&
        !path.some((other) => sameKey(other, candidate)) &&
        verifySignedBy(last, candidate.publicKey),
    )
    if (!next || path.length >= longestPath) break
    path.push(next)
  }
  const top = path.at(-1) ?? leaf
  if (badSignature)
    throw new Rejected(
      'signature-invalid',
      top,
      `the signature does not verify with the key of ${top.issuer.ios} that the trustpoint holds`,
    )
  throw new Rejected(
    'no-suitable-trustpoint',
    leaf,
    `the issuer ${top.issuer.ios} is the CA of none of the trustpoints that count (${known.map(({ trustpoint }) => trustpoint.name).join(', ') || 'there are none'})`,
  )
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('.000Z', 'Z')

const checkPath = (
  { now, anchors: _ }: ValidationQuestion,
  path: readonly Certificate[],
  { ca }: Anchor,
  passed: Passed,
): void => {
  for (const certificate of [...path, ca]) {
    if (now < certificate.notBefore)
      throw new Rejected(
        'not-yet-valid',
        certificate,
        `valid from ${iso(certificate.notBefore)}, and it is ${iso(now)}`,
      )
    if (now > certificate.notAfter)
      throw new Rejected('expired', certificate, `valid until ${iso(certificate.notAfter)}, and it is ${iso(now)}`)
    const [unknown] = certificate.unknownCriticalExtensions
    if (unknown !== undefined)
      throw new Rejected('unknown-critical-extension', certificate, `critical extension ${unknown}`)
    const modulus = certificate.publicKey.asymmetricKeyDetails?.modulusLength
    if (modulus !== undefined && modulus < minimumRsaBits)
      throw new Rejected('weak-key', certificate, `an RSA key of ${modulus} bits`)
    passed('dates', certificate, `valid from ${iso(certificate.notBefore)} to ${iso(certificate.notAfter)}`)
  }
  const [leaf] = path
  if (leaf?.keyUsage && !leaf.keyUsage.includes('digitalSignature') && !leaf.keyUsage.includes('nonRepudiation'))
    throw new Rejected('key-usage-forbids-signature', leaf, `key usage ${leaf.keyUsage.join(', ')}`)
  const issuers = [...path.slice(1), ca]
  issuers.forEach((issuer, below) => {
    // A version 1 certificate carries no CA flag: it is believed as a configured CA, never as an intermediate.
    if (!(issuer === ca && issuer.version === 1) && issuer.basicConstraints?.ca !== true)
      throw new Rejected('issuer-not-ca', issuer, 'the issuer is not marked as a CA')
    const limit = issuer.basicConstraints?.pathLength
    if (limit !== undefined && below > limit)
      throw new Rejected('path-length-exceeded', issuer, `path length ${limit}, and ${below} CAs stand below`)
    if (issuer.keyUsage && !issuer.keyUsage.includes('keyCertSign'))
      throw new Rejected('key-usage-forbids-signing-certificates', issuer, `key usage ${issuer.keyUsage.join(', ')}`)
  })
}

/** Where a CRL is: the certificate's distribution point, else SCEP at the trustpoint's URL. */
const crlRequest = (certificate: Certificate, { trustpoint }: Anchor): CrlRequest | string => {
  const [cdp] = certificate.crlDistributionPoints
  if (cdp !== undefined) return { via: 'cdp', url: cdp, issuer: certificate.issuer, trustpoint: trustpoint.name }
  const enrollment = trustpoint.configuration?.enrollment
  if (enrollment?.kind !== 'url')
    return 'no distribution point in the certificate, and the trustpoint has no enrolment URL'
  const base = enrollment.url.replace(/\/+$/, '')
  const path = /^https?:\/\/[^/]+$/.test(base) ? `${base}/cgi-bin/pkiclient.exe` : `${base}/pkiclient.exe`
  return {
    via: 'scep',
    url: `${path}?operation=GetCRL&issuer=${encodeURIComponent(certificate.issuer.ios)}`,
    issuer: certificate.issuer,
    trustpoint: trustpoint.name,
  }
}

/** `revocation-check`: the methods left to right; the next one is tried where the one before gave no answer. */
const checkRevocation = (
  question: ValidationQuestion,
  certificate: Certificate,
  anchor: Anchor,
  passed: Passed,
): void => {
  const methods: readonly RevocationMethod[] = anchor.trustpoint.configuration?.revocationCheck ?? ['crl']
  const reasons: string[] = []
  for (const method of methods) {
    if (method === 'none') {
      passed(
        'revocation',
        certificate,
        reasons.length === 0 ? 'revocation-check none' : `${reasons.join('; ')}; then none`,
      )
      return
    }
    if (method === 'ocsp') {
      reasons.push('OCSP is not modelled')
      continue
    }
    const answer = byCrl(question, certificate, anchor)
    if (answer === null) {
      passed('revocation', certificate, `not on the list of ${certificate.issuer.ios}`)
      return
    }
    reasons.push(answer)
  }
  throw new Rejected('revocation-status-unknown', certificate, reasons.join('; '))
}

/** null: not revoked. A text: why the CRL gives no answer. */
const byCrl = ({ crls, now }: ValidationQuestion, certificate: Certificate, anchor: Anchor): string | null => {
  const request = crlRequest(certificate, anchor)
  if (typeof request === 'string') return request
  const answer = crls.get(request.url)
  if (!answer) throw new NeedsCrl(request)
  if ('unreachable' in answer) return `${request.url}: ${answer.unreachable}`
  if (!sameName(answer.issuer, certificate.issuer)) return 'the list is of another CA'
  if (sameName(anchor.ca.subject, certificate.issuer) && !answer.verify(anchor.ca.publicKey))
    return 'the signature of the list does not verify'
  if (answer.nextUpdate !== undefined && now > answer.nextUpdate)
    return `the list was good until ${iso(answer.nextUpdate)}`
  if (answer.revoked.has(certificate.serial))
    throw new Rejected(
      'revoked',
      certificate,
      `serial ${certificate.serial} is on the list of ${certificate.issuer.ios}`,
    )
  return null
}
