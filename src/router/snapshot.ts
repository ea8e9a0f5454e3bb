import { type Established, type IkeV2Session, type Session, saState } from '../ike/index.ts'
import type { IpsecFlowState, IpsecSaState, IsakmpSaState, RouterConfiguration, ShowState } from '../ios/index.ts'
import { type ProtectedFlow, plaintextMtu, type SecurityAssociation } from '../ipsec/index.ts'
import type { CertificateStore } from '../pki/index.ts'
import { type IkeGroup, type IsakmpPolicy, noIkeV2 } from '../selection/index.ts'
import { toHex } from '../wire/index.ts'
import { ikeV2State } from './ikev2-snapshot.ts'
import type { SecurityAssociations } from './security-associations.ts'

/** A router at one moment: what its show commands print from. */
export type RouterSnapshot = ShowState

const agreedOf = (now: number, session: Session): IsakmpSaState['agreed'] => {
  if (!('agreement' in session)) return null
  const { policy, lifetimeSeconds } = session.agreement
  const age = session.state === 'ESTABLISHED' ? (now - session.establishedAt) / 1000 : 0
  return {
    encryption: policy.encryption,
    hash: policy.hash,
    authentication: policy.authentication,
    group: policy.group,
    lifetimeRemaining: Math.max(0, Math.floor(lifetimeSeconds - age)),
  }
}

const isakmpState = (now: number, session: Session): IsakmpSaState => ({
  local: session.local.address,
  localPort: session.local.port,
  remote: session.peer.address,
  remotePort: session.peer.port,
  role: session.role === 'I' ? 'initiator' : 'responder',
  state: saState(session),
  connectionId: session.connection,
  deleted: session.state === 'DEAD',
  agreed: agreedOf(now, session),
  deadPeerDetection: session.abilities.dpd,
  natTraversal: 'nat' in session && (session.nat.selfBehind || session.nat.peerBehind),
  phase1Id: isEstablished(session) ? session.peerIdentity.value : null,
  profile: session.profile,
})

const isEstablished = (session: Session): session is Established => session.state === 'ESTABLISHED'

const octetsOfKilobyte = 1024

const saOf = (now: number, association: SecurityAssociation): IpsecSaState => ({
  spi: toHex(association.spi),
  encryption: association.encryption,
  authentication: association.authentication,
  mode: association.mode,
  udpEncapsulation: association.udpEncapsulation,
  connectionId: association.connection,
  remainingKilobytes: Math.max(0, association.lifetime.kilobytes - Math.floor(association.octets / octetsOfKilobyte)),
  remainingSeconds: Math.max(0, Math.floor(association.lifetime.seconds - (now - association.created) / 1000)),
})

const ikePort = 500
/** Octets of the largest packet between the ends: path MTU discovery is not modelled. */
const pathMtu = 1500

const flowState = (
  now: number,
  flow: ProtectedFlow,
  associations: SecurityAssociations,
  configuration: RouterConfiguration,
): IpsecFlowState => {
  const { inbound, outbound, peerPort, counters } = associations.of(flow.name)
  const current = outbound.at(-1)
  const since = inbound[0]?.created
  const outgoing = configuration.ipsec.interfaces.find(({ addresses }) =>
    addresses.some(({ address }) => address === flow.localAddress),
  )
  return {
    interface: flow.interface,
    map: flow.map,
    local: flow.localAddress,
    remote: flow.peer,
    remotePort: peerPort ?? ikePort,
    localProxy: flow.localProxy,
    remoteProxy: flow.remoteProxy,
    pfsGroup: (inbound[0]?.pfsGroup as IkeGroup | null | undefined) ?? null,
    packets: counters,
    mtu: {
      plaintext: current ? plaintextMtu(current, pathMtu) : pathMtu,
      path: pathMtu,
      interface: outgoing?.name ?? flow.interface,
    },
    upFor: since === undefined ? null : Math.floor((now - since) / 1000),
    inbound: inbound.map((association) => saOf(now, association)),
    outbound: outbound.map((association) => saOf(now, association)),
  }
}

export const snapshotOf = (
  now: number,
  state: {
    readonly configuration: RouterConfiguration
    readonly store: CertificateStore
    readonly policies: readonly IsakmpPolicy[]
    readonly sessions: readonly Session[]
    readonly ikeV2Sessions: readonly IkeV2Session[]
    readonly flows: readonly ProtectedFlow[]
    readonly associations: SecurityAssociations
  },
): RouterSnapshot => ({
  configuration: state.configuration,
  store: state.store,
  isakmpPolicies: state.policies,
  isakmpSas: state.sessions.map((session) => isakmpState(now, session)),
  ikev2Sas: state.ikeV2Sessions.map((session) =>
    ikeV2State(now, session, state.configuration.ikev2 ?? noIkeV2, (flow) => state.associations.of(flow).inbound),
  ),
  ipsecFlows: state.flows.map((flow) => flowState(now, flow, state.associations, state.configuration)),
})
