import type { TraceEvents } from '../../trace/index.ts'
import type { WireReject } from '../../wire/index.ts'
import { spiNumber } from '../spi.ts'
import { ikev2Global, isakmp, isakmpBlank, type RenderContext, type Renderers, silent } from './renderer.ts'

/** What goes wrong, what is sent again, notifies, deletes, DPD (ios-semantics §4.5). */
export type InformationalEvents =
  | 'ike:rejected'
  | 'ike:ignored'
  | 'ike:retransmission'
  | 'ike:duplicate'
  | 'ike:sa_deleted'
  | 'ike:notify_sent'
  | 'ike:notify_received'
  | 'ike:delete_sent'
  | 'ike:delete_received'
  | 'ike:dpd_sent'
  | 'ike:dpd_answered'
  | 'ike:dpd_failed'
  | 'ike:rekey_begun'
  | 'ike:lifetime_notified'
  | 'ike:decision'

/** IKEv2's messages are named by exchange and direction: `IKE_AUTH request`. */
const isIkeV2 = (message: string): boolean => message.endsWith(' request') || message.endsWith(' response')

const badMessage = (peer: string): string =>
  `%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from ${peer} failed its sanity check or is malformed`

/** Causes that lie with this router, before anything went to the peer: no exchange has failed. */
const noAuthenticationMaterial = 'no-authentication-material'
const nothingToOffer = 'no-offer-for-flow'
/** `no crypto isakmp enable`: a port that nobody listens on prints nothing. */
const isakmpDisabled = 'isakmp-disabled'
/** The packet that would have begun the negotiation is dropped without a line. */
const responderOnly = 'responder-only'
const tunnelVrfDiffers = 'tunnel-vrf-differs'

const malformedCertificate = 'malformed-certificate'

/** A message that cannot be read, as the codec names the flaw. */
const flaws: Readonly<Record<WireReject['code'], true>> = {
  truncated: true,
  'bad-length': true,
  'bad-version': true,
  'bad-flags': true,
  'bad-payload-length': true,
  'bad-spi-size': true,
  'bad-attribute': true,
  'bad-next-payload': true,
  'too-large': true,
  'too-many-payloads': true,
  'too-many-proposals': true,
  'too-many-transforms': true,
  'too-many-attributes': true,
  'too-many-certificate-requests': true,
  'too-many-spis': true,
}

/** A wrong key shows as a message that cannot be read, too (ios-semantics §4.5). */
const unreadable: ReadonlySet<string> = new Set([
  ...Object.keys(flaws),
  'cannot-decrypt',
  'payload-not-allowed',
  'bad-fragment',
])

/** IKEv2 says why in the lines of the step that failed, and at the end of the SA that the exchange failed. */
const rejected = ({ message, code, peer }: TraceEvents['ike:rejected']): readonly string[] => {
  if (isIkeV2(message)) return []
  if (code === noAuthenticationMaterial)
    return [
      'ISAKMP: Error while processing SA request: Failed to initialize SA',
      'ISAKMP: Error while processing KMI message 0, error 2.',
    ]
  if (code === nothingToOffer || code === isakmpDisabled || code === responderOnly || code === tunnelVrfDiffers)
    return []
  if (code === malformedCertificate)
    return [`%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from ${peer} is bad: certificate invalid`]
  if (unreadable.has(code)) return [badMessage(peer)]
  const mode = message.startsWith('MM') ? 'Main' : message.startsWith('QM') ? 'Quick' : null
  return mode === null ? [] : [`%CRYPTO-6-IKMP_MODE_FAILURE: Processing of ${mode} mode failed with peer at ${peer}`]
}

const ignored = (
  { message, reason, peer }: TraceEvents['ike:ignored'],
  { recall }: RenderContext,
): readonly string[] => {
  if (recall.ikeV2 !== null || isIkeV2(message))
    return reason === 'no-sa' ? [ikev2Global("Couldn't find matching SA: Detected an invalid IKE SPI")] : []
  if (reason === 'no-sa')
    return [`%CRYPTO-4-IKMP_NO_SA: IKE message from ${peer} has no SA and is not an initialization offer`]
  return unreadable.has(reason) ? [badMessage(peer)] : []
}

const retransmission = (data: TraceEvents['ike:retransmission'], context: RenderContext): readonly string[] => {
  const { attempt, limit, phase, saState, messageId } = data
  const counted = (what: string) =>
    `incrementing error counter on ${what}, attempt ${attempt} of ${limit}: retransmit phase ${phase}`
  if (phase === 1)
    return [
      isakmp(context, ` retransmitting phase 1 ${saState}...`),
      isakmpBlank(context, counted('sa')),
      isakmp(context, ` retransmitting phase 1 ${saState}`),
    ]
  const node = messageId === undefined ? '' : ` ${messageId}`
  return [
    isakmp(context, ` retransmitting phase 2 QM_IDLE      ${node} ...`),
    isakmp(context, counted('node')),
    isakmpBlank(context, counted('sa')),
    isakmp(context, ` retransmitting phase 2${node} QM_IDLE      `),
  ]
}

const duplicate = ({ message, answered }: TraceEvents['ike:duplicate'], context: RenderContext): readonly string[] => {
  const phase = message.startsWith('MM') ? 1 : 2
  return [
    isakmp(context, ` phase ${phase} packet is a duplicate of a previous packet.`),
    ...(answered ? [isakmp(context, ` retransmitting due to retransmit phase ${phase}`)] : []),
  ]
}

type Notify = TraceEvents['ike:notify_sent']

const notifyText = (verb: string, { notify, protocolId, spi, messageId }: Notify): string =>
  `${verb} NOTIFY ${notify} protocol ${protocolId}\n\tspi ${spiNumber(spi)}, message ID = ${messageId}`

const processingHash = (messageId: number, context: RenderContext): string =>
  isakmp(context, ` processing HASH payload. message ID = ${messageId}`)

const notifyReceived = (data: Notify, context: RenderContext): readonly string[] => [
  ...(data.protected ? [processingHash(data.messageId, context)] : []),
  isakmp(context, notifyText(' processing', data)),
]

const deleteReceived = (
  { messageId }: TraceEvents['ike:delete_received'],
  context: RenderContext,
): readonly string[] =>
  messageId === undefined
    ? [isakmp(context, ' processing DELETE payload.')]
    : [processingHash(messageId, context), isakmp(context, ` processing DELETE payload. message ID = ${messageId}`)]

export const informationalRenderers: Renderers<InformationalEvents> = {
  'ike:rejected': rejected,
  'ike:ignored': ignored,
  'ike:retransmission': retransmission,
  'ike:duplicate': duplicate,
  'ike:sa_deleted': ({ reason, role, saState, peer }, context) => [
    isakmp(context, `deleting SA reason "${reason}" state (${role}) ${saState} (peer ${peer})`),
  ],
  'ike:notify_sent': (data, context) => [isakmp(context, notifyText('Sending', data))],
  'ike:notify_received': notifyReceived,
  // The packet and the SAs that go have lines of their own.
  'ike:delete_sent': silent,
  'ike:delete_received': deleteReceived,
  // The notify that asks has its own line.
  'ike:dpd_sent': silent,
  'ike:dpd_answered': ({ sequence, peer }, context) => [
    isakmp(
      context,
      ` DPD/R_U_THERE_ACK received${peer === undefined ? '' : ` from peer ${peer}`}, sequence 0x${sequence.toString(16).toUpperCase()}`,
    ),
  ],
  'ike:dpd_failed': ({ peer }, context) => [isakmp(context, `peer ${peer} not responding!`)],
  // IOS begins anew with the lines of the exchange.
  'ike:rekey_begun': silent,
  'ike:lifetime_notified': ({ seconds, protocolId }, context) =>
    protocolId === 1 ? [isakmp(context, ` restart ike sa timer to ${seconds} secs`)] : [],
  // A decision explains; IOS does not.
  'ike:decision': silent,
}
