import type { ValidationRejectCode } from '../trace/index.ts'
import { type ChainQuestion, findChain, type Link } from './chain.ts'
import { sameName } from './name.ts'
import { modulusLengthOf } from './own-certificate.ts'
import { type AssumedOcsp, revocationStatus } from './revocation.ts'
import { isoTime } from './time.ts'
import type { Certificate, CertificateMatchAction, CrlAnswers, ValidationResult, ValidationStep } from './types.ts'

export interface ValidationQuestion extends ChainQuestion {
  readonly crls: CrlAnswers
  /** Whether a certificate map of the router fits. */
  readonly matchesCertificateMap: (map: string, certificate: Certificate) => boolean
  readonly ocsp: AssumedOcsp
}

interface Refusal {
  readonly code: ValidationRejectCode
  readonly certificate: Certificate
  readonly detail: string
}

type Passed = (check: string, certificate: Certificate, detail: string) => void
type Check = (question: ValidationQuestion, links: readonly [Link, ...Link[]], passed: Passed) => Refusal | null

const minimumRsaBits = 1024

/**
 * Validates a chain as IOS does: a path from the leaf to the CA of one of the anchors, then dates, usages, CA flags,
 * the trustpoint's certificate maps and revocation along it (RFC 5280 §6.1; ios-semantics §3.1, §4.8). A CRL that is
 * missing is asked for, never guessed.
 */
export const validateChain = (question: ValidationQuestion): ValidationResult => {
  const steps: ValidationStep[] = []
  let askedOcsp = false
  const passed: Passed = (check, certificate, detail) =>
    void steps.push({ check, subject: certificate.subject.ios, passed: true, detail })
  const rejected = ({ code, certificate, detail }: Refusal, trustpoint?: string): ValidationResult => {
    const subject = certificate.subject.ios
    steps.push({ check: code, subject, passed: false, detail })
    return {
      result: 'rejected',
      code,
      subject,
      detail,
      ...(trustpoint === undefined ? {} : { trustpoint }),
      steps,
      askedOcsp,
    }
  }
  const search = findChain(question)
  if (!search.found) return rejected(search)
  const { links } = search
  const trustpoint = links[0].trustpoint.name
  for (const link of links) {
    const { certificate, issuer } = link
    // An intermediate that was received names no trustpoint of its own.
    const by = issuer === link.trustpoint.ca ? `, trustpoint ${link.trustpoint.name}` : ''
    passed('issuer', certificate, `issued by ${issuer.subject.ios}${by}`)
  }
  for (const check of [checkDates, checkLeaf, checkIssuers, checkMaps]) {
    const refusal = check(question, links, passed)
    if (refusal) return rejected(refusal, trustpoint)
  }
  for (const link of links) {
    const { certificate } = link
    const { now, crls, ocsp } = question
    if (actionsFor(question, link).some(({ kind }) => kind === 'skip-revocation-check')) {
      passed('revocation', certificate, 'match certificate … skip revocation-check')
      continue
    }
    const cdp = actionsFor(question, link).find((action) => action.kind === 'override-cdp')?.url
    const status = revocationStatus(link, { now, crls, ocsp, ...(cdp === undefined ? {} : { cdp }) })
    if (status.status === 'needs-crl') return { result: 'needs-crl', request: status.request, steps }
    askedOcsp ||= status.askedOcsp
    if (status.status === 'good') passed('revocation', certificate, status.detail)
    else {
      const code = status.status === 'revoked' ? 'revoked' : 'revocation-status-unknown'
      return rejected({ code, certificate, detail: status.detail }, trustpoint)
    }
  }
  return { result: 'valid', trustpoint, path: certificatesOf(links), steps, askedOcsp }
}

/** From the leaf to the CA at the top, that included. */
const certificatesOf = (links: readonly [Link, ...Link[]]): readonly Certificate[] => [
  links[0].certificate,
  ...links.map(({ issuer }) => issuer),
]

/** What the trustpoint's `match certificate MAP …` say of a certificate whose map fits. */
const actionsFor = (
  { matchesCertificateMap }: ValidationQuestion,
  { certificate, trustpoint }: Link,
): readonly CertificateMatchAction[] =>
  (trustpoint.configuration?.matchCertificate ?? []).flatMap(({ map, action }) =>
    action !== undefined && matchesCertificateMap(map, certificate) ? [action] : [],
  )

const checkDates: Check = (question, links, passed) => {
  const { now } = question
  for (const certificate of certificatesOf(links)) {
    const { notBefore, notAfter } = certificate
    const link = links.find((candidate) => candidate.certificate === certificate)
    const mayBeExpired = link && actionsFor(question, link).some(({ kind }) => kind === 'allow-expired-certificate')
    if (now < notBefore)
      return {
        code: 'not-yet-valid',
        certificate,
        detail: `valid from ${isoTime(notBefore)}, and it is ${isoTime(now)}`,
      }
    if (now > notAfter && !mayBeExpired)
      return { code: 'expired', certificate, detail: `valid until ${isoTime(notAfter)}, and it is ${isoTime(now)}` }
    const [unknown] = certificate.unknownCriticalExtensions
    if (unknown !== undefined)
      return { code: 'unknown-critical-extension', certificate, detail: `critical extension ${unknown}` }
    const modulus = modulusLengthOf(certificate)
    if (modulus !== undefined && modulus < minimumRsaBits)
      return { code: 'weak-key', certificate, detail: `an RSA key of ${modulus} bits` }
    const allowed = now > notAfter ? ', expired and allowed by match certificate' : ''
    passed('dates', certificate, `valid from ${isoTime(notBefore)} to ${isoTime(notAfter)}${allowed}`)
  }
  return null
}

const checkLeaf: Check = (_, [{ certificate }]) => {
  const { keyUsage } = certificate
  const maySign = keyUsage?.some((usage) => usage === 'digitalSignature' || usage === 'nonRepudiation') ?? true
  return maySign
    ? null
    : {
        code: 'key-usage-forbids-signature',
        certificate,
        detail: `key usage ${keyUsage?.join(', ') || 'nothing at all'}`,
      }
}

const checkIssuers: Check = (_, links) => {
  const top = links.at(-1)?.issuer
  // A self-issued CA, as at a change of keys, counts as no further CA (RFC 5280 §6.1.4 (l)).
  let below = 0
  for (const { issuer: certificate } of links) {
    // A version 1 certificate carries no CA flag: it is believed as a configured CA, never as an intermediate.
    const isConfiguredV1 = certificate === top && certificate.version === 1
    if (!isConfiguredV1 && certificate.basicConstraints?.ca !== true)
      return { code: 'issuer-not-ca', certificate, detail: 'the issuer is not marked as a CA' }
    const limit = certificate.basicConstraints?.pathLength
    if (limit !== undefined && below > limit)
      return {
        code: 'path-length-exceeded',
        certificate,
        detail: `path length ${limit}, and ${below} ${below === 1 ? 'CA stands' : 'CAs stand'} below`,
      }
    if (certificate.keyUsage && !certificate.keyUsage.includes('keyCertSign'))
      return {
        code: 'key-usage-forbids-signing-certificates',
        certificate,
        detail: `key usage ${certificate.keyUsage.join(', ')}`,
      }
    if (!sameName(certificate.subject, certificate.issuer)) below += 1
  }
  return null
}

/**
 * `match certificate MAP` without an action: once the certificate is validated, one of the maps must fit it. An action
 * makes an exception for what fits and demands nothing of the rest.
 */
const checkMaps: Check = ({ matchesCertificateMap }, [{ certificate, trustpoint }], passed) => {
  const maps = (trustpoint.configuration?.matchCertificate ?? []).filter(({ action }) => action === undefined)
  if (maps.length === 0) return null
  const fits = maps.find(({ map }) => matchesCertificateMap(map, certificate))
  if (fits) {
    passed('certificate-map', certificate, `certificate map ${fits.map} of trustpoint ${trustpoint.name} fits`)
    return null
  }
  return {
    code: 'certificate-map-forbids',
    certificate,
    detail: `trustpoint ${trustpoint.name} takes only certificates that fit ${maps.map(({ map }) => map).join(' or ')}`,
  }
}
