import type { IkeV2MessageName, IkeV2PacketData, TraceEvents } from '../../trace/index.ts'
import { ikev2, ikev2Global, type RenderContext, type Renderers, silent } from './renderer.ts'

/** Packets of IKEv2 and what they carry (ios-semantics §2.10, §4.6). */
export type IkeV2PacketEvents =
  | 'ike:v2_generating'
  | 'ike:v2_proposal_sent'
  | 'ike:v2_proposal_checked'
  | 'ike:v2_payloads_encrypting'
  | 'ike:v2_packet_sent'
  | 'ike:v2_packet_received'
  | 'ike:v2_payloads_decrypted'
  | 'ike:v2_processing'
  | 'ike:v2_vendor_id'
  | 'ike:v2_retransmission'
  | 'ike:v2_duplicate'
  | 'ike:v2_fragmented'

/** `IKE_AUTH request` in IOS's words: `IKE_AUTH` and `REQUEST`. */
const split = (message: IkeV2MessageName): readonly [exchange: string, direction: string] => {
  const [exchange = message, direction = ''] = message.split(' ')
  return [exchange, direction.toUpperCase()]
}

/** One entry of five lines; the last is a blank and parts it from what follows. */
const packet = (
  heading: string,
  { initiatorSpi, responderSpi, message, messageId }: IkeV2PacketData,
  payloads: readonly string[],
): string => {
  const spis = `Initiator SPI : ${initiatorSpi.toUpperCase()} - Responder SPI : ${responderSpi.toUpperCase()}`
  const [exchange, direction] = split(message)
  return [
    `${heading} `,
    `${spis} Message id: ${messageId}`,
    `IKEv2 ${exchange} Exchange ${direction} `,
    'Payload contents: ',
    ` ${payloads.join(' ')} `,
    '',
  ].join('\n')
}

/** Whether IOS now enters the SA into its table: with the first packet, and only where there is an SA. */
const inserts = ({ message }: IkeV2PacketData, { connection, recall }: RenderContext): boolean =>
  message === 'IKE_SA_INIT request' && connection !== 0 && recall.ikeV2?.inserted !== true

/** A sent packet that is encrypted shows its envelope: what is inside stood in `Building packet for encryption`. */
const packetSent = (data: IkeV2PacketData, context: RenderContext): readonly string[] => {
  const heading = `Sending Packet [To ${data.peer}:${data.peerPort}/From ${data.local}:${data.localPort}/VRF i0:f0]`
  return [
    ikev2(context, packet(heading, data, data.payloads)),
    ...(inserts(data, context) ? [ikev2(context, 'Insert SA')] : []),
  ]
}

/** A received packet shows what is inside, where it could be decrypted. */
const packetReceived = (data: IkeV2PacketData, context: RenderContext): readonly string[] => {
  const heading = `Received Packet [From ${data.peer}:${data.peerPort}/To ${data.local}:${data.localPort}/VRF i0:f0]`
  return [
    ikev2(context, packet(heading, data, context.decrypted ?? data.payloads)),
    ...(data.message === 'IKE_SA_INIT request' && inserts(data, context)
      ? [ikev2(context, 'Verify SA init message'), ikev2(context, 'Insert SA')]
      : []),
  ]
}

/** Requests after the initial exchanges wait for room in the peer's window. */
const waitsForWindow = (message: IkeV2MessageName): boolean =>
  message === 'CREATE_CHILD_SA request' || message === 'INFORMATIONAL request'

const payloadsEncrypting = (
  { message, payloads }: TraceEvents['ike:v2_payloads_encrypting'],
  context: RenderContext,
): readonly string[] => [
  ikev2(context, `Building packet for encryption.  \nPayload contents: \n ${payloads.join(' ')}`),
  ...(waitsForWindow(message) ? [ikev2(context, 'Checking if request will fit in peer window')] : []),
]

const processing = ({ message }: TraceEvents['ike:v2_processing']): readonly string[] => {
  switch (message) {
    case 'IKE_SA_INIT request':
      return ['Processing IKE_SA_INIT message']
    case 'IKE_SA_INIT response':
      return ['Processing IKE_SA_INIT message', 'Verify SA init message', 'Processing IKE_SA_INIT message']
    case 'IKE_AUTH request':
      return ['Stopping timer to wait for auth message']
    case 'IKE_AUTH response':
      return ['Process auth response notify']
    case 'INFORMATIONAL response':
      return ['Processing ACK to informational exchange']
    // No transcript at hand shows these ([I]); the word follows IKE_SA_INIT's.
    case 'CREATE_CHILD_SA request':
    case 'CREATE_CHILD_SA response':
      return ['Processing CREATE_CHILD_SA message']
    case 'INFORMATIONAL request':
      return []
  }
}

const generating = ({ message }: TraceEvents['ike:v2_generating'], context: RenderContext): readonly string[] => {
  const [exchange] = split(message)
  if (exchange === 'INFORMATIONAL') return []
  return [
    ...(message === 'IKE_SA_INIT request'
      ? [ikev2Global('IKEv2 initiator - no config data to send in IKE_SA_INIT exch')]
      : []),
    ikev2(context, `Generating ${exchange} message`),
  ]
}

/** What the proposal is for, as IOS says it of the SPI's size; `rekey` is not in any transcript at hand ([I]). */
const purpose = ({ protocol, rekey }: TraceEvents['ike:v2_proposal_sent']): string => {
  if (protocol === 'ESP') return 'IPSec negotiation'
  return rekey ? 'rekey' : 'initial negotiation'
}

const proposalSent = (data: TraceEvents['ike:v2_proposal_sent'], context: RenderContext): readonly string[] => [
  ikev2(
    context,
    [
      `${data.protocol} Proposal: ${data.number}, SPI size: ${data.spiSize} (${purpose(data)}), `,
      `Num. transforms: ${data.transforms.length}`,
      `   ${data.transforms.join('   ')} `,
    ].join('\n'),
  ),
]

/** The missing blank between `policy` and `Proposal` is IOS's own (ios-semantics §4.7). */
const policies = (
  which: 'Received' | 'Expected',
  protocol: 'IKE' | 'ESP',
  proposals: TraceEvents['ike:v2_proposal_checked']['received'],
): string => {
  const listed = proposals.map((names, at) => `Proposal ${at + 1}:  ${names.join(' ')}`).join('\n')
  return `${which} Policies: : Failed to find a matching policy${protocol === 'ESP' ? 'ESP: ' : ''}${listed}`
}

/** IOS says nothing of a proposal that will do. */
const proposalChecked = (
  { acceptable, protocol, received, expected }: TraceEvents['ike:v2_proposal_checked'],
  context: RenderContext,
): readonly string[] =>
  acceptable
    ? []
    : [
        ikev2(context, policies('Received', protocol, received)),
        ikev2(context, policies('Expected', protocol, expected)),
      ]

export const ikeV2PacketRenderers: Renderers<IkeV2PacketEvents> = {
  'ike:v2_generating': generating,
  'ike:v2_proposal_sent': proposalSent,
  'ike:v2_proposal_checked': proposalChecked,
  'ike:v2_payloads_encrypting': payloadsEncrypting,
  'ike:v2_packet_sent': packetSent,
  'ike:v2_packet_received': packetReceived,
  // Shown with the packet.
  'ike:v2_payloads_decrypted': silent,
  'ike:v2_processing': (data, context) => processing(data).map((text) => ikev2(context, text)),
  // The payload list names them.
  'ike:v2_vendor_id': silent,
  'ike:v2_retransmission': (_, context) => [ikev2(context, 'Retransmitting packet')],
  // The packet that is answered again, or the fragments that go out, have entries of their own.
  'ike:v2_duplicate': silent,
  'ike:v2_fragmented': silent,
}
