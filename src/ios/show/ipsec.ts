import type { EspEncryption, ProxyIdentity } from '../../ipsec/index.ts'
import { spiText } from '../spi.ts'
import type { IpsecFlowState, IpsecSaState } from './state.ts'

const ident = ({ address, mask, protocol, port }: ProxyIdentity): string => `(${address}/${mask}/${protocol}/${port})`

/** In this output, unlike in the configuration, the key length stands in front: `esp-256-aes`. */
const transformText = ({ encryption, authentication }: IpsecSaState): string => {
  const cipher = encryption.replace(/^esp-aes (\d+)$/, (_, bits: string) =>
    bits === '128' ? 'esp-aes' : `esp-${bits}-aes`,
  )
  return authentication === null ? cipher : `${cipher} ${authentication}`
}

const settings = ({ mode, udpEncapsulation }: IpsecSaState): string =>
  `${mode === 'tunnel' ? 'Tunnel' : 'Transport'}${udpEncapsulation ? ' UDP-Encaps' : ''}`

/** Octets of the initialisation vector; null encryption has none. */
const ivOctets = (encryption: EspEncryption): number => {
  if (encryption === 'esp-null') return 0
  return encryption.startsWith('esp-aes') ? 16 : 8
}

/** `80000040` stands with tunnel mode and `80000000` with transport mode in every output that was seen. */
const siblingFlags = ({ mode }: IpsecSaState): string => (mode === 'tunnel' ? '80000040' : '80000000')

const saLines = (sa: IpsecSaState, map: string): readonly string[] => [
  `      spi: ${spiText(sa.spi)}`,
  `        transform: ${transformText(sa)} ,`,
  `        in use settings ={${settings(sa)}, }`,
  `        conn id: ${sa.connectionId}, flow_id: SW:${sa.connectionId}, sibling_flags ${siblingFlags(sa)}, crypto map: ${map}`,
  `        sa timing: remaining key lifetime (k/sec): (${sa.remainingKilobytes}/${sa.remainingSeconds})`,
  `        IV size: ${ivOctets(sa.encryption)} bytes`,
  '        replay detection support: Y',
  '        Status: ACTIVE(ACTIVE)',
]

const directionLines = (name: string, sas: readonly IpsecSaState[], map: string): readonly string[] => [
  `     ${name} esp sas:`,
  ...sas.flatMap((sa) => saLines(sa, map)),
  '',
  `     ${name} ah sas:`,
  '',
  `     ${name} pcp sas:`,
]

const flowLines = (flow: IpsecFlowState): readonly string[] => {
  const { packets, mtu, pfsGroup } = flow
  const outgoing = packets.encapsulated
  const incoming = packets.decapsulated
  const current = flow.outbound.at(-1)
  return [
    '   protected vrf: (none)',
    `   local  ident (addr/mask/prot/port): ${ident(flow.localProxy)}`,
    `   remote ident (addr/mask/prot/port): ${ident(flow.remoteProxy)}`,
    `   current_peer ${flow.remote} port ${flow.remotePort}`,
    '     PERMIT, flags={origin_is_acl,}',
    `    #pkts encaps: ${outgoing}, #pkts encrypt: ${outgoing}, #pkts digest: ${outgoing}`,
    `    #pkts decaps: ${incoming}, #pkts decrypt: ${incoming}, #pkts verify: ${incoming}`,
    '    #pkts compressed: 0, #pkts decompressed: 0',
    '    #pkts not compressed: 0, #pkts compr. failed: 0',
    '    #pkts not decompressed: 0, #pkts decompress failed: 0',
    `    #send errors ${packets.sendErrors}, #recv errors ${packets.receiveErrors}`,
    '',
    `     local crypto endpt.: ${flow.local}, remote crypto endpt.: ${flow.remote}`,
    `     plaintext mtu ${mtu.plaintext}, path mtu ${mtu.path}, ip mtu ${mtu.path}, ip mtu idb ${mtu.interface}`,
    `     current outbound spi: ${spiText(current?.spi ?? '0')}`,
    `     PFS (Y/N): ${pfsGroup === null ? 'N, DH group: none' : `Y, DH group: group${pfsGroup}`}`,
    '',
    ...directionLines('inbound', flow.inbound, flow.map),
    '',
    ...directionLines('outbound', flow.outbound, flow.map),
  ]
}

/** `show crypto ipsec sa`: flows by interface, then by crypto map (ios-semantics §4.9). Empty when nothing is protected. */
export const showIpsecSa = (flows: readonly IpsecFlowState[]): string => {
  let text = ''
  let heading = ''
  for (const flow of flows) {
    const next = `\ninterface: ${flow.interface}\n    Crypto map tag: ${flow.map}, local addr ${flow.local}\n`
    if (next !== heading) text += next
    heading = next
    text += `\n${flowLines(flow).join('\n')}\n`
  }
  return text
}
