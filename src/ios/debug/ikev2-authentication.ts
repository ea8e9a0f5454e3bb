import type { TraceEvents } from '../../trace/index.ts'
import { ikev2, ikev2Global, type RenderContext, type Renderers, silent } from './renderer.ts'

/** Identities, profiles and AUTH (ios-semantics §2.9, §4.6, §4.7). */
export type IkeV2AuthenticationEvents =
  | 'ike:v2_shared_key_found'
  | 'ike:v2_shared_key_missing'
  | 'ike:v2_own_authentication'
  | 'ike:v2_own_identity'
  | 'ike:v2_peer_identity'
  | 'ike:v2_profile_searched'
  | 'ike:v2_peer_method'
  | 'ike:v2_authentication_verified'

/** An identification type (RFC 7296 §3.5) as IOS names it; `email` and `key ID` are [M-m]. */
const identityTypes: Readonly<Record<number, string>> = {
  1: 'IPv4 address',
  2: 'FQDN',
  3: 'email',
  5: 'IPv6 address',
  9: 'DER ASN1 DN',
  10: 'DER ASN1 GN',
  11: 'key ID',
}

const dnType = 9

const typeText = (idType: number): string => identityTypes[idType] ?? `type ${idType}`

/** A message that IOS puts behind an empty place: `IKEv2:(SA ID = 1):: text`. */
export const failure = (context: RenderContext, text: string): string => ikev2(context, `: ${text}`)

const sharedKeyFound = ({ keyring, peerBlock }: TraceEvents['ike:v2_shared_key_found']): readonly string[] => [
  ikev2Global(`% Getting preshared key ${keyring === null ? 'from profile' : `from profile keyring ${keyring}`}`),
  ...(peerBlock === null ? [] : [ikev2Global(`% Matched peer block '${peerBlock}'`)]),
]

const profileSearched = (
  { idType, value, profile }: TraceEvents['ike:v2_profile_searched'],
  context: RenderContext,
): readonly string[] => [
  ikev2(context, `Searching policy based on peer's identity '${value}' of type '${typeText(idType)}'`),
  ...(profile === null
    ? [
        ...(idType === dnType ? [ikev2Global('%Profile could not be found by peer certificate.')] : []),
        ikev2Global('% IKEv2 profile not found'),
        failure(context, 'Failed to locate an item in the database'),
      ]
    : [
        ikev2Global(`found matching IKEv2 profile '${profile}'`),
        ikev2(context, "Verify peer's policy"),
        ikev2(context, "Peer's policy verified"),
      ]),
]

/** Signing has the key fetched from PKI ([M-m]); a shared key is used in IKEv2 itself ([V:V2DBG]). */
const ownSecret = (
  { method, identity, keyLength }: TraceEvents['ike:v2_own_authentication'],
  context: RenderContext,
): readonly string[] =>
  method === 'PSK'
    ? [
        ikev2(
          context,
          `Use preshared key for id ${identity}${keyLength === undefined ? '' : `, key len ${keyLength}`}`,
        ),
        ikev2Global('[IKEv2 -> Crypto Engine] Generate IKEv2 authentication data'),
        ikev2Global('[Crypto Engine -> IKEv2] IKEv2 authentication data generation PASSED'),
      ]
    : [
        ikev2(context, '[IKEv2 -> PKI] Getting private key'),
        ikev2(context, '[PKI -> IKEv2] Getting of private key PASSED'),
        ikev2(context, '[IKEv2 -> Crypto Engine] Sign authentication data'),
        ikev2(context, '[Crypto Engine -> IKEv2] Signing of authentication data PASSED'),
      ]

const ownAuthentication = (
  data: TraceEvents['ike:v2_own_authentication'],
  context: RenderContext,
): readonly string[] => [
  ikev2(context, 'Check for EAP exchange'),
  ikev2(context, 'Generate my authentication data'),
  ...ownSecret(data, context),
  ikev2(context, 'Get my authentication method'),
  ikev2(context, `My authentication method is '${data.method}'`),
  ikev2(context, 'Check for EAP exchange'),
]

/**
 * `authenctication` is how IOS spells success (ios-semantics §4.6); of failure the seed has the right spelling. Where
 * the chain was refused the failure has been said.
 */
const authenticationVerified = (
  { good }: TraceEvents['ike:v2_authentication_verified'],
  context: RenderContext,
): readonly string[] => {
  if (context.recall.ikeV2?.chainRefused === true) return []
  const verifying = ikev2(context, "Verify peer's authentication data")
  return good
    ? [verifying, ikev2(context, "Verification of peer's authenctication data PASSED")]
    : [
        verifying,
        ikev2(context, "Verification of peer's authentication data FAILED"),
        failure(context, 'Failed to authenticate the IKE SA'),
      ]
}

export const ikeV2AuthenticationRenderers: Renderers<IkeV2AuthenticationEvents> = {
  'ike:v2_shared_key_found': sharedKeyFound,
  // In IOS's manner; no transcript at hand shows it ([I]).
  'ike:v2_shared_key_missing': ({ peer }) => [ikev2Global(`% No preshared key found for ${peer}`)],
  'ike:v2_own_authentication': ownAuthentication,
  'ike:v2_own_identity': ({ payload, idType, value }, context) => [
    ikev2(context, `Constructing ${payload} payload: '${value}' of type '${typeText(idType)}'`),
  ],
  // The search for a profile names it.
  'ike:v2_peer_identity': silent,
  'ike:v2_profile_searched': profileSearched,
  'ike:v2_peer_method': ({ method }, context) => [
    ikev2(context, "Get peer's authentication method"),
    ikev2(context, `Peer's authentication method is '${method}'`),
  ],
  'ike:v2_authentication_verified': authenticationVerified,
}
