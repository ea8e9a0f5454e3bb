import fc from 'fast-check'
import { authorityUrl, nowhere } from './authorities.ts'
import { type MapKind, mapName } from './certificate-maps.ts'
import { once, seldom, seldomOf, weighted } from './drawing.ts'
import { addressOf, fqdnOf, methodOf, nameOf, type Place, section } from './place.ts'

export interface TrustpointPlan {
  readonly authority: number
  /** `nothing`: it is configured, and no more. */
  readonly holds: 'certificate' | 'ca-only' | 'pending' | 'rejected' | 'nothing'
  /** How it got it; without a URL nobody can be asked for a list. */
  readonly by: 'url' | 'terminal' | 'pkcs12' | 'profile'
  readonly key: 'rsa' | 'ec256' | 'ec384' | undefined
  /** `rsakeypair`: a small one, or another than the one that was enrolled. */
  readonly pair: 'small' | 'changed' | undefined
  readonly validity: 'long' | 'short' | 'over' | 'to-come'
  readonly revocation: 'none' | 'crl' | 'crl none' | 'ocsp' | 'ocsp none' | 'ocsp crl' | 'crl ocsp'
  readonly chain: 'stop' | 'continue' | 'continue above' | undefined
  /** `match certificate`. */
  readonly match: { readonly map: MapKind; readonly action: MatchAction } | undefined
  readonly named: 'fqdn' | 'address' | 'both' | 'neither'
  readonly serial: boolean
  readonly primary: boolean
  readonly usage: 'ike' | 'ssl-client' | undefined
  readonly usages: readonly string[] | undefined
  /** Where its certificate is published, if it is: at its CA, or where nobody answers. */
  readonly published: 'at the CA' | 'nowhere' | undefined
  readonly odd: 'leaf' | 'regenerated' | 'version 1' | 'sha1' | 'md5' | undefined
}

/** What is done with the certificates that fit; nothing: no others are taken. */
type MatchAction = '' | 'allow expired-certificate' | 'skip revocation-check' | 'override cdp'

const actionWords: Readonly<Record<MatchAction, string>> = {
  '': '',
  'allow expired-certificate': ' allow expired-certificate',
  'skip revocation-check': ' skip revocation-check',
  'override cdp': ` override cdp url ${nowhere}/other.crl`,
}

/** A trustpoint like most. */
export const plainTrustpoint = (authority: number): TrustpointPlan => ({
  authority,
  holds: 'certificate',
  by: 'url',
  key: undefined,
  pair: undefined,
  validity: 'long',
  revocation: 'crl',
  chain: undefined,
  match: undefined,
  named: 'both',
  serial: false,
  primary: false,
  usage: undefined,
  usages: undefined,
  published: undefined,
  odd: undefined,
})

const trustpoint = (authority: fc.Arbitrary<number>): fc.Arbitrary<TrustpointPlan> =>
  fc.record({
    authority,
    holds: weighted(
      [56, 'certificate' as const],
      [4, 'ca-only' as const],
      [1, 'pending' as const],
      [1, 'rejected' as const],
      [1, 'nothing' as const],
    ),
    by: weighted([26, 'url' as const], [1, 'terminal' as const], [1, 'pkcs12' as const], [1, 'profile' as const]),
    key: seldomOf(16, 'rsa', 'ec256', 'ec384'),
    pair: seldomOf(24, 'small', 'changed'),
    validity: weighted([28, 'long' as const], [2, 'short' as const], [1, 'over' as const], [1, 'to-come' as const]),
    revocation: weighted<TrustpointPlan['revocation']>(
      [24, 'none'],
      [8, 'crl'],
      [8, 'crl none'],
      [1, 'ocsp'],
      [1, 'ocsp none'],
      [1, 'ocsp crl'],
      [1, 'crl ocsp'],
    ),
    chain: seldomOf(10, 'stop', 'continue', 'continue above'),
    match: seldom(
      16,
      fc.record({
        map: fc.constantFrom<MapKind>('PEER', 'ISSUER', 'NAME', 'DATES', 'OTHERS', 'EMPTY', 'NOBODY'),
        action: fc.constantFrom<MatchAction>('', 'allow expired-certificate', 'skip revocation-check', 'override cdp'),
      }),
    ),
    named: weighted([3, 'fqdn' as const], [1, 'address' as const], [2, 'both' as const], [1, 'neither' as const]),
    serial: once(8),
    primary: once(12),
    usage: seldomOf(16, 'ike', 'ssl-client'),
    usages: seldomOf(24, ['serverAuth'], ['clientAuth'], ['serverAuth', 'clientAuth'], ['ipsecIKE'], ['codeSigning']),
    published: seldomOf(12, 'at the CA', 'nowhere'),
    odd: seldomOf(14, 'leaf', 'regenerated', 'version 1', 'sha1', 'md5'),
  })

/** Of the first CAs both ends mostly hold certificates, of the others seldom both. */
const shares = [12, 9, 5, 1, 1, 1]

/** One to six, sometimes two of one CA. */
export const trustpoints: fc.Arbitrary<readonly TrustpointPlan[]> = fc
  .tuple(
    trustpoint(fc.nat({ max: 2 })),
    seldom(8, trustpoint(fc.nat({ max: 5 }))),
    ...shares.map((share, index) =>
      fc.oneof(
        { weight: 2, arbitrary: fc.constant(undefined) },
        { weight: share, arbitrary: trustpoint(fc.constant(index)) },
      ),
    ),
  )
  .map(([one, twin, ...others]) => {
    const held = others.filter((each) => each !== undefined)
    const first = held.length === 0 ? [one] : held
    return [...first, ...(twin === undefined ? [] : [twin])].slice(0, 6)
  })

export const trustpointName = (list: readonly TrustpointPlan[], index: number): string => {
  const authority = list[index]?.authority
  const twin = list.findIndex((each) => each.authority === authority) < index
  return `TP${authority}${twin ? 'b' : ''}`
}

const keyOf = ({ key }: TrustpointPlan, place: Place): NonNullable<TrustpointPlan['key']> =>
  key ?? (methodOf(place) === 'ecdsa-sig' ? 'ec256' : 'rsa')

const enrolmentLine = ({ by, authority }: TrustpointPlan, { authorities }: Place): string =>
  by === 'url'
    ? `enrollment url ${authorityUrl(authorities, authority)}`
    : by === 'profile'
      ? 'enrollment profile ENROL'
      : `enrollment ${by}`

const pairLines = (plan: TrustpointPlan, name: string, place: Place): readonly string[] => {
  if (plan.pair === undefined || keyOf(plan, place) !== 'rsa') return []
  return [`rsakeypair ${name}.keys${plan.pair === 'small' ? ' 1024' : ''}`]
}

const chainLines = ({ chain }: TrustpointPlan, { plan }: Place, index: number): readonly string[] => {
  switch (chain) {
    case undefined:
      return []
    case 'continue above':
      return [`chain-validation continue ${trustpointName(plan.trustpoints, (index + 1) % plan.trustpoints.length)}`]
    default:
      return [`chain-validation ${chain}`]
  }
}

export const trustpointLines = (place: Place): readonly string[] => {
  const { plan, own, peers } = place
  return plan.trustpoints.flatMap((each, index) => {
    const { revocation, named, primary, match, usage, serial } = each
    const name = trustpointName(plan.trustpoints, index)
    return section(`crypto pki trustpoint ${name}`, [
      enrolmentLine(each, place),
      ...(serial ? ['serial-number'] : []),
      `fqdn ${named === 'fqdn' || named === 'both' ? fqdnOf(own) : 'none'}`,
      `ip-address ${named === 'address' || named === 'both' ? addressOf(place, own) : 'none'}`,
      `subject-name CN=${nameOf(own)},OU=IT${index},O=cisco`,
      ...(primary ? ['primary'] : []),
      ...(usage === undefined ? [] : [`usage ${usage}`]),
      `revocation-check ${revocation}`,
      ...chainLines(each, place, index),
      ...(match === undefined
        ? []
        : [`match certificate ${mapName(match.map, peers[0] ?? 0)}${actionWords[match.action]}`]),
      ...pairLines(each, name, place),
      ...(plan.front === 'whole' ? ['vrf FRONT'] : []),
    ])
  })
}

const validities: Readonly<Record<TrustpointPlan['validity'], string>> = {
  long: '',
  short: ', notAfter: 2013-07-05T00:00:00Z',
  over: ', notBefore: 2013-06-12T00:00:00Z, notAfter: 2013-06-19T00:00:00Z',
  'to-come': ', notBefore: 2013-06-21T00:00:00Z, notAfter: 2014-06-21T00:00:00Z',
}

const oddities: Readonly<Record<NonNullable<TrustpointPlan['odd']>, string>> = {
  leaf: 'sends: leaf',
  regenerated: 'keyRegenerated: true',
  'version 1': 'version: 1',
  sha1: 'hash: sha1',
  md5: 'hash: md5',
}

/** An entry of `enrolled` in lab.yaml. */
export const enrolmentText = (place: Place, index: number): readonly string[] => {
  const { plan, own, authorities } = place
  const each = plan.trustpoints[index]
  if (!each || each.holds === 'nothing') return []
  const caUrl = authorityUrl(authorities, each.authority)
  const published = each.published === 'at the CA' ? caUrl : nowhere
  const certificate = [
    `, key: ${keyOf(each, place)}${validities[each.validity]}`,
    each.usages ? `, extendedKeyUsage: [${each.usages.join(', ')}]` : '',
    each.odd === undefined ? '' : `, ${oddities[each.odd]}`,
    each.pair === 'changed' ? ', keyPair: before.keys' : '',
    each.published === undefined ? '' : `, certificateUrl: ${published}/${nameOf(own)}${index}.cer`,
  ].join('')
  const rest: Readonly<Record<TrustpointPlan['holds'], string>> = {
    certificate,
    'ca-only': ', authenticateOnly: true',
    pending: ', request: pending',
    rejected: ', request: rejected',
    nothing: '',
  }
  const ca = each.by === 'url' ? '' : `, ca: '${caUrl}'`
  return [`      - { trustpoint: ${trustpointName(plan.trustpoints, index)}${ca}${rest[each.holds]} }`]
}
