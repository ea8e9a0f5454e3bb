import type { Certificate } from '../pki/index.ts'
import type { Candidate, Decision, SourceRef } from '../trace/index.ts'
import { ikeV2AuthMethod, ikeV2IdType, ipv4ToBytes } from '../wire/index.ts'
import type { SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'
import type { IkeV2AuthenticationMethod, IkeV2KeyringPeer, IkeV2Profile } from './ikev2-configuration.ts'
import { fitsIdentity, type ReceivedIkeV2Identity } from './ikev2-profile.ts'
import { mayVerify } from './ikev2-requests.ts'
import { maskBits, sameNetwork } from './ip-address.ts'
import type { OwnIdentity } from './own-identity.ts'
import { utf8 } from './text.ts'

/**
 * The names of the trustpoints against which the peer's certificate is validated: those of the profile that may verify;
 * null: every trustpoint, where the profile names none. Source: the seed; ios-semantics §2.8.
 */
export const ikeV2ValidationTrustpoints = (
  ctx: SelectionContext,
  profile: IkeV2Profile,
): Decision<readonly string[] | null> => {
  const { trustpoints } = ctx.store
  if (profile.trustpoints.length === 0)
    return decide(
      'v2.validation.all',
      null,
      trustpoints.map(({ name, ca, configuration }) =>
        candidate(
          name,
          ca !== undefined,
          ca ? `profile ${profile.name} names no trustpoint` : 'it holds no CA certificate',
          configuration?.at,
        ),
      ),
      [profile.at],
    )
  const judged = profile.trustpoints.map((line): Candidate => {
    const held = trustpoints.find(({ name }) => name === line.name)
    const lists = `profile ${profile.name} lists pki trustpoint ${line.name}`
    if (!mayVerify(line)) return candidate(line.name, false, `${lists} to sign only`, line.at)
    if (!held) return candidate(line.name, false, `${lists}, but the router has no such trustpoint`, line.at)
    return held.ca
      ? candidate(line.name, true, lists, line.at)
      : candidate(line.name, false, `${lists}, but it holds no CA certificate`, line.at)
  })
  const listed = new Set(judged.map(({ name }) => name))
  const others = trustpoints
    .filter(({ name, builtIn }) => !listed.has(name) && !builtIn)
    .map(({ name, configuration }) =>
      candidate(name, false, `profile ${profile.name} does not list it`, configuration?.at),
    )
  return decide(
    'v2.validation.profile-list',
    judged.filter(({ taken }) => taken).map(({ name }) => name),
    [...judged, ...others],
    profile.trustpoints.map(({ at }) => at),
  )
}

export interface IkeV2OwnIdentityDecision extends Decision<string> {
  readonly identity: OwnIdentity
}

/**
 * The identity in IDi or IDr: the profile's `identity local`; without one, sources disagree and the knob
 * `v2.defaultLocalId` says it. Throws if the local address is no dotted address. Source: ios-semantics §2.5, §2.7.
 */
export const ikeV2OwnIdentity = (
  ctx: SelectionContext,
  profile: IkeV2Profile,
  { localAddress, certificate }: { readonly localAddress: string; readonly certificate: Certificate | null },
): IkeV2OwnIdentityDecision => {
  const local = profile.identityLocal
  const address = (value: string): OwnIdentity => ({ type: ikeV2IdType.IPV4_ADDR, value, data: ipv4ToBytes(value) })
  const dn = (subject: Certificate['subject']): OwnIdentity => ({
    type: ikeV2IdType.DER_ASN1_DN,
    value: subject.ios,
    data: subject.der,
  })
  const configured = (identity: OwnIdentity, reason: string): IkeV2OwnIdentityDecision => ({
    ...decide('v2.identity.profile', identity.value, [candidate(identity.value, true, reason, local?.at)], [local?.at]),
    identity,
  })
  switch (local?.kind) {
    case 'address':
      return configured(address(local.address), `identity local of profile ${profile.name}`)
    case 'fqdn':
      return configured(
        { type: ikeV2IdType.FQDN, value: local.fqdn, data: utf8(local.fqdn) },
        `identity local of profile ${profile.name}`,
      )
    case 'email':
      return configured(
        { type: ikeV2IdType.RFC822_ADDR, value: local.email, data: utf8(local.email) },
        `identity local of profile ${profile.name}`,
      )
    case 'key-id':
      return configured(
        { type: ikeV2IdType.KEY_ID, value: local.keyId, data: utf8(local.keyId) },
        `identity local of profile ${profile.name}`,
      )
    case 'dn':
      return certificate
        ? configured(dn(certificate.subject), `identity local dn of profile ${profile.name}: the certificate's subject`)
        : configured(address(localAddress), 'identity local is dn, and there is no certificate: the address is sent')
    case undefined: {
      const knob = certificate ? knobUsed(ctx.knobs, 'v2.defaultLocalId') : undefined
      const identity = certificate && knob?.value === 'dnForSig' ? dn(certificate.subject) : address(localAddress)
      return {
        ...decide(
          'v2.identity.default',
          identity.value,
          [candidate(identity.value, true, `profile ${profile.name} has no identity local`)],
          [profile.at],
          knob,
        ),
        identity,
      }
    }
  }
}

export interface IkeV2SharedKeyDecision extends Decision<string | null> {
  readonly key: string | null
}

const found = (
  name: string,
  key: string,
  reason: string,
  at: SourceRef,
  rule: 'v2.shared-key.profile' | 'v2.shared-key.keyring',
): IkeV2SharedKeyDecision => ({ ...decide(rule, name, [candidate(name, true, reason, at)], [at]), key })

/**
 * The shared key with which this side proves itself (`local`) or the peer does (`remote`): of the profile's own line, or
 * of its keyring's peer by address, longest mask first, then by identity. Source: ios-semantics §2.4, §2.5.
 */
export const ikeV2SharedKey = (
  ctx: SelectionContext,
  question: {
    readonly profile: IkeV2Profile
    readonly peerAddress: string
    readonly identity: ReceivedIkeV2Identity | null
    readonly side: 'local' | 'remote'
  },
): IkeV2SharedKeyDecision => {
  const { profile, side } = question
  const lines = side === 'local' ? [profile.authenticationLocal] : profile.authenticationRemote
  const own = lines.find((line) => line?.method === 'pre-share' && line.key !== undefined)
  if (own?.key !== undefined)
    return found(
      `profile ${profile.name}`,
      own.key,
      `authentication ${side} pre-share key`,
      own.at,
      'v2.shared-key.profile',
    )
  const keyring = ctx.ikev2.keyrings.find(({ name }) => name === profile.keyring?.name)
  const none = (reason: string, at: SourceRef | undefined): IkeV2SharedKeyDecision => ({
    ...decide(
      'v2.shared-key.keyring',
      null,
      [candidate(profile.keyring?.name ?? '(no keyring)', false, reason, at)],
      [at, profile.at],
    ),
    key: null,
  })
  if (!profile.keyring) return none(`profile ${profile.name} names no keyring`, profile.at)
  if (!keyring) return none(`there is no keyring ${profile.keyring.name}`, profile.keyring.at)
  const peer = peerOf(keyring.peers, question)
  const key = side === 'local' ? peer?.localKey : peer?.remoteKey
  if (!peer) return none(`no peer of keyring ${keyring.name} is ${question.peerAddress}`, keyring.at)
  if (key === undefined) return none(`peer ${peer.name} has no ${side} key`, peer.at)
  return found(
    `peer ${peer.name} of keyring ${keyring.name}`,
    key,
    'it fits the peer',
    peer.at,
    'v2.shared-key.keyring',
  )
}

const peerOf = (
  peers: readonly IkeV2KeyringPeer[],
  { peerAddress, identity }: { readonly peerAddress: string; readonly identity: ReceivedIkeV2Identity | null },
): IkeV2KeyringPeer | undefined => {
  const byAddress = peers
    .filter(({ address }) => address && sameNetwork(address.address, peerAddress, address.mask))
    .toSorted((a, b) => maskBits(b.address?.mask ?? '0.0.0.0') - maskBits(a.address?.mask ?? '0.0.0.0'))
  if (byAddress[0]) return byAddress[0]
  return peers.find((peer) => identity && peer.identity && fitsIdentity(peer.identity, identity))
}

const methodsOf = (method: number): readonly IkeV2AuthenticationMethod[] => {
  switch (method) {
    case ikeV2AuthMethod.RSA_SIGNATURE:
      return ['rsa-sig']
    case ikeV2AuthMethod.SHARED_KEY:
      return ['pre-share']
    case ikeV2AuthMethod.ECDSA_256:
    case ikeV2AuthMethod.ECDSA_384:
    case ikeV2AuthMethod.ECDSA_521:
      return ['ecdsa-sig']
    case ikeV2AuthMethod.DIGITAL_SIGNATURE:
      return ['rsa-sig', 'ecdsa-sig']
    default:
      return []
  }
}

/** Whether the method of the peer's AUTH is one that the profile's `authentication remote` names; null where it is not. Source: ios-semantics §2.5. */
export const ikeV2PeerMethod = (
  _ctx: SelectionContext,
  profile: IkeV2Profile,
  method: number,
): Decision<string | null> => {
  const wanted = methodsOf(method)
  const line = profile.authenticationRemote.find((remote) => wanted.includes(remote.method))
  return decide(
    'v2.peer-method',
    line?.method ?? null,
    profile.authenticationRemote.map((remote) =>
      candidate(
        remote.method,
        remote === line,
        remote === line ? 'the peer uses it' : `the peer uses method ${method}`,
        remote.at,
      ),
    ),
    [line?.at, ...profile.authenticationRemote.map(({ at }) => at), profile.at],
  )
}
