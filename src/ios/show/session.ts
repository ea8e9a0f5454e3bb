import type { ProxyIdentity } from '../../ipsec/index.ts'
import { duration, uptime } from '../clock.ts'
import { capabilities } from './isakmp.ts'
import type { IpsecFlowState, IsakmpSaState } from './state.ts'

const legend = [
  'Code: C - IKE Configuration mode, D - Dead Peer Detection     ',
  'K - Keepalives, N - NAT-traversal, T - cTCP encapsulation     ',
  'X - IKE Extended Authentication, F - IKE Fragmentation',
  'R - IKE Auto Reconnect',
  '',
]

/** The flows of one interface to one peer, and the phase 1 SAs that serve them. */
interface Session {
  readonly interface: string
  readonly peer: string
  readonly peerPort: number
  readonly sas: readonly IsakmpSaState[]
  readonly flows: readonly IpsecFlowState[]
}

const isUp = ({ state, deleted }: IsakmpSaState): boolean => state === 'QM_IDLE' && !deleted

const activeSas = ({ inbound, outbound }: IpsecFlowState): number => inbound.length + outbound.length

const status = ({ sas, flows }: Session): string => {
  const ike = sas.some(isUp)
  const ipsec = flows.some((flow) => activeSas(flow) > 0)
  if (ipsec) return ike ? 'UP-ACTIVE' : 'UP-NO-IKE'
  if (ike) return 'UP-IDLE'
  return sas.some(({ deleted }) => !deleted) ? 'DOWN-NEGOTIATING' : 'DOWN'
}

const wholeMask = '255.255.255.255'

const proxyText = ({ address, mask }: ProxyIdentity): string =>
  mask === wholeMask ? `host ${address}` : `${address}/${mask}`

const protocolText = (protocol: number): string => (protocol === 0 ? 'ip' : String(protocol))

const counterLine = (
  label: string,
  verb: string,
  packets: number,
  drops: number,
  sa: IpsecFlowState['inbound'][number] | undefined,
): string =>
  `        ${label} #pkts ${verb} ${packets} drop ${drops} life (KB/Sec) ${sa?.remainingKilobytes ?? 0}/${sa?.remainingSeconds ?? 0}`

const flowLines = (flow: IpsecFlowState, detail: boolean): readonly string[] => [
  `  IPSEC FLOW: permit ${protocolText(flow.localProxy.protocol)} ${proxyText(flow.localProxy)} ${proxyText(flow.remoteProxy)} `,
  `        Active SAs: ${activeSas(flow)}, origin: crypto map`,
  ...(detail
    ? [
        counterLine('Inbound: ', "dec'ed", flow.packets.decapsulated, flow.packets.receiveErrors, flow.inbound.at(-1)),
        counterLine('Outbound:', "enc'ed", flow.packets.encapsulated, flow.packets.sendErrors, flow.outbound.at(-1)),
      ]
    : []),
]

const saLines = (sa: IsakmpSaState, detail: boolean): readonly string[] => {
  const ends = `local ${sa.local}/${sa.localPort} remote ${sa.remote}/${sa.remotePort}`
  const letters = capabilities(sa)
  const lifetime = duration(sa.agreed?.lifetimeRemaining ?? 0)
  return [
    '  Session ID: 0  ',
    `  IKEv1 SA: ${ends} ${isUp(sa) ? 'Active' : 'Inactive'} `,
    ...(detail
      ? [`          Capabilities:${letters === '' ? '(none)' : letters} connid:${sa.connectionId} lifetime:${lifetime}`]
      : []),
  ]
}

const statusWidth = 14

const sessionLines = (session: Session, detail: boolean): readonly string[] => {
  const profile = session.sas.find((sa) => sa.profile !== null)?.profile
  const since = session.flows.flatMap(({ upFor }) => (upFor === null ? [] : [upFor]))
  const phase1Id = session.sas.find((sa) => sa.phase1Id !== null)?.phase1Id
  return [
    `Interface: ${session.interface}`,
    ...(profile ? [`Profile: ${profile}`] : []),
    ...(detail && since.length > 0 ? [`Uptime: ${uptime(Math.max(...since))}`] : []),
    `Session status: ${status(session).padEnd(statusWidth)}`,
    `Peer: ${session.peer} port ${session.peerPort} ${detail ? 'fvrf: (none) ivrf: (none)' : ''}`,
    ...(detail ? [`      Phase1_id: ${phase1Id ?? '(none)'}`, '      Desc: (none)'] : []),
    ...session.sas.flatMap((sa) => saLines(sa, detail)),
    ...session.flows.flatMap((flow) => flowLines(flow, detail)),
    '',
  ]
}

const sessionsOf = (sas: readonly IsakmpSaState[], flows: readonly IpsecFlowState[]): readonly Session[] => {
  const keys = new Map(flows.map((flow) => [`${flow.interface} ${flow.local} ${flow.remote}`, flow]))
  return [...keys.values()].map((first) => ({
    interface: first.interface,
    peer: first.remote,
    peerPort: first.remotePort,
    sas: sas.filter(({ local, remote }) => local === first.local && remote === first.remote),
    flows: flows.filter(
      (flow) => flow.interface === first.interface && flow.local === first.local && flow.remote === first.remote,
    ),
  }))
}

/** `show crypto session [detail]` (ios-semantics §4.9). A flow without SAs is a session that is down. */
export const showCryptoSession = (
  {
    isakmpSas,
    ipsecFlows,
  }: { readonly isakmpSas: readonly IsakmpSaState[]; readonly ipsecFlows: readonly IpsecFlowState[] },
  { detail = false }: { readonly detail?: boolean } = {},
): string => {
  const lines = sessionsOf(isakmpSas, ipsecFlows).flatMap((session) => sessionLines(session, detail))
  return `${['Crypto session current status', '', ...(detail ? legend : []), ...lines].join('\n')}\n`
}
