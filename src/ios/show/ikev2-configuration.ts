import {
  defaultIkeV2Lifetime,
  defaultIkeV2Proposal,
  type IkeV2Configuration,
  type IkeV2IdentityMatch,
  type IkeV2LocalIdentity,
  type IkeV2Policy,
  type IkeV2Profile,
  type IkeV2Proposal,
  type IkeV2TrustpointUse,
  noIkeV2,
} from '../../selection/index.ts'
import type { RouterConfiguration } from '../configuration.ts'
import { encryptionNames, groupName, integrityNames, prfNames } from './ikev2-names.ts'

/** `show crypto ikev2 profile`, `proposal` and `policy` (ios-semantics §4.9). */

const document = (lines: readonly string[]): string => (lines.length === 0 ? '' : `${lines.join('\n')}\n`)

const listOr = (texts: readonly string[], none: string): string => (texts.length === 0 ? none : texts.join(' '))

const proposalLines = ({ name, encryption, integrity, prf, groups }: IkeV2Proposal): readonly string[] => {
  const ciphers = encryption.map((cipher) => {
    const { name: text, keySize } = encryptionNames[cipher]
    return keySize === null ? text : `${text}-${keySize}`
  })
  return [
    ` IKEv2 proposal: ${name} `,
    `     Encryption : ${listOr(ciphers, 'none')}`,
    `     Integrity  : ${listOr(
      integrity.map((hash) => integrityNames[hash]),
      'none',
    )}`,
    `     PRF        : ${listOr(
      prf.map((hash) => prfNames[hash]),
      'none',
    )}`,
    `     DH Group   : ${listOr(groups.map(groupName), 'none')}`,
  ]
}

type Configured = Pick<RouterConfiguration, 'ikev2'>

/** `show crypto ikev2 proposal`: the smart default first, where it is not turned off, used or not. */
export const showIkeV2Proposal = ({ ikev2 = noIkeV2 }: Configured): string =>
  document([...(ikev2.defaultProposal ? [defaultIkeV2Proposal] : []), ...ikev2.proposals].flatMap(proposalLines))

/** `Match fvrf : any`, but `Match fvrf  : global`: the second blank is IOS's. */
const policyHeading = (name: string, fvrf: string, addresses: readonly string[]): readonly string[] => [
  ` IKEv2 policy : ${name}`,
  `      Match fvrf ${fvrf === 'any' ? ': any' : ` : ${fvrf}`}`,
  ...(addresses.length === 0 ? ['any'] : addresses).map((address) => `      Match address local : ${address} `),
]

const proposalLine = (name: string): string => `      Proposal    : ${name} `

const policyLines = ({ name, fvrf = 'global', matchLocal, proposals }: IkeV2Policy): readonly string[] => [
  ...policyHeading(
    name,
    fvrf,
    matchLocal.map(({ address }) => address),
  ),
  ...proposals.map((proposal) => proposalLine(proposal.name)),
]

/** The smart default serves every address of every VRF (ios-semantics §2.1). */
const defaultPolicyLines = ({ defaultPolicy, defaultProposal }: IkeV2Configuration): readonly string[] =>
  defaultPolicy
    ? [...policyHeading('default', 'any', []), ...(defaultProposal ? [proposalLine(defaultIkeV2Proposal.name)] : [])]
    : []

/** `show crypto ikev2 policy`: the smart default first, where it is not turned off, used or not. */
export const showIkeV2Policy = ({ ikev2 = noIkeV2 }: Configured): string =>
  document([...defaultPolicyLines(ikev2), ...ikev2.policies.flatMap(policyLines)])

const matchText = (match: IkeV2IdentityMatch): string => {
  switch (match.kind) {
    case 'address':
      return `address ${match.address} ${match.mask}`
    case 'address-ipv6':
      return `address ${match.prefix}`
    case 'any':
      return 'any'
    case 'email':
      return `email ${match.email}`
    case 'email-domain':
      return `email domain ${match.domain}`
    case 'fqdn':
      return `fqdn ${match.fqdn}`
    case 'fqdn-domain':
      return `fqdn domain ${match.domain}`
    case 'key-id':
      return `key-id ${match.keyId}`
  }
}

const localIdentityText = (identity: IkeV2LocalIdentity): string => {
  switch (identity.kind) {
    case 'address':
      return `address ${identity.address}`
    case 'dn':
      return 'DN'
    case 'email':
      return `email ${identity.email}`
    case 'fqdn':
      return `fqdn ${identity.fqdn}`
    case 'key-id':
      return `key-id ${identity.keyId}`
  }
}

/** A heading with `none` beside it, or with the entries below it. */
const listBelow = (title: string, entries: readonly string[], indent: string): readonly string[] =>
  entries.length === 0 ? [`${title} none`] : [`${title} `, ...entries.map((entry) => `${indent}${entry}`)]

const trustpointText = ({ name, use }: IkeV2TrustpointUse): string => (use === 'both' ? name : `${name} ${use}`)

/** One stands in the line; of several no output is known, and they are put below it as identities are ([I]). */
const trustpointLines = (trustpoints: readonly IkeV2TrustpointUse[]): readonly string[] => {
  const [only, ...others] = trustpoints.map(trustpointText)
  return only !== undefined && others.length === 0
    ? [` Trustpoint(s): ${only}`]
    : listBelow(' Trustpoint(s):', trustpoints.map(trustpointText), '  ')
}

const deadPeerDetectionText = ({ dpd }: IkeV2Profile): string =>
  dpd ? `interval ${dpd.interval}, retry-interval ${dpd.retry}, ${dpd.periodic ? 'periodic' : 'on-demand'}` : 'disabled'

const profileLines = (profile: IkeV2Profile, references: number): readonly string[] => [
  `IKEv2 profile: ${profile.name}`,
  ...(profile.shutdown ? [' Shutdown : Yes'] : []),
  ` Ref Count: ${references}`,
  ' Match criteria: ',
  `  Fvrf: ${profile.fvrf ?? 'global'}`,
  `  Local address/interface: ${listOr(
    profile.matchLocalAddress.map(({ address }) => address),
    'none',
  )}`,
  ...listBelow('  Identities:', profile.matchIdentityRemote.map(matchText), '   '),
  ...listBelow(
    '  Certificate maps:',
    profile.matchCertificate.map(({ map }) => map),
    '   ',
  ),
  ` Local identity: ${profile.identityLocal ? localIdentityText(profile.identityLocal) : 'none'}`,
  ' Remote identity: none',
  ` Local authentication method: ${profile.authenticationLocal?.method ?? 'none'}`,
  ` Remote authentication method(s): ${listOr(
    profile.authenticationRemote.map(({ method }) => method),
    'none',
  )}`,
  ' EAP options: none',
  ` Keyring: ${profile.keyring?.name ?? 'none'}`,
  ...trustpointLines(profile.trustpoints),
  ` Lifetime: ${profile.lifetime ?? defaultIkeV2Lifetime} seconds`,
  ` DPD: ${deadPeerDetectionText(profile)}`,
  ' NAT-keepalive: disabled',
  ' Ivrf: none',
  ` Virtual-template: ${profile.virtualTemplate ?? 'none'}`,
  ' mode auto: none',
  ' AAA AnyConnect EAP authentication mlist: none',
  ' AAA EAP authentication mlist: none',
  ' AAA authentication mlist: none',
  ' AAA Accounting: none',
  ' AAA group authorization: none',
  ' AAA user authorization: none',
  '',
]

/**
 * `show crypto ikev2 profile`. The order is that of the search, which the seed reads off this command: where rules are
 * the same the last of the configuration is met first. The count of references is one for the profile itself and one
 * for each ipsec profile and crypto map entry that names it, a model of what IOS counts.
 */
export const showIkeV2Profile = ({ ikev2 = noIkeV2, ipsec }: Pick<RouterConfiguration, 'ikev2' | 'ipsec'>): string => {
  const users = [...ipsec.profiles, ...ipsec.cryptoMaps]
  return document(
    ikev2.profiles
      .toReversed()
      .flatMap((profile) =>
        profileLines(profile, 1 + users.filter(({ ikev2Profile }) => ikev2Profile?.name === profile.name).length),
      ),
  )
}
