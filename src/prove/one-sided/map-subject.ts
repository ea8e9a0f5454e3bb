import { type Certificate, nameFromIos } from '../../pki/index.ts'
import {
  type CertificateMap,
  type CertificateMapRule,
  matchesCertificateMap,
  type SelectionContext,
} from '../../selection/index.ts'
import { unnamedCa } from './known.ts'
import type { PeerSubject } from './peer-plan.ts'

/** A certificate that fits a certificate map: tried afterwards, for the rules may contradict each other. */

const day = 86_400_000

interface Draft {
  subject: string[]
  fqdn: string | null
  notBefore: number | null
  notAfter: number | null
}

/** `cn = r2` as an attribute; a text without one becomes a common name. */
const attribute = (value: string): string => {
  const text = value.replace(/\s*([=,+])\s*/g, '$1').trim()
  return /^[A-Za-z0-9.]+=/.test(text) ? text : `cn=${text}`
}

const isWhole = (text: string): boolean => nameFromIos(text).ok

const apply = (draft: Draft, { field, operator, value }: CertificateMapRule): void => {
  const asks = operator === 'co' || operator === 'eq'
  const time = Date.parse(value)
  switch (field) {
    case 'subject-name':
    case 'name':
      if (!asks) return
      if (operator === 'eq') draft.subject = [attribute(value)]
      else draft.subject.push(attribute(value))
      return
    case 'unstructured-subject-name':
    case 'alt-subject-name':
      if (asks) draft.fqdn = value.trim()
      return
    case 'valid-start':
      if (operator === 'ge' || operator === 'eq') draft.notBefore = time
      else if (operator === 'lt') draft.notBefore = time - day
      return
    case 'expires-on':
      if (operator === 'ge' || operator === 'eq') draft.notAfter = time
      else if (operator === 'lt') draft.notAfter = time - day
      return
    case 'issuer-name':
    case 'serial-number':
      return
  }
}

const ordered = (attributes: readonly string[]): string => {
  const distinct = [...new Set(attributes.map((each) => each.toLowerCase()))]
  return distinct.some((each) => each.startsWith('cn=')) ? distinct.join(',') : ['cn=peer', ...distinct].join(',')
}

/** Subjects worth trying for a map, one for each of its sequences. */
export const subjectsFor = (map: CertificateMap): readonly PeerSubject[] =>
  map.sequences.map(({ rules }): PeerSubject => {
    const draft: Draft = { subject: [], fqdn: null, notBefore: null, notAfter: null }
    for (const rule of rules) apply(draft, rule)
    const whole =
      draft.subject.length === 1 && rules.some(({ operator, field }) => operator === 'eq' && field === 'subject-name')
    const subject = whole ? (draft.subject[0] ?? '') : ordered(draft.subject)
    return {
      subjectName: isWhole(subject) ? subject : 'cn=peer',
      fqdn: draft.fqdn,
      ...(draft.notBefore === null ? {} : { notBefore: new Date(draft.notBefore).toISOString() }),
      ...(draft.notAfter === null ? {} : { notAfter: new Date(draft.notAfter).toISOString() }),
    }
  })

/** Certificate maps by their names; those that are not configured fit nothing. */
export const mapsNamed = ({ certificateMaps }: SelectionContext, names: readonly string[]): readonly CertificateMap[] =>
  names.flatMap((wanted) => certificateMaps.find(({ name }) => name === wanted) ?? [])

/** Subjects worth trying for a certificate from the issuer of this one: none where the map asks for another issuer. */
export const fittingSubjects = (map: CertificateMap, like: Certificate | undefined): readonly PeerSubject[] =>
  map.sequences.flatMap((sequence) => {
    const rules = sequence.rules.filter(({ field }) => field === 'issuer-name')
    const byIssuer = { name: map.name, sequences: [{ ...sequence, rules }] }
    // A CA whose name nobody told may have the one that is asked for.
    return like && (unnamedCa(like.issuer.ios) !== null || matchesCertificateMap(byIssuer, like).choice)
      ? subjectsFor({ name: map.name, sequences: [sequence] })
      : []
  })

/** Maps that are fitted where both are, sequence by sequence. */
export const bothMaps = (a: CertificateMap, b: CertificateMap): CertificateMap => ({
  name: `${a.name} and ${b.name}`,
  sequences: a.sequences.flatMap((one) => b.sequences.map((two) => ({ ...one, rules: [...one.rules, ...two.rules] }))),
})

/** `subject-name co cn = r2 and issuer-name co cn = ca1`, sequences joined by `or`. */
export const mapText = (map: CertificateMap): string =>
  map.sequences
    .map(({ rules }) =>
      rules.length === 0
        ? 'anything'
        : rules.map(({ field, operator, value }) => `${field} ${operator} ${value}`).join(' and '),
    )
    .join(', or ')
