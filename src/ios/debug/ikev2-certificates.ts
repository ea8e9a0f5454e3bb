import type { TraceEvents } from '../../trace/index.ts'
import { lookedUp } from './ikev2-recall.ts'
import { certificateVerified, failureText, pki, suitableTrustpoint } from './pki.ts'
import { ikev2, type RenderContext, type Renderers, silent } from './renderer.ts'

/** IKEv2's questions to PKI: which trustpoint signs, and is the peer's chain good (ios-semantics §2.8, §4.6–§4.8). */
export type IkeV2CertificateEvents =
  | 'ike:v2_certreq_received'
  | 'ike:v2_certreq_sent'
  | 'ike:v2_certificate_chain'
  | 'ike:v2_certificate_payload_failed'
  | 'ike:v2_peer_certificate'
  | 'ike:v2_validation_begun'
  | 'ike:v2_validation_ended'

const asks = (context: RenderContext, text: string): string => ikev2(context, `[IKEv2 -> PKI] ${text}`)

const answers = (context: RenderContext, text: string): string => ikev2(context, `[PKI -> IKEv2] ${text}`)

const verdict = (passed: boolean): string => (passed ? 'PASSED' : 'FAILED')

const recordLines = [
  'CRYPTO_PKI: crypto_pki_get_cert_record_by_subject()',
  'CRYPTO_PKI: Found a subject match',
  'CRYPTO_PKI: crypto_pki_get_cert_record_by_subject()',
  'CRYPTO_PKI: Found a subject match',
]

/**
 * PKI is a process of its own, and the seed shows its lines in two orders: at the first hash of an SA the trustpoint is
 * picked up after the records were found, at the second before. Taken here as: PKI opens its session on the records, and
 * once it is open has the trustpoint at hand; so the first look-up of an SA is the odd one ([I]).
 */
const lookUpLines = (trustpoints: readonly string[], first: boolean): readonly string[] => {
  const picked = trustpoints.map((trustpoint) => `CRYPTO_PKI: Trust-Point ${trustpoint} picked up`)
  return [
    ...(first ? [...recordLines, ...picked] : [...picked, ...recordLines]),
    `CRYPTO_PKI: ${trustpoints.length} matching trustpoints found`,
  ]
}

const retrieving = 'Retrieving trustpoint(s) from received certificate hash(es)'

/** A look-up for each hash that names a trustpoint of this router, until one decides. `NONE` is [M-m]. */
const certreqReceived = (data: TraceEvents['ike:v2_certreq_received'], context: RenderContext): readonly string[] => {
  const before = context.recall.ikeV2?.trustpointLookups ?? 0
  const requests = lookedUp(data.examined)
  if (requests.length === 0) return [asks(context, retrieving), answers(context, 'Retrieved trustpoint(s): NONE')]
  return requests.flatMap(({ trustpoints }, at) => {
    const names = trustpoints.flatMap(({ trustpoint, inProfile }) => (inProfile === false ? [] : [trustpoint]))
    return [
      asks(context, retrieving),
      answers(context, `Retrieved trustpoint(s): ${names.map((name) => `'${name}'`).join(' ')} `),
      ...lookUpLines(names, before + at === 0),
    ]
  })
}

const validationBegun = (
  { handle }: TraceEvents['ike:v2_validation_begun'],
  context: RenderContext,
): readonly string[] => [
  asks(context, 'Validating certificate chain'),
  pki(handle, 'Adding peer certificate'),
  'CRYPTO_PKI: ip-ext-val: IP extension validation not required',
  pki(handle, 'Check for identical certs'),
  pki(handle, 'Create a list of suitable trustpoints'),
]

const validationEnded = (data: TraceEvents['ike:v2_validation_ended'], context: RenderContext): readonly string[] => [
  ...(data.passed
    ? [
        ...(data.trustpoint === null ? [] : suitableTrustpoint(data.handle, data.trustpoint, context)),
        ...certificateVerified(data.handle),
      ]
    : failureText(data.code).pki(data, context)),
  answers(context, `Validation of certificate chain ${verdict(data.passed)}`),
  // Without a chain there is no key that AUTH could be verified with.
  ...(data.passed ? [] : [ikev2(context, "Verification of peer's authentication data FAILED")]),
]

export const ikeV2CertificateRenderers: Renderers<IkeV2CertificateEvents> = {
  'ike:v2_certreq_received': certreqReceived,
  // The payload list of the packet has it.
  'ike:v2_certreq_sent': silent,
  'ike:v2_certificate_chain': ({ trustpoint, passed }, context) => [
    asks(context, `Getting cert chain for the trustpoint ${trustpoint}`),
    answers(context, `Getting of cert chain for the trustpoint ${verdict(passed)}`),
  ],
  'ike:v2_certificate_payload_failed': (_, context) => [ikev2(context, 'Failed to build certificate payload')],
  // PKI speaks of it when it validates.
  'ike:v2_peer_certificate': silent,
  'ike:v2_validation_begun': validationBegun,
  'ike:v2_validation_ended': validationEnded,
}
