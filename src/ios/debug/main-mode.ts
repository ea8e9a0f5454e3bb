import type { IdentityText, PacketData, Phase1Attributes, TraceEvents } from '../../trace/index.ts'
import { isakmp, isakmpBlank, noConnection, type RenderContext, type Renderers, silent } from './renderer.ts'

/** Phase 1, packets and states (ios-semantics §4.2, §4.3). Lines that consist of an address in the router's memory are left out. */
export type MainModeEvents =
  | 'ike:sa_requested'
  | 'ike:sa_created'
  | 'ike:preshared_key_found'
  | 'ike:preshared_key_missing'
  | 'ike:natt_vendor_ids_sent'
  | 'ike:exchange_begun'
  | 'ike:packet_sent'
  | 'ike:packet_received'
  | 'ike:payloads_decrypted'
  | 'ike:state_changed'
  | 'ike:sa_payload_processed'
  | 'ike:vendor_id'
  | 'ike:profiles_scanned'
  | 'ike:transform_checked'
  | 'ike:policy_agreed'
  | 'ike:no_policy'
  | 'ike:key_exchange_processed'
  | 'ike:nonce_processed'
  | 'ike:keys_derived'
  | 'ike:nat_detected'
  | 'ike:another_ios'
  | 'ike:initial_contact_sent'
  | 'ike:initial_contact_received'
  | 'ike:own_identity'
  | 'ike:peer_identity'
  | 'ike:profile_bound'
  | 'ike:identity_not_in_certificate'
  | 'ike:signature_checked'
  | 'ike:peer_authenticated'
  | 'ike:phase1_complete'

/** IOS prints the idle state in a field of thirteen. */
const stateText = ({ role, saState }: Pick<PacketData, 'role' | 'saState'>): string =>
  `(${role}) ${saState === 'QM_IDLE' ? 'QM_IDLE      ' : saState}`

/**
 * Two observations of the seed: `ISAKMP:(0): sending packet` after one CERT_REQ (R1, whose profile lists one trust
 * point) and `ISAKMP (0): sending packet` after seven (R2, whose profile lists none). Everywhere else it is the
 * colon. Taken here as: the blank form stands where the initiator's MM3 carries more than one CERT_REQ.
 */
const hasBlankPrefix = ({ message, role, payloads }: PacketData): boolean =>
  message === 'MM3' && role === 'I' && payloads.filter((payload) => payload.startsWith('CERTREQ')).length > 1

const packetSent = (data: PacketData, context: RenderContext): readonly string[] => {
  const prefix = hasBlankPrefix(data) ? isakmpBlank : (at: RenderContext, text: string) => isakmp(at, ` ${text}`)
  const ports = `my_port ${data.localPort} peer_port ${data.peerPort}`
  return [
    prefix(context, `sending packet to ${data.peer} ${ports} ${stateText(data)}`),
    isakmp(context, 'Sending an IKE IPv4 Packet.'),
  ]
}

const natTraversalPort = 4500

const packetReceived = (data: PacketData, context: RenderContext): readonly string[] => {
  const ports = `dport ${data.localPort} sport ${data.peerPort} Global`
  const received = isakmpBlank(context, `received packet from ${data.peer} ${ports} ${stateText(data)}`)
  const floated = data.message === 'MM5' && data.localPort === natTraversalPort
  return floated ? [received, isakmp(context, `Detected port floating to port = ${data.peerPort}`)] : [received]
}

/** A pair of lines. Main mode's second line ends with a blank and is followed by an empty line; quick mode's is not. */
const stateChanged = (data: TraceEvents['ike:state_changed'], context: RenderContext): readonly string[] => {
  const states = `Old State = ${data.old}  New State = ${data.new}`
  return data.node === undefined
    ? [isakmp(context, `Input = ${data.input}`), isakmp(context, `${states} \n`)]
    : [isakmp(context, `Node ${data.node}, Input = ${data.input}`), isakmp(context, states)]
}

/** Vendor ids that IOS names, by their first octets. NAT-T ids are first taken for a Unity id of another major version. */
const namedVendors: readonly { readonly hex: string; readonly lines: (context: RenderContext) => readonly string[] }[] =
  [
    { hex: '4a131c81070358455c5728f20e95452f', lines: (context) => natTraversalVendor(context, 69, 'RFC 3947') },
    { hex: '439b59f8ba676c4c7737ae22eab8f582', lines: (context) => natTraversalVendor(context, 245, 'v7') },
    { hex: '7d9419a65310ca6f2c179d9215529d56', lines: (context) => natTraversalVendor(context, 157, 'v3') },
    { hex: '90cb80913ebb696e086381b5ec427b1f', lines: (context) => natTraversalVendor(context, 123, 'v2') },
    { hex: '12f5f28c457168a9702d9fe274cc', lines: (context) => [isakmp(context, ' vendor ID is Unity')] },
    { hex: 'afcad71368a1f1c96b8696fc7757', lines: (context) => [isakmp(context, ' vendor ID is DPD')] },
    { hex: '09002689dfd6b712', lines: (context) => [isakmp(context, ' vendor ID is XAUTH')] },
  ]

const natTraversalVendor = (context: RenderContext, major: number, version: string): readonly string[] => {
  const vendor = `vendor ID is NAT-T ${version}`
  return [
    isakmp(context, ` vendor ID seems Unity/DPD but major ${major} mismatch`),
    version === 'v2' || version === 'v3' ? isakmp(context, ` ${vendor}`) : isakmpBlank(context, vendor),
  ]
}

const vendorId = ({ hex }: TraceEvents['ike:vendor_id'], context: RenderContext): readonly string[] => {
  const named = namedVendors.find((vendor) => hex.toLowerCase().startsWith(vendor.hex))
  return [isakmp(context, ' processing vendor id payload'), ...(named?.lines(context) ?? [])]
}

/** `0x0 0x1 0x51 0x80 `: the four octets of a variable-length duration. */
export const octetsOfDuration = (value: number): string =>
  [24, 16, 8, 0].map((shift) => `0x${((value >>> shift) & 0xff).toString(16)} `).join('')

const largestBasic = 0xffff

const phase1Attributes = (attributes: Phase1Attributes): readonly string[] => {
  const { keyLength, lifetimeSeconds } = attributes
  const form = attributes.lifetimeForm ?? ((lifetimeSeconds ?? 0) > largestBasic ? 'variable' : 'basic')
  return [
    `encryption ${attributes.encryption}`,
    ...(keyLength === undefined ? [] : [`keylength of ${keyLength}`]),
    `hash ${attributes.hash}`,
    `default group ${attributes.group}`,
    `auth ${attributes.authentication}`,
    ...(lifetimeSeconds === undefined
      ? []
      : [
          'life type in seconds',
          form === 'basic'
            ? `life duration (basic) of ${lifetimeSeconds}`
            : `life duration (VPI) of  ${octetsOfDuration(lifetimeSeconds)}`,
        ]),
  ].map((line) => `ISAKMP:      ${line}`)
}

const mismatchText = (mismatch: string): string =>
  mismatch === 'key length' ? 'Proposed key length does not match policy' : `${mismatch} offered does not match policy!`

const transformChecked = (data: TraceEvents['ike:transform_checked'], context: RenderContext): readonly string[] => [
  isakmp(context, `Checking ISAKMP transform ${data.transform} against priority ${data.priority} policy`),
  ...phase1Attributes(data.attributes),
  ...data.mismatches.map((mismatch) => isakmp(context, mismatchText(mismatch))),
  isakmp(context, `atts are ${data.acceptable ? '' : 'not '}acceptable. Next payload is ${data.nextPayload}`),
]

const policyAgreed = (
  { lifetimeSeconds }: TraceEvents['ike:policy_agreed'],
  context: RenderContext,
): readonly string[] => [
  isakmp(context, 'Acceptable atts:actual life: 0'),
  isakmp(context, 'Acceptable atts:life: 0'),
  isakmp(context, 'Fill atts in sa vpi_length:4'),
  isakmp(context, `Fill atts in sa life_in_seconds:${lifetimeSeconds}`),
  isakmp(context, `Returning Actual lifetime: ${lifetimeSeconds}`),
  isakmp(context, `:Started lifetime timer: ${lifetimeSeconds}.\n`),
]

const natLines = {
  none: ['His hash no match - this node outside NAT', 'No NAT Found for self or peer'],
  self: ['My hash no match -  this node inside NAT'],
  peer: ['His hash no match - this node outside NAT'],
  both: ['NAT found, both nodes inside NAT'],
} as const

/** Name of the identity's line by ID type (RFC 2407 §4.6.2.1), in IOS's column. */
const identityLabels: Readonly<Record<number, string>> = {
  1: 'address      ',
  2: 'FQDN name    ',
  3: 'USER FQDN    ',
  5: 'address      ',
  9: 'Dist. name   ',
  11: 'group id     ',
}

/** The ID payload is one entry of seven lines. */
const identityBlock = (context: RenderContext, nextPayload: number, identity: IdentityText): string =>
  isakmpBlank(
    context,
    [
      'ID payload',
      `next-payload : ${nextPayload}`,
      `type         : ${identity.type}`,
      `${identityLabels[identity.type] ?? 'identity     '}: ${identity.value}`,
      `protocol     : ${identity.protocol}`,
      `port         : ${identity.port}`,
      `length       : ${identity.length}`,
    ].join('\n       '),
  )

const profileBound = ({ profile, by }: TraceEvents['ike:profile_bound'], context: RenderContext): readonly string[] => {
  if (by === 'none' || profile === null) return [isakmp(noConnection, ': peer matches *none* of the profiles')]
  if (by === 'certificate-map')
    return [
      isakmp(context, ` certificate map matches ${profile} profile`),
      isakmp(context, ' Trying to re-validate CERT using new profile'),
    ]
  return [isakmp(noConnection, `: peer matches ${profile} profile`)]
}

/** Name of the certificate's field by ID type, in the message's name and in its text. */
const identityFields: Readonly<Record<number, readonly [message: string, text: string]>> = {
  1: ['ADDR', 'addr'],
  2: ['FQDN', 'fqdn'],
  3: ['USER_FQDN', 'user fqdn'],
  9: ['DN', 'DN'],
}

const identityNotInCertificate = (data: TraceEvents['ike:identity_not_in_certificate']): readonly string[] => {
  const [message, text] = identityFields[data.idType] ?? ['ADDR', 'addr']
  const identity = `ID of ${data.id} (type ${data.idType})`
  return [
    `%CRYPTO-6-IKMP_NO_ID_CERT_${message}_MATCH: ${identity} and certificate ${text} with ${data.certificateValue}`,
  ]
}

const peerStruct = (data: { readonly peer: string; readonly localPort: number; readonly peerPort: number }) => [
  `ISAKMP: Created a peer struct for ${data.peer}, peer port ${data.peerPort}`,
  `ISAKMP: local port ${data.localPort}, remote port ${data.peerPort}`,
]

export const mainModeRenderers: Renderers<MainModeEvents> = {
  'ike:sa_requested': (data, context) => [
    isakmp(context, ` SA request profile is ${data.profile ?? '(NULL)'}`),
    ...peerStruct(data),
    'ISAKMP: set new node 0 to QM_IDLE      ',
    isakmp(context, 'Can not start Aggressive mode, trying Main mode.'),
  ],
  'ike:sa_created': peerStruct,
  'ike:preshared_key_found': ({ peer, keyring }, context) => [
    isakmp(context, `found peer pre-shared key matching ${peer}`),
    ...(keyring === 'default' ? [] : [isakmp(context, `Found ADDRESS key in keyring ${keyring}`)]),
  ],
  'ike:preshared_key_missing': ({ peer }, context) => [isakmp(context, `No pre-shared key with ${peer}!`)],
  'ike:natt_vendor_ids_sent': ({ names }, context) =>
    names.map((name) => isakmp(context, ` constructed NAT-T vendor-${name} ID`)),
  'ike:exchange_begun': ({ exchange, messageId }, context) => [
    exchange === 'Main'
      ? isakmp(context, ' beginning Main Mode exchange')
      : isakmp(context, `beginning Quick Mode exchange, M-ID of ${messageId}`),
  ],
  'ike:packet_sent': packetSent,
  'ike:packet_received': packetReceived,
  'ike:payloads_decrypted': silent,
  'ike:state_changed': stateChanged,
  'ike:sa_payload_processed': ({ messageId }, context) => [
    isakmp(context, ` processing SA payload. message ID = ${messageId}`),
  ],
  'ike:vendor_id': vendorId,
  'ike:profiles_scanned': ({ profiles }) => [`ISAKMP : Scanning profiles for xauth ... ${profiles.join(' ')}`],
  'ike:transform_checked': transformChecked,
  'ike:policy_agreed': policyAgreed,
  'ike:no_policy': ({ local, peer }, context) => [
    isakmp(context, 'no offers accepted!'),
    isakmp(context, ` phase 1 SA policy not acceptable! (local ${local} remote ${peer})`),
  ],
  'ike:key_exchange_processed': (_, context) => [isakmp(context, ' processing KE payload. message ID = 0')],
  'ike:nonce_processed': ({ messageId }, context) => [
    isakmp(context, ` processing NONCE payload. message ID = ${messageId}`),
  ],
  'ike:keys_derived': silent,
  'ike:nat_detected': ({ behindNat }, context) =>
    natLines[behindNat].flatMap((line) => ['ISAKMP:received payload type 20', isakmpBlank(context, line)]),
  'ike:another_ios': (_, context) => [isakmp(context, ' speaking to another IOS box!')],
  'ike:initial_contact_sent': (_, context) => [isakmp(context, 'Send initial contact')],
  'ike:initial_contact_received': ({ local, peer, peerPort }, context) => [
    isakmp(context, ' processing NOTIFY INITIAL_CONTACT protocol 1\n\tspi 0, message ID = 0'),
    isakmp(
      context,
      `Process initial contact,\nbring down existing phase 1 and 2 SA's with local ${local} remote ${peer} remote port ${peerPort}`,
    ),
  ],
  'ike:own_identity': ({ method, idType, nextPayload, identity }, context) => [
    isakmp(context, `SA is doing ${method} authentication using id type ${idType}`),
    identityBlock(context, nextPayload, identity),
    isakmp(context, `Total payload length: ${identity.length}`),
  ],
  'ike:peer_identity': ({ nextPayload, identity }, context) => [
    isakmp(context, ' processing ID payload. message ID = 0'),
    identityBlock(context, nextPayload, identity),
  ],
  'ike:profile_bound': profileBound,
  'ike:identity_not_in_certificate': identityNotInCertificate,
  'ike:signature_checked': ({ good, kind }, context) => [
    isakmp(context, ` processing ${kind} payload. message ID = 0`),
    ...(good || kind === 'HASH' ? [] : [isakmp(context, ' signature invalid!')]),
  ],
  'ike:peer_authenticated': ({ local, peer, peerPort }, context) => [
    isakmp(context, 'SA authentication status:\n       authenticated'),
    isakmp(context, `SA has been authenticated with ${peer}`),
    `ISAKMP: Trying to insert a peer ${local}/${peer}/${peerPort}/,  and inserted successfully.`,
  ],
  // Syslog of a session's state needs `crypto logging session`, which is off by default.
  'ike:phase1_complete': silent,
}
