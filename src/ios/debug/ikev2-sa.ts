import type { TraceEvents } from '../../trace/index.ts'
import { failure } from './ikev2-authentication.ts'
import { ikev2, ikev2Global, type RenderContext, type Renderers, silent } from './renderer.ts'

/** The life of an IKE SA and its children: policy, keys, notifies, deletes (ios-semantics §4.6, §4.7). */
export type IkeV2SaEvents =
  | 'ike:v2_sa_requested'
  | 'ike:v2_policy_searched'
  | 'ike:v2_dh_computed'
  | 'ike:v2_nat_checked'
  | 'ike:v2_keys_derived'
  | 'ike:v2_sa_init_complete'
  | 'ike:v2_notify_sent'
  | 'ike:v2_notify_received'
  | 'ike:v2_cookie'
  | 'ike:v2_group_changed'
  | 'ike:v2_selectors'
  | 'ike:v2_configuration_request'
  | 'ike:v2_sa_established'
  | 'ike:v2_child_created'
  | 'ike:v2_sa_deleted'
  | 'ike:v2_child_deleted'
  | 'ike:v2_rekey_begun'
  | 'ike:v2_rekey_collision'
  | 'ike:v2_delete_sent'
  | 'ike:v2_delete_received'
  | 'ike:v2_dpd'

const policySearched = ({ local, policy, byDefault }: TraceEvents['ike:v2_policy_searched']): readonly string[] => [
  ikev2Global(`Searching Policy with fvrf 0, local address ${local}`),
  ...(byDefault ? [ikev2Global('Using the Default Policy for Proposal')] : []),
  ...(policy === null ? [] : [ikev2Global(`Found Policy '${policy}'`)]),
]

/** IOS reports the request as queued after its answer (ios-semantics §4.6). */
const dhComputed = (
  { what, group, passed }: TraceEvents['ike:v2_dh_computed'],
  context: RenderContext,
): readonly string[] => [
  ikev2(
    context,
    `[IKEv2 -> Crypto Engine] Computing DH ${what === 'secret' ? 'secret' : 'public'} key, DH Group ${group}`,
  ),
  ikev2(context, `[Crypto Engine -> IKEv2] DH key Computation ${passed ? 'PASSED' : 'FAILED'}`),
  ikev2(context, `Request queued for computation of DH ${what === 'secret' ? 'secret' : 'key'}`),
]

const natFound = {
  none: ['NAT not found'],
  self: ['NAT INSIDE found'],
  peer: ['NAT OUTSIDE found'],
  both: ['NAT INSIDE found', 'NAT OUTSIDE found'],
} as const

/** The lines of a NAT that is found are [M-m]; the seed's routers have none. */
const natChecked = (
  { behindNat, float }: TraceEvents['ike:v2_nat_checked'],
  context: RenderContext,
): readonly string[] =>
  [
    'Checking NAT discovery',
    ...natFound[behindNat],
    ...(float ? ['NAT detected float to init port 4500, resp port 4500'] : []),
  ].map((text) => ikev2(context, text))

/** Errors that IOS announces before it builds the packet. The empty entry between two is the seed's. */
const announcements: Readonly<Record<string, readonly string[]>> = {
  AUTHENTICATION_FAILED: ['Sending authentication failure notify'],
  NO_PROPOSAL_CHOSEN: ['Sending no proposal chosen notify'],
  INVALID_KE_PAYLOAD: [": The peer's KE payload contained the wrong DH group"],
  TS_UNACCEPTABLE: ['There was no IPSEC policy found for received TS', '', 'Sending TS unacceptable notify'],
}

const receptions: Readonly<Record<string, string>> = {
  NO_PROPOSAL_CHOSEN: ': Received no proposal chosen notify',
  TS_UNACCEPTABLE: ': Received TS unacceptable notify',
  INITIAL_CONTACT: 'Processing INITIAL_CONTACT',
}

/** Status notifies have no line: the payload list names them. */
const notifyReceived = (
  { notify }: TraceEvents['ike:v2_notify_received'],
  context: RenderContext,
): readonly string[] => {
  const text = receptions[notify]
  return text === undefined ? [] : [ikev2(context, text)]
}

/** Who asks sends the attributes empty. */
const configurationRequest = (
  { sent, attributes }: TraceEvents['ike:v2_configuration_request'],
  context: RenderContext,
): readonly string[] =>
  sent
    ? [
        ikev2Global('Config data to send:'),
        ikev2(context, 'Config-type: Config-request '),
        ...attributes.map((attribute) => ikev2(context, `Attrib type: ${attribute}, length: 0`)),
        ikev2(context, 'Have config mode data to send'),
      ]
    : []

/** `from` is the group of the initiator's KE, `to` what the responder has chosen. The texts are [M-m]. */
const groupChanged = ({ from, to }: TraceEvents['ike:v2_group_changed'], context: RenderContext): readonly string[] => [
  ikev2(
    context,
    context.recall.ikeV2?.initiator === true
      ? `Processing invalid ke notification, we sent group ${from}, peer prefers group ${to}`
      : `Sending invalid ke notification, peer sent group ${from}, local policy prefers group ${to}`,
  ),
]

/** An SA that renews another is entered; the session is up already. */
const saEstablished = (data: TraceEvents['ike:v2_sa_established'], context: RenderContext): readonly string[] => {
  const { lifetimeSeconds, rekeyed, peer, local } = data
  const timer = `SA lifetime timer (${lifetimeSeconds} sec) started`
  const created = ikev2(context, `IKEV2 SA created; inserting SA into database. ${timer}`)
  if (rekeyed) return [created]
  const { peerIdentity, localIdentity } = context.recall.ikeV2 ?? {}
  return [
    created,
    ikev2(context, `Session with IKE ID PAIR (${peerIdentity ?? peer}, ${localIdentity ?? local}) is UP`),
    ikev2Global(`IKEv2 MIB tunnel started, tunnel index ${context.connection}`),
    ikev2(context, 'Checking for duplicate IKEv2 SA'),
    ikev2(context, 'No duplicate IKEv2 SA found'),
  ]
}

/** An SA that dies in negotiation says which exchange failed (ios-semantics §4.7). */
const saDeleted = ({ status }: TraceEvents['ike:v2_sa_deleted'], context: RenderContext): readonly string[] => [
  ...(status === 'IN-NEG'
    ? [
        context.recall.ikeV2?.initialExchangeComplete === true
          ? failure(context, 'Auth exchange failed')
          : ikev2(context, 'Initial exchange failed: Initial exchange failed'),
        ikev2(context, 'Abort exchange'),
      ]
    : []),
  ikev2(context, 'Deleting SA'),
]

const hexSpi = (hex: string): string => `0x${hex.replace(/^0x/i, '').toUpperCase()}`

const ikeProtocol = 1

/** A delete of the IKE SA carries no SPI (RFC 7296 §3.11): IOS prints the two of the header. */
const deleteLines = (
  verb: 'Sending' | 'Processing',
  { protocolId, spis }: TraceEvents['ike:v2_delete_sent'],
  context: RenderContext,
): readonly string[] => {
  if (protocolId !== ikeProtocol)
    return spis.map((spi) => ikev2(context, `${verb} DELETE INFO message for IPsec SA [SPI: ${hexSpi(spi)}]`))
  const header = context.recall.ikeV2?.spis
  const ends = header ? ` [ISPI: ${hexSpi(header.initiator)} RSPI: ${hexSpi(header.responder)}]` : ''
  return [ikev2(context, `${verb} DELETE INFO message for IKEv2 SA${ends}`)]
}

export const ikeV2SaRenderers: Renderers<IkeV2SaEvents> = {
  // IOS begins with the search for a policy.
  'ike:v2_sa_requested': silent,
  'ike:v2_policy_searched': policySearched,
  'ike:v2_dh_computed': dhComputed,
  'ike:v2_nat_checked': natChecked,
  // IOS says `rekeyed` of the first keys, too.
  'ike:v2_keys_derived': (_, context) => [
    ikev2(context, '[IKEv2 -> Crypto Engine] Calculate SKEYSEED and create rekeyed IKEv2 SA'),
    ikev2(context, '[Crypto Engine -> IKEv2] SKEYSEED calculation and creation of rekeyed IKEv2 SA PASSED'),
  ],
  'ike:v2_sa_init_complete': (_, context) => [ikev2(context, 'Completed SA init exchange')],
  'ike:v2_notify_sent': ({ notify }, context) => (announcements[notify] ?? []).map((text) => ikev2(context, text)),
  'ike:v2_notify_received': notifyReceived,
  // IOS's text is not known; the packets show NOTIFY(COOKIE).
  'ike:v2_cookie': silent,
  'ike:v2_group_changed': groupChanged,
  // IOS tells of selectors when it refuses them, with the notify.
  'ike:v2_selectors': silent,
  'ike:v2_configuration_request': configurationRequest,
  'ike:v2_sa_established': saEstablished,
  'ike:v2_child_created': (_, context) => [ikev2(context, 'Load IPSEC key material')],
  'ike:v2_sa_deleted': saDeleted,
  'ike:v2_child_deleted': (_, context) => [ikev2(context, 'Check for existing IPSEC SA')],
  // IOS's text is not known; the exchange that follows shows it.
  'ike:v2_rekey_begun': silent,
  'ike:v2_rekey_collision': silent,
  'ike:v2_delete_sent': (data, context) => deleteLines('Sending', data, context),
  'ike:v2_delete_received': (data, context) => [
    ikev2(context, 'Process delete request from peer'),
    ...deleteLines('Processing', data, context),
  ],
  'ike:v2_dpd': ({ what }, context) => (what === 'sent' ? [ikev2(context, 'Sending DPD/liveness query')] : []),
}
