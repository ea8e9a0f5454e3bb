import type { Role, SaState, TraceEvents } from '../../trace/index.ts'
import { certificateVerified, failureText, pki, suitableTrustpoint, unknownReason } from './pki.ts'
import { isakmp, isakmpBlank, noConnection, type RenderContext, type Renderers, silent } from './renderer.ts'

/** Certificate requests, certificates and their validation (ios-semantics §1.8, §1.10, §4.5, §4.8). */
export type CertificateEvents =
  | 'ike:certreq_sent'
  | 'ike:certreq_received'
  | 'ike:own_certificate'
  | 'ike:no_own_certificate'
  | 'ike:peer_certificate'
  | 'ike:peer_certificate_malformed'
  | 'pki:validation_begun'
  | 'pki:validation_step'
  | 'pki:crl_requested'
  | 'pki:crl_received'
  | 'pki:crl_failed'
  | 'pki:validation_succeeded'
  | 'pki:validation_failed'
  | 'pki:key_mismatch'

interface Place {
  readonly role: Role
  readonly saState: SaState
  readonly peer: string
}

/** A call between IKE and PKI, with the session it is made for. */
const call = (context: RenderContext, what: string, { role, saState, peer }: Place): string =>
  isakmp(context, ` ${what} state (${role}) ${saState} (peer ${peer})`)

const processingCertificate = (context: RenderContext): readonly string[] => [
  isakmp(context, ' processing CERT payload. message ID = 0'),
  isakmp(context, ' processing a CT_X509_SIGNATURE cert'),
]

/** IOS looks at a trustpoint, and at the profile's list, only until a request has decided. */
const certreqReceived = (data: TraceEvents['ike:certreq_received'], context: RenderContext): readonly string[] => {
  const examined = context.recall.ownCertificateChosen ? [] : data.examined
  return [
    isakmp(context, ` processing CERT_REQ payload. message ID = ${data.messageId}`),
    isakmp(context, ' peer wants a CT_X509_SIGNATURE cert'),
    isakmp(context, ` peer wants cert issued by ${data.issuer}`),
    ...examined.flatMap(({ trustpoint, inProfileList }) =>
      inProfileList === null
        ? []
        : [
            `ISAKMP: Examining profile list for trustpoint ${trustpoint}`,
            ...(inProfileList ? [`ISAKMP: Found matching profile for ${trustpoint}`] : []),
          ],
    ),
    ...(data.chosen === null ? [] : [` Choosing trustpoint ${data.chosen} as issuer`]),
  ]
}

/** The keyring line stands only where a profile is bound: without one IOS searches the default keyring. */
const validationBegun = (data: TraceEvents['pki:validation_begun'], context: RenderContext): readonly string[] => [
  call(context, 'IKE->PKI Get PeerCertificateChain', data),
  call(context, 'PKI->IKE Got PeerCertificateChain', data),
  isakmp(context, " peer's pubkey isn't cached"),
  ...(context.recall.boundProfile !== null && !data.keyringOfProfile
    ? [isakmp(context, 'Profile has no keyring, aborting key search')]
    : []),
  // The seed shows the list only where the profile has one; without one nothing restricts the trustpoints.
  ...(data.list === null
    ? []
    : [isakmp(noConnection, ` Creating CERT validation list: ${data.list.map((name) => `${name}, `).join('')}`)]),
  call(context, 'IKE->PKI Validate certificate chain', data),
  'CRYPTO_PKI:ip-ext-val:IP extension validation not required',
  pki(data.handle, 'Check for identical certs'),
  pki(data.handle, 'Create a list of suitable trustpoints'),
]

const validationFailed = (data: TraceEvents['pki:validation_failed'], context: RenderContext): readonly string[] => {
  const text = failureText(data.code)
  return [
    ...text.pki(data, context),
    call(context, 'PKI->IKE Validate certificate chain', data),
    `%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from ${data.peer} is bad: ${text.reason}`,
    ...(text.reason === unknownReason ? [isakmp(context, ' Unknown error in cert validation, -1')] : []),
  ]
}

export const certificateRenderers: Renderers<CertificateEvents> = {
  'ike:certreq_sent': ({ issuer }, context) => [isakmpBlank(context, `constructing CERT_REQ for issuer ${issuer}`)],
  'ike:certreq_received': certreqReceived,
  'ike:own_certificate': (data, context) => [
    call(context, 'IKE->PKI Get CertificateChain to be sent to peer', data),
    call(context, 'PKI->IKE Got CertificateChain to be sent to peer', data),
    isakmpBlank(context, `constructing CERT payload for ${data.subject}`),
    isakmp(context, ` using the ${data.trustpoint} trustpoint's keypair to sign`),
  ],
  // Before MM1 there is neither key nor certificate; later no request of the peer could be met.
  'ike:no_own_certificate': (_, context) =>
    context.connection === 0
      ? [
          isakmp(context, ' No Cert or pre-shared address key.'),
          isakmp(context, ' construct_initial_message: Can not start Main mode'),
        ]
      : [isakmp(context, ' no valid cert found to return')],
  'ike:peer_certificate': (data, context) => [
    ...processingCertificate(context),
    call(context, "IKE->PKI Add peer's certificate", data),
    pki(data.handle, 'Adding peer certificate'),
    call(context, "PKI->IKE Added peer's certificate", data),
  ],
  'ike:peer_certificate_malformed': (_, context) => processingCertificate(context),
  'pki:validation_begun': validationBegun,
  // IOS's text between the list of trustpoints and the verdict is not known (ios-semantics §10 item 6).
  'pki:validation_step': silent,
  'pki:crl_requested': ({ handle, trustpoint }, context) => [
    ...suitableTrustpoint(handle, trustpoint, context),
    pki(handle, 'Checking certificate revocation'),
    pki(handle, 'Starting CRL revocation check'),
  ],
  'pki:crl_received': ({ handle }) => [pki(handle, 'Matching CRL found')],
  'pki:crl_failed': ({ trustpoint, detail }) => [
    `%PKI-3-CRL_FETCH_FAIL: CRL fetch for trustpoint ${trustpoint} failed\n Reason : ${detail}`,
  ],
  'pki:validation_succeeded': (data, context) => [
    ...suitableTrustpoint(data.handle, data.trustpoint, context),
    ...certificateVerified(data.handle),
    call(context, 'PKI->IKE Validate certificate chain', data),
  ],
  'pki:validation_failed': validationFailed,
  // [V] seen on XE 26 and in a defect report; when it is printed beside signing is not known.
  'pki:key_mismatch': ({ trustpoint }) => [
    `%PKI-3-KEY_CMP_MISMATCH: Key in the certificate and stored key does not match for Trustpoint-${trustpoint}.`,
  ],
}
