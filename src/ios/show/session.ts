import type { ProxyIdentity } from '../../ipsec/index.ts'
import { duration, uptime } from '../clock.ts'
import { capabilities } from './isakmp.ts'
import type { IkeV2SaState, IpsecFlowState, IsakmpSaState, ShowState } from './state.ts'

const legend = [
  'Code: C - IKE Configuration mode, D - Dead Peer Detection     ',
  'K - Keepalives, N - NAT-traversal, T - cTCP encapsulation     ',
  'X - IKE Extended Authentication, F - IKE Fragmentation',
  'R - IKE Auto Reconnect',
  '',
]

/** An SA of either version, as far as a session tells of it. */
interface SessionSa {
  readonly version: 'IKEv1' | 'IKEv2'
  /** IKEv1 has none: IOS prints 0. */
  readonly sessionId: number
  readonly local: string
  readonly localPort: number
  readonly remote: string
  readonly remotePort: number
  readonly up: boolean
  readonly deleted: boolean
  readonly capabilities: string
  readonly connectionId: number
  /** Seconds. */
  readonly lifetimeRemaining: number
  readonly phase1Id: string | null
  readonly profile: string | null
}

const ofIkeV1 = (sa: IsakmpSaState): SessionSa => ({
  version: 'IKEv1',
  sessionId: 0,
  local: sa.local,
  localPort: sa.localPort,
  remote: sa.remote,
  remotePort: sa.remotePort,
  up: sa.state === 'QM_IDLE' && !sa.deleted,
  deleted: sa.deleted,
  capabilities: capabilities(sa),
  connectionId: sa.connectionId,
  lifetimeRemaining: sa.agreed?.lifetimeRemaining ?? 0,
  phase1Id: sa.phase1Id,
  profile: sa.profile,
})

const ofIkeV2 = (sa: IkeV2SaState): SessionSa => ({
  version: 'IKEv2',
  sessionId: sa.sessionId,
  local: sa.local,
  localPort: sa.localPort,
  remote: sa.remote,
  remotePort: sa.remotePort,
  up: sa.status === 'READY',
  deleted: sa.status === 'DELETE',
  capabilities: `${sa.deadPeerDetection ? 'D' : ''}${sa.behindNat === 'none' ? '' : 'N'}${sa.fragmentationMtu === null ? '' : 'F'}`,
  connectionId: sa.id,
  lifetimeRemaining: sa.lifetime - sa.activeSeconds,
  phase1Id: sa.remoteId,
  profile: sa.profile,
})

/** The flows of one interface to one peer, and the IKE SAs that serve them. */
interface Session {
  readonly interface: string
  readonly peer: string
  readonly peerPort: number
  readonly sas: readonly SessionSa[]
  readonly flows: readonly IpsecFlowState[]
}

const activeSas = ({ inbound, outbound }: IpsecFlowState): number => inbound.length + outbound.length

const status = ({ sas, flows }: Session): string => {
  const ike = sas.some(({ up }) => up)
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

const saLines = (sa: SessionSa, detail: boolean): readonly string[] => {
  const ends = `local ${sa.local}/${sa.localPort} remote ${sa.remote}/${sa.remotePort}`
  const letters = sa.capabilities === '' ? '(none)' : sa.capabilities
  return [
    `  Session ID: ${sa.sessionId}  `,
    `  ${sa.version} SA: ${ends} ${sa.up ? 'Active' : 'Inactive'} `,
    ...(detail
      ? [`          Capabilities:${letters} connid:${sa.connectionId} lifetime:${duration(sa.lifetimeRemaining)}`]
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

const sessionsOf = (sas: readonly SessionSa[], flows: readonly IpsecFlowState[]): readonly Session[] => {
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
  { isakmpSas, ikev2Sas, ipsecFlows }: Pick<ShowState, 'isakmpSas' | 'ikev2Sas' | 'ipsecFlows'>,
  { detail = false }: { readonly detail?: boolean } = {},
): string => {
  const sas = [...isakmpSas.map(ofIkeV1), ...ikev2Sas.map(ofIkeV2)]
  const lines = sessionsOf(sas, ipsecFlows).flatMap((session) => sessionLines(session, detail))
  return `${['Crypto session current status', '', ...(detail ? legend : []), ...lines].join('\n')}\n`
}
