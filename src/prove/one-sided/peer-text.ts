import type { TransformSet } from '../../ipsec/index.ts'
import { type IkeV2Proposal, type IsakmpPolicy, identityType, type OwnIdentity } from '../../selection/index.ts'
import { ikeV2IdType } from '../../wire/index.ts'
import { accessListLine } from '../access-list-line.ts'
import { type PeerPlan, type PeerTrustpoint, trustpointsOf } from './peer-plan.ts'

/** A peer's plan as IOS spells it. Keys are written out: `withoutKeys` masks them for everybody but the lab. */

const transformSetLines = ({ name, encryption, authentication, mode }: TransformSet): readonly string[] => [
  `crypto ipsec transform-set ${name} ${[encryption, authentication].filter((part) => part !== undefined).join(' ')}`,
  ` mode ${mode}`,
]

const policyLines = ({ encryption, hash, authentication, group, lifetime }: IsakmpPolicy): readonly string[] => [
  'crypto isakmp policy 10',
  ` encr ${encryption.cipher === 'aes' ? `aes ${encryption.bits}` : encryption.cipher}`,
  ` hash ${hash}`,
  ` authentication ${authentication}`,
  ` group ${group}`,
  ` lifetime ${lifetime}`,
]

const proposalLines = (proposals: readonly IkeV2Proposal[]): readonly string[] => [
  ...proposals.flatMap(({ encryption, integrity, prf, groups }, index) => [
    `crypto ikev2 proposal PROPOSAL-${index + 1}`,
    ` encryption ${encryption.join(' ')}`,
    ...(integrity.length > 0 ? [` integrity ${integrity.join(' ')}`] : []),
    ` prf ${prf.join(' ')}`,
    ` group ${groups.join(' ')}`,
  ]),
  'crypto ikev2 policy POLICY',
  ...proposals.map((_, index) => ` proposal PROPOSAL-${index + 1}`),
]

const trustpointLines = ({ name, url, signs }: PeerTrustpoint, { certificate }: PeerPlan): readonly string[] => [
  `crypto pki trustpoint ${name}`,
  url === null ? ' enrollment terminal' : ` enrollment url ${url}`,
  ...(signs && certificate
    ? [
        ` fqdn ${certificate.subject.fqdn ?? 'none'}`,
        ...(certificate.subject.subjectName === '' ? [] : [` subject-name ${certificate.subject.subjectName}`]),
        ...(certificate.key === 'rsa' ? [] : [` eckeypair ${name}-EC`]),
      ]
    : []),
  ' revocation-check none',
]

const mapName = 'KNOWN-CERTIFICATE'

/** A DN is matched by certificate maps only. */
const namesOf = ({ expects, ike }: PeerPlan): readonly OwnIdentity[] => {
  const dn = ike.version === 1 ? identityType.DER_ASN1_DN : ikeV2IdType.DER_ASN1_DN
  return expects.filter(({ type }) => type === dn)
}

const mapLines = (plan: PeerPlan): readonly string[] =>
  namesOf(plan).flatMap(({ value }, index) => [
    `crypto pki certificate map ${mapName} ${10 * (index + 1)}`,
    ` subject-name eq ${value}`,
  ])

/** IKEv1: how a profile matches an identity; null where none does. */
const matchV1 = ({ type, value }: OwnIdentity): string | null => {
  switch (type) {
    case identityType.IPV4_ADDR:
      return `address ${value} 255.255.255.255`
    case identityType.FQDN:
      return `host ${value}`
    case identityType.USER_FQDN:
      return `user ${value}`
    default:
      return null
  }
}

const matchV2 = ({ type, value }: OwnIdentity): string | null => {
  switch (type) {
    case ikeV2IdType.IPV4_ADDR:
      return `address ${value} 255.255.255.255`
    case ikeV2IdType.FQDN:
      return `fqdn ${value}`
    case ikeV2IdType.RFC822_ADDR:
      return `email ${value}`
    case ikeV2IdType.KEY_ID:
      return `key-id ${value}`
    default:
      return null
  }
}

const profileName = 'TO-KNOWN'

const keyringsV1 = ({
  keys,
  known,
  knownMethod,
}: PeerPlan): readonly { readonly name: string; readonly lines: readonly string[] }[] => {
  if (knownMethod !== 'pre-share') return []
  const ring = (name: string, key: string | null) =>
    key === null
      ? []
      : [{ name, lines: [`crypto keyring ${name}`, `  pre-shared-key address ${known} 255.255.255.255 key ${key}`] }]
  // Of equal entries a responder takes the first of the configuration, an initiator the first of its profile.
  const responder = ring('ANSWERS', keys.responder)
  return keys.initiator === keys.responder ? responder : [...responder, ...ring('STARTS', keys.initiator)]
}

const ikeV1Lines = (plan: PeerPlan, policy: IsakmpPolicy): readonly string[] => {
  const keyrings = keyringsV1(plan)
  const lists = trustpointsOf(plan)
  const self =
    plan.identity.kind === 'fqdn'
      ? [`   self-identity fqdn ${plan.identity.name}`]
      : plan.identity.kind === 'user'
        ? [`   self-identity user-fqdn ${plan.identity.name}`]
        : plan.identity.kind === 'address'
          ? ['   self-identity address']
          : []
  return [
    ...policyLines(policy),
    ...(plan.identity.kind === 'dn' ? ['crypto isakmp identity dn'] : []),
    ...keyrings.flatMap(({ lines }) => lines),
    `crypto isakmp profile ${profileName}`,
    ...self,
    ...keyrings.toReversed().map(({ name }) => `   keyring ${name}`),
    // The list of an initiator is for its own certificate too.
    ...lists.filter(({ trusts }) => trusts).map(({ name }) => `   ca trust-point ${name}`),
    ...lists.filter(({ trusts, signs }) => signs && !trusts).map(({ name }) => `   ca trust-point ${name}`),
    ...plan.expects.flatMap((identity) => matchV1(identity) ?? []).map((match) => `   match identity ${match}`),
    ...(namesOf(plan).length > 0 ? [`   match certificate ${mapName}`] : []),
  ]
}

const localIdentity = ({ identity }: PeerPlan): string => {
  switch (identity.kind) {
    case 'address':
      return `address ${identity.address}`
    case 'fqdn':
      return `fqdn ${identity.name}`
    case 'user':
      return `email ${identity.name}`
    case 'key-id':
      return `key-id ${identity.id}`
    case 'dn':
      return 'dn'
  }
}

const ikeV2Lines = (plan: PeerPlan, proposals: readonly IkeV2Proposal[]): readonly string[] => {
  const { initiator, responder } = plan.keys
  const shares = initiator !== null || responder !== null
  return [
    ...proposalLines(proposals),
    ...(shares
      ? [
          'crypto ikev2 keyring KEYS',
          ` peer ${plan.toward}`,
          `  address ${plan.known} 255.255.255.255`,
          ...(initiator === null ? [] : [`  pre-shared-key local ${initiator}`]),
          ...(responder === null ? [] : [`  pre-shared-key remote ${responder}`]),
        ]
      : []),
    `crypto ikev2 profile ${profileName}`,
    ...plan.expects.flatMap((identity) => matchV2(identity) ?? []).map((match) => ` match identity remote ${match}`),
    ...(namesOf(plan).length > 0 ? [` match certificate ${mapName}`] : []),
    ` identity local ${localIdentity(plan)}`,
    ` authentication remote ${plan.knownMethod}`,
    ` authentication local ${plan.method}`,
    ...(shares ? [' keyring local KEYS'] : []),
    ...trustpointsOf(plan).map(
      ({ name, signs, trusts }) => ` pki trustpoint ${name}${signs && trusts ? '' : signs ? ' sign' : ' verify'}`,
    ),
  ]
}

const outside = 'Ethernet0/0'

const childLines = ({ child, known, ike }: PeerPlan): readonly string[] => {
  const settings = [
    ` set transform-set ${child.transformSets.map(({ name }) => name).join(' ')}`,
    ...(child.pfs === null ? [] : [` set pfs group${child.pfs}`]),
    ` set security-association lifetime seconds ${child.lifetime.seconds}`,
    ` set ${ike.version === 1 ? 'isakmp-profile' : 'ikev2-profile'} ${profileName}`,
  ]
  const sets = child.transformSets.flatMap(transformSetLines)
  if (child.kind === 'crypto-map')
    return [
      ...sets,
      'crypto map TO-KNOWN 10 ipsec-isakmp',
      ` set peer ${known}`,
      ...settings,
      ' match address TO-KNOWN',
      'ip access-list extended TO-KNOWN',
      ...child.entries.map((entry) => ` ${accessListLine(entry)}`),
    ]
  return [
    ...sets,
    'crypto ipsec profile TO-KNOWN',
    ...settings,
    'interface Tunnel1',
    ' ip unnumbered Ethernet0/0',
    ` tunnel source ${outside}`,
    ` tunnel destination ${known}`,
    ...(child.kind === 'ipsec-tunnel' ? [' tunnel mode ipsec ipv4'] : []),
    ' tunnel protection ipsec profile TO-KNOWN',
  ]
}

/** The configuration of a peer, line by line. */
export const peerLines = (plan: PeerPlan): readonly string[] => [
  `hostname ${plan.name}`,
  ...trustpointsOf(plan).flatMap((trustpoint) => trustpointLines(trustpoint, plan)),
  ...mapLines(plan),
  ...(plan.ike.version === 1 ? ikeV1Lines(plan, plan.ike.policy) : ikeV2Lines(plan, plan.ike.proposals)),
  ...childLines(plan),
  `interface ${outside}`,
  ` ip address ${plan.address} ${plan.mask}`,
  ...(plan.child.kind === 'crypto-map' ? [' crypto map TO-KNOWN'] : []),
  ...(plan.gateway === null ? [] : [`ip route 0.0.0.0 0.0.0.0 ${plan.gateway}`]),
  'end',
]

/** The same for people: whoever sets the peer up knows the keys. */
export const withoutKeys = (lines: readonly string[]): readonly string[] =>
  lines.map((line) =>
    line.replace(/^(\s*pre-shared-key (?:address \S+ \S+ key|local|remote) ).*$/, '$1<the shared key>'),
  )
