import { type IkeV2Child, type IkeV2Established, type IkeV2Session, saStatus } from '../ike/index.ts'
import type { IkeV2ChildState, IkeV2SaState } from '../ios/index.ts'
import { type ProxyIdentity, type SecurityAssociation, selectorOf } from '../ipsec/index.ts'
import { defaultIkeV2Lifetime, type IkeV2Configuration } from '../selection/index.ts'
import type { SelectorText } from '../trace/index.ts'
import { bytesToIpv4, toHex, u32Bytes } from '../wire/index.ts'

const isEstablished = (session: IkeV2Session): session is IkeV2Established => session.state === 'ESTABLISHED'

const behindNat = (session: IkeV2Session): IkeV2SaState['behindNat'] => {
  if (!('nat' in session)) return 'none'
  const { selfBehind, peerBehind } = session.nat
  if (selfBehind) return peerBehind ? 'both' : 'self'
  return peerBehind ? 'peer' : 'none'
}

/** Requests are counted from each side; IKE_SA_INIT is 0 and IKE_AUTH is 1 (RFC 7296 §2.2). */
const nextMessageIds = (session: IkeV2Session): IkeV2SaState['nextMessageIds'] => {
  switch (session.state) {
    case 'I_SA_INIT':
      return { local: 1, remote: 0 }
    case 'I_AUTH':
      return { local: 2, remote: 0 }
    case 'R_SA_INIT':
      return { local: 0, remote: 1 }
    case 'ESTABLISHED':
      return { local: session.nextMessageId, remote: session.expectedMessageId }
    case 'DEAD':
      return { local: 0, remote: 0 }
    default: {
      const never: never = session
      throw new Error(`no message ids for ${String(never)}`)
    }
  }
}

/** What the two ends have proved or said so far. */
const proofOf = (
  session: IkeV2Session,
): Pick<IkeV2SaState, 'authSign' | 'authVerify' | 'localId' | 'remoteId' | 'agreed'> => ({
  agreed: 'suite' in session ? session.suite : null,
  authSign: 'ownMethod' in session ? session.ownMethod : null,
  authVerify: isEstablished(session) ? session.peerMethod : null,
  localId: 'ownIdentity' in session ? session.ownIdentity : null,
  remoteId: isEstablished(session) ? session.peerIdentity.value : null,
})

const dotted = (address: number): string => bytesToIpv4(u32Bytes(address))

const selectorText = (proxy: ProxyIdentity): SelectorText => {
  const { start, end, protocol, startPort, endPort } = selectorOf(proxy)
  return { start: dotted(start), end: dotted(end), protocol, startPort, endPort }
}

/** Nothing where its SAs have gone already. */
const childOf = (child: IkeV2Child, associations: readonly SecurityAssociation[]): readonly IkeV2ChildState[] => {
  const association = associations.find(({ spi }) => toHex(spi) === toHex(child.inbound))
  if (!association) return []
  const { localProxy, remoteProxy, encryption, authentication, mode } = association
  return [
    {
      local: [selectorText(localProxy)],
      remote: [selectorText(remoteProxy)],
      inboundSpi: toHex(child.inbound),
      outboundSpi: toHex(child.outbound),
      encryption,
      authentication,
      mode,
    },
  ]
}

/** One IKEv2 SA as the show commands print it. `associations`: the inbound SAs of its children. `now` is in milliseconds since 1970. */
export const ikeV2State = (
  now: number,
  session: IkeV2Session,
  configuration: IkeV2Configuration,
  associations: (flow: string) => readonly SecurityAssociation[],
): IkeV2SaState => {
  const { role, connection, local, peer, spiI, spiR } = session
  const profile = configuration.profiles.find(({ name }) => name === session.profile)
  const dpd = profile?.dpd ?? configuration.dpd
  const abilities = 'abilities' in session ? session.abilities : null
  return {
    ...proofOf(session),
    id: connection,
    sessionId: session.id,
    local: local.address,
    localPort: local.port,
    remote: peer.address,
    remotePort: peer.port,
    role: role === 'I' ? 'initiator' : 'responder',
    status: saStatus(session),
    lifetime: isEstablished(session) ? session.lifetime : (profile?.lifetime ?? defaultIkeV2Lifetime),
    activeSeconds: isEstablished(session) ? Math.max(0, Math.floor((now - session.establishedAt) / 1000)) : 0,
    localSpi: toHex(role === 'I' ? spiI : spiR),
    remoteSpi: toHex(role === 'I' ? spiR : spiI),
    nextMessageIds: nextMessageIds(session),
    window: { local: configuration.window, remote: abilities?.window ?? 1 },
    deadPeerDetection: dpd ? { interval: dpd.interval, retry: dpd.retry } : null,
    behindNat: behindNat(session),
    fragmentationMtu: abilities?.fragmentation ? (configuration.fragmentationMtu ?? null) : null,
    profile: session.profile,
    children: isEstablished(session)
      ? session.children.flatMap((child) => childOf(child, associations(child.flow)))
      : [],
  }
}
