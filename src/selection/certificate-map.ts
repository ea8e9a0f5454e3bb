import type { Certificate } from '../pki/index.ts'
import type { Decision } from '../trace/index.ts'
import type { CertificateMap, CertificateMapRule } from './configuration.ts'
import { candidate, decide } from './decide.ts'
import { asciiLower } from './text.ts'

const unstructuredName = '1.2.840.113549.1.9.2'

/**
 * Whether a certificate fits a map. The rules of a sequence must all hold, a sequence without rules fits every
 * certificate; the first sequence that fits, in ascending order, decides. Names are compared as IOS prints them,
 * without regard to case and to blanks around `=`, `,` and `+`. Source: ios-semantics §1.7.
 */
export const matchesCertificateMap = (map: CertificateMap, certificate: Certificate): Decision<boolean> => {
  const known = kept.get(map)?.get(certificate)
  if (known) return known
  const found = holdAgainst(map, certificate)
  const byCertificate = kept.get(map) ?? new WeakMap<Certificate, Decision<boolean>>()
  kept.set(map, byCertificate)
  byCertificate.set(certificate, found)
  return found
}

/** Neither changes, and a profile is looked for with the same ones in every class of orders. */
const kept = new WeakMap<CertificateMap, WeakMap<Certificate, Decision<boolean>>>()

const holdAgainst = (map: CertificateMap, certificate: Certificate): Decision<boolean> => {
  const judged = map.sequences
    .toSorted((a, b) => a.sequence - b.sequence)
    .map((sequence) => ({ ...sequence, failed: sequence.rules.find((rule) => !holds(rule, certificate)) }))
  const fitting = judged.find(({ failed }) => failed === undefined)
  const candidates = judged.map((entry) => {
    const name = `${map.name} ${entry.sequence}`
    if (entry === fitting)
      return candidate(
        name,
        true,
        entry.rules.length === 0 ? 'a sequence without rules fits every certificate' : 'all its rules hold',
        entry.at,
      )
    if (entry.failed === undefined) return candidate(name, false, 'a sequence before it fits', entry.at)
    return candidate(name, false, `${ruleText(entry.failed)}: does not hold`, entry.failed.at)
  })
  const because =
    fitting === undefined ? judged.map(({ failed }) => failed?.at) : [fitting.at, ...fitting.rules.map(({ at }) => at)]
  return decide('certificate-map.match', fitting !== undefined, candidates, because)
}

const ruleText = ({ field, operator, value }: CertificateMapRule): string => `${field} ${operator} ${value}`

const holds = (rule: CertificateMapRule, certificate: Certificate): boolean => {
  switch (rule.field) {
    case 'expires-on':
      return timeHolds(rule, certificate.notAfter)
    case 'valid-start':
      return timeHolds(rule, certificate.notBefore)
    case 'serial-number':
      return textHolds(rule, [hexDigits(certificate.serial)], hexDigits(rule.value))
    default:
      return textHolds(rule, textsOf(rule.field, certificate).map(normalised), normalised(rule.value))
  }
}

const textsOf = (
  field: Exclude<CertificateMapRule['field'], 'expires-on' | 'valid-start' | 'serial-number'>,
  { subject, issuer, subjectAltName }: Certificate,
): readonly string[] => {
  const alternative = subjectAltName
    ? [...subjectAltName.dns, ...subjectAltName.email, ...subjectAltName.ip, ...subjectAltName.uri]
    : []
  switch (field) {
    case 'subject-name':
      return [subject.ios]
    case 'issuer-name':
      return [issuer.ios]
    case 'alt-subject-name':
      return alternative
    case 'unstructured-subject-name':
      return subject.rdns.flatMap((rdn) => rdn.filter(({ oid }) => oid === unstructuredName).map(({ value }) => value))
    case 'name':
      return [subject.ios, ...alternative]
  }
}

/** Both sides of a comparison of names: lower case, one blank for many, none around the separators. Blanks go first: a name full of them then costs linear time. */
const normalised = (text: string): string =>
  asciiLower(text)
    .replace(/\s+/g, ' ')
    .replace(/ ?([=,+]) ?/g, '$1')
    .trim()

/** Hexadecimal digits without blanks and leading zeros: `00F9` and `f9` are one serial number. */
const hexDigits = (text: string): string => asciiLower(text.replace(/\s+/g, '')).replace(/^0+(?=.)/, '')

/** With several values `eq` and `co` ask for one that fits, `ne` and `nc` for none. */
const textHolds = ({ operator }: CertificateMapRule, values: readonly string[], wanted: string): boolean => {
  switch (operator) {
    case 'eq':
      return values.includes(wanted)
    case 'ne':
      return !values.includes(wanted)
    case 'co':
      return values.some((value) => value.includes(wanted))
    case 'nc':
      return !values.some((value) => value.includes(wanted))
    case 'lt':
    case 'ge':
      return false
  }
}

const timeHolds = ({ operator, value }: CertificateMapRule, time: number): boolean => {
  const wanted = Date.parse(value)
  if (Number.isNaN(wanted)) return false
  switch (operator) {
    case 'eq':
      return time === wanted
    case 'ne':
      return time !== wanted
    case 'lt':
      return time < wanted
    case 'ge':
      return time >= wanted
    case 'co':
    case 'nc':
      return false
  }
}
