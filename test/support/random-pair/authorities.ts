import fc from 'fast-check'
import { once, seldom, seldomOf, weighted } from './drawing.ts'

/** A CA; `parent`: number of the one above it. */
export interface AuthorityPlan {
  readonly parent: number | undefined
  readonly hash: 'sha256' | 'sha1' | 'sha384' | 'md5'
  readonly bits: 1024 | 2048
  readonly version: 1 | 3
  readonly days: number
  readonly certificateDays: number
  readonly crlDays: number
  readonly online: boolean
  /** Whether its lists name the second certificate that it issued. */
  readonly revokes: boolean
  /** It has the name of the one before it. */
  readonly namesake: boolean
  /** It has the name of one that IOS has built in. */
  readonly builtIn: boolean
  /** It has changed its key, between one enrolment and another. */
  readonly rolled: boolean
  /** Its host is known by name only. */
  readonly named: boolean
  /** Where its certificates say that its list is; where they do not, it is asked for where the trustpoint enrols. */
  readonly lists: 'at the CA' | 'nowhere' | 'in a directory' | undefined
}

/** A root like most. */
export const plainAuthority: AuthorityPlan = {
  parent: undefined,
  hash: 'sha256',
  bits: 2048,
  version: 3,
  days: 1095,
  certificateDays: 365,
  crlDays: 7,
  online: true,
  revokes: false,
  namesake: false,
  builtIn: false,
  rolled: false,
  named: false,
  lists: undefined,
}

export const authority = (index: number): fc.Arbitrary<AuthorityPlan> =>
  fc.record({
    parent: index === 0 ? fc.constant(undefined) : seldom(4, fc.nat({ max: index - 1 })),
    hash: weighted([12, 'sha256' as const], [5, 'sha1' as const], [1, 'sha384' as const], [1, 'md5' as const]),
    bits: weighted([1, 1024 as const], [1, 2048 as const]),
    version: weighted([19, 3 as const], [1, 1 as const]),
    days: weighted([19, 1095], [1, 12]),
    certificateDays: weighted([2, 365], [1, 30]),
    crlDays: weighted([19, 7], [1, 0.5]),
    online: weighted([9, true], [1, false]),
    revokes: once(14),
    namesake: index === 0 ? fc.constant(false) : once(40),
    builtIn: once(40),
    rolled: once(30),
    named: once(20),
    lists: seldomOf(10, 'at the CA', 'nowhere', 'in a directory'),
  })

const builtInNames = [
  'cn=Cisco Root CA M1,o=Cisco',
  'cn=Cisco Root CA 2048,o=Cisco Systems',
  'cn=Cisco Manufacturing CA,o=Cisco Systems',
]

const authorityName = (authorities: readonly AuthorityPlan[], index: number): string => {
  const bearer = authorities[index]?.namesake ? index - 1 : index
  const builtIn = authorities[bearer]?.builtIn ? builtInNames[bearer] : undefined
  return builtIn ?? `cn=CA${bearer},o=cisco,o=com`
}

export const authorityUrl = (authorities: readonly AuthorityPlan[], index: number): string =>
  authorities[index]?.named ? `http://ca${index}.cisco.com:80` : `http://192.168.0.${100 + index}:80`

/** Where nobody answers. */
export const nowhere = 'http://192.168.0.250'

const listPlaces = (url: string): Readonly<Record<NonNullable<AuthorityPlan['lists']>, string>> => ({
  'at the CA': `${url}/list.crl`,
  nowhere: `${nowhere}/list.crl`,
  'in a directory': 'ldap:///cn=CA?certificateRevocationList',
})

/** The entry in `cas` of lab.yaml. */
export const authorityText = (authorities: readonly AuthorityPlan[]): readonly string[] =>
  authorities.flatMap((plan, index) => {
    const url = authorityUrl(authorities, index)
    return [
      `  - name: ${authorityName(authorities, index)}`,
      `    url: ${url}`,
      ...(plan.parent === undefined ? [] : [`    parent: ${authorityUrl(authorities, plan.parent)}`]),
      `    hash: ${plan.hash}`,
      `    key: ${plan.bits}`,
      ...(plan.version === 1 ? ['    version: 1'] : []),
      `    caDays: ${plan.days}`,
      `    certificateDays: ${plan.certificateDays}`,
      `    crlDays: ${plan.crlDays}`,
      ...(plan.online ? [] : ['    online: false']),
      ...(plan.rolled ? ['    rollover: 2013-06-17T12:03:00Z'] : []),
      ...(plan.revokes ? ["    revoked: ['03']"] : []),
      ...(plan.lists === undefined ? [] : [`    cdp: ${listPlaces(url)[plan.lists]}`]),
    ]
  })
