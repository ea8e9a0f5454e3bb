import type { EventName, ProxyText, TraceEvents } from '../../trace/index.ts'
import { spiText } from '../spi.ts'
import { isakmp, type RenderContext, type Renderers, silent } from './renderer.ts'

/** `debug crypto ipsec` (ios-semantics §4.4, §5). */
export type IpsecEvents = Extract<EventName, `ipsec:${string}`>

/** IOS's number for "any protocol" in its IPsec debugs. */
const anyProtocol = 256

const proxy = ({ address, mask, protocol, port }: ProxyText): string =>
  `${address}/${mask}/${protocol === 0 ? anyProtocol : protocol}/${port}`

interface KeyEngineMessage {
  readonly direction: 'INBOUND' | 'OUTBOUND'
  readonly port: number
  readonly local: string
  readonly remote: string
  readonly localProxy: ProxyText
  readonly remoteProxy: ProxyText
  readonly transform: string
  readonly mode: 'tunnel' | 'transport'
  readonly seconds: number
  readonly kilobytes: number
  readonly keySize: number
}

const keyEngineMessage = (message: KeyEngineMessage): string =>
  [
    `  (key eng. msg.) ${message.direction} local= ${message.local}:${message.port}, remote= ${message.remote}:${message.port},`,
    `    local_proxy= ${proxy(message.localProxy)},`,
    `    remote_proxy= ${proxy(message.remoteProxy)},`,
    `    protocol= ESP, transform= ${message.transform}  (${message.mode === 'tunnel' ? 'Tunnel' : 'Transport'}), `,
    `    lifedur= ${message.seconds}s and ${message.kilobytes}kb, `,
    `    spi= 0x0(0), conn_id= 0, keysize= ${message.keySize}, flags= 0x0`,
  ].join('\n')

/** A map entry's proxies are compared only where its profile is the one that was bound (ios-semantics §5). */
const proxyMatch = ({ localProxy, remoteProxy }: TraceEvents['ipsec:map_checked']): string =>
  [
    'Crypto mapdb : proxy_match',
    `src addr     : ${localProxy.address}`,
    `dst addr     : ${remoteProxy.address}`,
    `protocol     : ${localProxy.protocol}`,
    `src port     : ${localProxy.port}`,
    `dst port     : ${remoteProxy.port}`,
  ].join('\n        ')

const candidateLines = (
  data: TraceEvents['ipsec:map_checked'],
): Readonly<Record<TraceEvents['ipsec:map_checked']['candidates'][number]['reason'], readonly string[]>> => ({
  matches: [proxyMatch(data)],
  'proxies-differ': [proxyMatch(data)],
  'profile-did-not-match': ['map_db_check_isakmp_profile profile did not match'],
  'peer-differs': [],
  'other-map-taken': [],
})

const mapChecked = (data: TraceEvents['ipsec:map_checked']): readonly string[] => [
  ...data.candidates.flatMap(({ reason }) => candidateLines(data)[reason]),
  ...(data.map === null
    ? ['map_db_find_best did not find matching map', 'IPSEC(ipsec_process_proposal): proxy identities not supported']
    : [`(ipsec_process_proposal)Map Accepted: ${data.map}`]),
]

const saDescription = ({
  destination,
  spi,
  transform,
  connection,
}: TraceEvents['ipsec:sa_deleted'] | TraceEvents['ipsec:sa_installed']) => [
  `  (sa) sa_dest= ${destination}, sa_proto= 50, `,
  `    sa_spi= ${spiText(spi)}, `,
  `    sa_trans= ${transform} , sa_conn_id= ${connection}`,
]

/** Quick mode has waited for the SA; IKEv2 has not. */
const installCallback = (
  { spi, interface: name }: TraceEvents['ipsec:sa_installed'],
  context: RenderContext,
): readonly string[] => [
  isakmp(context, 'Received IPSec Install callback... proceeding with the negotiation'),
  isakmp(context, `Successfully installed IPSEC SA (SPI:${spiText(spi).replace(/\(.*/, '')}) on ${name}`),
]

const saInstalled = (data: TraceEvents['ipsec:sa_installed'], context: RenderContext): readonly string[] => {
  const created = [
    'IPSEC(create_sa): sa created,',
    ...saDescription(data),
    `    sa_lifetime(k/sec)= (${data.kilobytes}/${data.seconds}),`,
    `  (identity) local= ${data.local}:0, remote= ${data.remote}:0,`,
    `    local_proxy= ${proxy(data.localProxy)},`,
    `    remote_proxy= ${proxy(data.remoteProxy)}`,
  ].join('\n')
  return data.direction === 'in'
    ? [
        'IPSEC(key_engine): got a queue event with 1 KMI message(s)',
        `IPSEC(crypto_ipsec_create_ipsec_sas): Map found ${data.map}`,
        created,
        ...(context.recall.ikeV2 === null ? installCallback(data, context) : []),
      ]
    : [created, "IPSEC(key_engine_enable_outbound): rec'd enable notify from ISAKMP"]
}

export const ipsecRenderers: Renderers<IpsecEvents> = {
  'ipsec:sa_requested': (data) => [
    `IPSEC(sa_request): ,\n${keyEngineMessage({ ...data, direction: 'OUTBOUND', port: 500 })}`,
  ],
  'ipsec:proposal_validated': (data) => [
    'IPSEC(validate_proposal_request): proposal part #1',
    `IPSEC(validate_proposal_request): proposal part #1,\n${keyEngineMessage({ ...data, direction: 'INBOUND', port: 0, seconds: 0, kilobytes: 0 })}`,
  ],
  'ipsec:map_checked': mapChecked,
  'ipsec:sa_installed': saInstalled,
  'ipsec:sa_deleted': (data) => [['IPSEC(delete_sa): deleting SA,', ...saDescription(data)].join('\n')],
  'ipsec:invalid_spi': ({ destination, source, spi, interface: input }) => [
    `%CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for destaddr=${destination}, prot=50, spi=${spiText(spi)}, srcaddr=${source}, input interface=${input}`,
  ],
  // Packets of ESP have no line under these debugs.
  'ipsec:packet_sent': silent,
  'ipsec:packet_received': silent,
  'ipsec:packet_dropped': silent,
}
