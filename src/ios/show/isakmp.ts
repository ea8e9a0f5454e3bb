import type {
  IkeAuthentication,
  IkeEncryption,
  IkeGroup,
  IkeHash,
  IsakmpPolicy,
  IsakmpProfile,
  MatchStatement,
} from '../../selection/index.ts'
import { duration } from '../clock.ts'
import type { RouterConfiguration } from '../configuration.ts'
import type { IsakmpSaState } from './state.ts'

/** One line of a table: each text in a column of that width, a blank between columns. */
const row = (...columns: readonly (readonly [text: string, width: number])[]): string =>
  columns.map(([text, width]) => text.padEnd(width)).join(' ')

const saRow = (sa: IsakmpSaState): string => {
  const initiated = sa.role === 'initiator'
  const [destination, source] = initiated ? [sa.remote, sa.local] : [sa.local, sa.remote]
  const connection = String(sa.connectionId).padStart(7)
  const status = sa.deleted ? 'ACTIVE (deleted)' : 'ACTIVE'
  return row([destination, 15], [source, 15], [sa.state, 14], [connection, 7], [status, 0])
}

const saHeading = row(['dst', 15], ['src', 15], ['state', 14], ['conn-id', 7], ['status', 0])

const document = (...lines: readonly string[]): string => `${lines.join('\n')}\n`

/** `show crypto isakmp sa`: dst is the responder, src the initiator (ios-semantics §4.9). */
export const showIsakmpSa = (sas: readonly IsakmpSaState[]): string =>
  document('IPv4 Crypto ISAKMP SA', saHeading, ...sas.map(saRow), '', 'IPv6 Crypto ISAKMP SA', '')

const codes = [
  'Codes: C - IKE configuration mode, D - Dead Peer Detection',
  '       K - Keepalives, N - NAT-traversal',
  '       T - cTCP encapsulation, X - IKE Extended Authentication',
  '       psk - Preshared key, rsig - RSA signature',
  '       renc - RSA encryption',
]

const authenticationCodes: Readonly<Record<IkeAuthentication, string>> = {
  'pre-share': 'psk',
  'rsa-sig': 'rsig',
  'rsa-encr': 'renc',
  'ecdsa-sig': 'ecdsa-sig',
}

/** Letters of the column `Cap.` and of a session's capabilities. */
export const capabilities = ({ deadPeerDetection, natTraversal }: IsakmpSaState): string =>
  `${deadPeerDetection ? 'D' : ''}${natTraversal ? 'N' : ''}`

/** Connections in software count from 1001. */
const softwareConnectionBase = 1000

const detailRows = (sa: IsakmpSaState): readonly string[] => {
  const { agreed } = sa
  return [
    row(
      [String(sa.connectionId), 5],
      [sa.local, 15],
      [sa.remote, 15],
      ['', 6],
      ['ACTIVE', 6],
      [agreed?.encryption.cipher ?? '', 4],
      [agreed?.hash ?? '', 6],
      [agreed ? authenticationCodes[agreed.authentication] : '', 4],
      [agreed ? String(agreed.group) : '', 2],
      [agreed ? duration(agreed.lifetimeRemaining) : '0', 8],
      [capabilities(sa), 4],
    ),
    `       Engine-id:Conn-id =  SW:${Math.max(0, sa.connectionId - softwareConnectionBase)}`,
    '',
  ]
}

/** `show crypto isakmp sa detail` (ios-semantics §4.9). */
export const showIsakmpSaDetail = (sas: readonly IsakmpSaState[]): string =>
  document(
    ...codes,
    'IPv4 Crypto ISAKMP SA',
    '',
    'C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.',
    '',
    ...sas.flatMap(detailRows),
    'IPv6 Crypto ISAKMP SA',
    '',
  )

const encryptionText = (encryption: IkeEncryption): string => {
  switch (encryption.cipher) {
    case 'des':
      return 'DES - Data Encryption Standard (56 bit keys).'
    case '3des':
      return 'Three key triple DES'
    case 'aes':
      return `AES - Advanced Encryption Standard (${encryption.bits} bit keys).`
  }
}

const hashTexts: Readonly<Record<IkeHash, string>> = {
  md5: 'Message Digest 5',
  sha: 'Secure Hash Standard',
  sha256: 'Secure Hash Standard 2 (256 bit)',
  sha384: 'Secure Hash Standard 2 (384 bit)',
  sha512: 'Secure Hash Standard 2 (512 bit)',
}

const authenticationTexts: Readonly<Record<IkeAuthentication, string>> = {
  'rsa-sig': 'Rivest-Shamir-Adleman Signature',
  'rsa-encr': 'Rivest-Shamir-Adleman Encryption',
  'pre-share': 'Pre-Shared Key',
  'ecdsa-sig': 'Elliptic Curve Digital Signature Algorithm',
}

const groupSizes: Readonly<Record<IkeGroup, string>> = {
  1: '768 bit',
  2: '1024 bit',
  5: '1536 bit',
  14: '2048 bit',
  15: '3072 bit',
  16: '4096 bit',
  19: '256 bit',
  20: '384 bit',
  21: '521 bit',
  24: '2048 bit, 256 bit subgroup',
}

type Suite = Omit<IsakmpPolicy, 'priority' | 'at'>

const suiteLines = (heading: string, suite: Suite): readonly string[] => [
  heading,
  `\tencryption algorithm:\t${encryptionText(suite.encryption)}`,
  `\thash algorithm:\t\t${hashTexts[suite.hash]}`,
  `\tauthentication method:\t${authenticationTexts[suite.authentication]}`,
  `\tDiffie-Hellman group:\t#${suite.group} (${groupSizes[suite.group]})`,
  `\tlifetime:\t\t${suite.lifetime} seconds, no volume limit`,
]

/** What a policy's missing lines take, and what IOS lists below the configured policies (ios-semantics §1.2). */
const defaultSuite: Suite = {
  encryption: { cipher: 'des' },
  hash: 'sha',
  authentication: 'rsa-sig',
  group: 1,
  lifetime: 86400,
}

/**
 * `show crypto isakmp policy`. A policy without `at` is one of those that IOS has built in and uses only when none is
 * configured; it is told apart by its heading (ios-semantics §1.2, §1.3).
 */
export const showIsakmpPolicy = (policies: readonly IsakmpPolicy[]): string => {
  const configured = policies.filter(({ at }) => at !== undefined)
  if (configured.length > 0)
    return document(
      'Global IKE policy',
      ...configured.flatMap((policy) => suiteLines(`Protection suite of priority ${policy.priority}`, policy)),
      ...suiteLines('Default protection suite', defaultSuite),
    )
  return document(
    'Default IKE policy',
    ...policies.flatMap((policy) => suiteLines(`Default protection suite of priority ${policy.priority}`, policy)),
  )
}

const matchText = (match: MatchStatement): string => {
  switch (match.kind) {
    case 'address':
      return `ip-address ${match.address} ${match.mask}`
    case 'address-ipv6':
      return `ip-address ${match.prefix}`
    case 'host':
      return `fqdn ${match.fqdn}`
    case 'host-domain':
      return `fqdn domain ${match.domain}`
    case 'user':
      return `user-fqdn ${match.user}`
    case 'user-domain':
      return `user-fqdn domain ${match.domain}`
    case 'group':
      return `group ${match.group}`
  }
}

const namesOr = (names: readonly { readonly name: string }[], none: string): string =>
  names.length === 0 ? none : names.map(({ name }) => name).join(' ')

const profileLines = (profile: IsakmpProfile, references: number): readonly string[] => [
  `IKEv1 PROFILE ${profile.name}`,
  `Ref Count = ${references}`,
  '   Identities matched are:',
  ...profile.matchIdentity.map((match) => `    ${matchText(match)}`),
  '   Certificate maps matched are:',
  ...profile.matchCertificate.map(({ map }) => `    ${map}`),
  `   keyring(s): ${namesOr(profile.keyrings, '<none>')}`,
  `   trustpoint(s): ${namesOr(profile.caTrustPoints, '<all>')}`,
  `   virtual-template: ${profile.virtualTemplate ?? '<none>'}`,
  '',
]

/**
 * `show crypto isakmp profile` (ios-semantics §4.9, [M-m]). The count is one for the profile itself and one for each
 * ipsec profile and crypto map entry that names it, a model of what IOS counts.
 */
export const showIsakmpProfile = ({
  isakmpProfiles,
  ipsec,
}: Pick<RouterConfiguration, 'isakmpProfiles' | 'ipsec'>): string => {
  const users = [...ipsec.profiles, ...ipsec.cryptoMaps]
  const lines = isakmpProfiles.flatMap((profile) =>
    profileLines(profile, 1 + users.filter(({ isakmpProfile }) => isakmpProfile?.name === profile.name).length),
  )
  return lines.length === 0 ? '' : document(...lines)
}

/** `show crypto isakmp peers`: one entry for each pair of ends (ios-semantics §4.9). */
export const showIsakmpPeers = (sas: readonly IsakmpSaState[]): string => {
  const entries = sas.map(({ remote, remotePort, local, phase1Id }) =>
    [
      `Peer: ${remote} Port: ${remotePort} Local: ${local}`,
      ...(phase1Id === null ? [] : [` Phase1 id: ${phase1Id}`]),
    ].join('\n'),
  )
  return entries.length === 0 ? '' : document(...new Set(entries))
}
