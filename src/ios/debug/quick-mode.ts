import type { Phase2Attributes, TraceEvents } from '../../trace/index.ts'
import { octetsOfDuration } from './main-mode.ts'
import { isakmp, type RenderContext, type Renderers } from './renderer.ts'

/** Quick mode under `debug crypto isakmp` (ios-semantics §4.4). */
export type QuickModeEvents =
  | 'ike:qm_spi'
  | 'ike:qm_hash_processed'
  | 'ike:qm_sa_processed'
  | 'ike:qm_nonce_processed'
  | 'ike:qm_ids_processed'
  | 'ike:qm_transform_checked'
  | 'ike:qm_rejected'
  | 'ike:node_deleted'

/** Encapsulation modes of RFC 2407 §4.5, RFC 3947 §5.1 and its drafts. */
const encapsulations: Readonly<Record<number, string>> = {
  1: 'Tunnel',
  2: 'Transport',
  3: 'Tunnel-UDP',
  4: 'Transport-UDP',
  61443: 'Tunnel-UDP',
  61444: 'Transport-UDP',
}

const attributeLines = (attributes: Phase2Attributes): readonly string[] => [
  `encaps is ${attributes.encapsulation} (${encapsulations[attributes.encapsulation] ?? 'unknown'})`,
  ...attributes.lifetimes.flatMap(({ unit, value, form }) => [
    `SA life type in ${unit}`,
    `SA life duration ${form === 'basic' ? `(basic) of ${value}` : `(VPI) of  ${octetsOfDuration(value)}`}`,
  ]),
  ...(attributes.authenticator === undefined ? [] : [`authenticator is ${attributes.authenticator}`]),
  ...(attributes.keyLength === undefined ? [] : [`key length is ${attributes.keyLength}`]),
  ...(attributes.group === undefined ? [] : [`group is ${attributes.group}`]),
]

/** The offer in the words of `crypto ipsec transform-set`: `esp-aes 256 esp-sha256-hmac`. */
const offeredSet = ({ transformId, keyLength, authenticator }: Phase2Attributes): string => {
  const cipher = transformId.toLowerCase().replace('_', '-')
  const bits = keyLength === undefined || keyLength === 128 ? '' : ` ${keyLength}`
  const hmac = authenticator === undefined ? '' : ` esp-${authenticator.replace(/^HMAC-/, '').toLowerCase()}-hmac`
  return `${cipher}${bits}${hmac}`
}

const transformChecked = (
  { proposal, transform, attributes, acceptable }: TraceEvents['ike:qm_transform_checked'],
  context: RenderContext,
): readonly string[] => [
  isakmp(context, `Checking IPSec proposal ${proposal}`),
  `ISAKMP: transform ${transform}, ${attributes.transformId}`,
  'ISAKMP:   attributes in transform:',
  ...attributeLines(attributes).map((line) => `ISAKMP:      ${line}`),
  // ISAKMP finds every well-formed offer acceptable; it is IPsec that has no such transform set.
  isakmp(context, 'atts are acceptable.'),
  ...(acceptable
    ? []
    : [
        `IPSEC(ipsec_process_proposal): transform proposal not supported for identity: \n    {${offeredSet(attributes)} }`,
      ]),
]

const processing = (payload: string, messageId: number, context: RenderContext): string =>
  isakmp(context, ` processing ${payload} payload. message ID = ${messageId}`)

export const quickModeRenderers: Renderers<QuickModeEvents> = {
  'ike:qm_spi': ({ role }, context) => [isakmp(context, `QM ${role === 'I' ? 'Initiator' : 'Responder'} gets spi`)],
  'ike:qm_hash_processed': ({ messageId }, context) => [processing('HASH', messageId, context)],
  'ike:qm_sa_processed': ({ messageId }, context) => [processing('SA', messageId, context)],
  'ike:qm_nonce_processed': ({ messageId }, context) => [processing('NONCE', messageId, context)],
  'ike:qm_ids_processed': ({ messageId }, context) => [
    processing('ID', messageId, context),
    processing('ID', messageId, context),
  ],
  'ike:qm_transform_checked': transformChecked,
  'ike:qm_rejected': ({ error, local, peer }, context) => [
    isakmp(context, ` IPSec policy invalidated proposal with error ${error}`),
    isakmp(context, ` phase 2 SA policy not acceptable! (local ${local} remote ${peer})`),
  ],
  'ike:node_deleted': ({ messageId, error, reason }, context) => [
    isakmp(context, `deleting node ${messageId} error ${error ? 'TRUE' : 'FALSE'} reason "${reason}"`),
  ],
}
