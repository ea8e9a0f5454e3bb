import { modesOf, type ProxyIdentity, transformText } from '../../ipsec/index.ts'
import type { MessageName } from '../../trace/index.ts'
import { condition, fails, type Known, listText, peerName } from './known.ts'
import type { PeerCondition } from './types.ts'

/** What IPsec asks of the peer: transform sets, perfect forward secrecy, and the traffic. */

const protocolText = ({ protocol, port }: ProxyIdentity): string =>
  `${protocol === 0 ? '' : ` protocol ${protocol}`}${port === 0 ? '' : ` port ${port}`}`

const proxyText = (proxy: ProxyIdentity): string =>
  proxy.mask === '0.0.0.0'
    ? `everything${protocolText(proxy)}`
    : proxy.mask === '255.255.255.255'
      ? `${proxy.address}${protocolText(proxy)}`
      : `${proxy.address} ${proxy.mask}${protocolText(proxy)}`

/** `role`: of the known router. */
export const childConditions = (known: Known, role: 'initiator' | 'responder'): readonly PeerCondition[] => {
  const { router, flow, flows } = known
  const ikeV2 = flow.ikev2Profile !== undefined
  const message: MessageName = ikeV2 ? 'IKE_AUTH request' : 'QM1'
  const refuses = role === 'initiator' ? peerName : router.name
  const sets = flow.transformSets.map((set) => {
    const text = transformText({ encryption: set.encryption ?? 'esp-null', authentication: set.authentication ?? null })
    return { value: `${text}, ${modesOf(flow, set).join(' or ')} mode`, leadsTo: `transform set ${set.name}` }
  })
  const traffic = flows.map(({ localProxy, remoteProxy }) => ({
    value: `${proxyText(remoteProxy)} to ${proxyText(localProxy)}`,
    leadsTo: null,
  }))
  const whole = flow.kind === 'crypto-map'
  return [
    condition({
      kind: 'transform',
      message,
      does:
        role === 'initiator'
          ? `${router.name} proposes ${listText(sets.map(({ value }) => value))}`
          : `${router.name} accepts ${listText(
              sets.map(({ value }) => value),
              'or',
            )}`,
      must:
        sets.length > 1 ? 'have one of these transform sets' : `have a transform set of ${sets[0]?.value ?? 'none'}`,
      oneOf: sets,
      otherwise: fails(message, refuses, 'transform-mismatch'),
      at: flow.transformSets[0]?.at ?? flow.at,
    }),
    pfsCondition(known, role, refuses, ikeV2),
    condition({
      kind: 'selectors',
      message,
      does: whole
        ? `${router.name} protects ${listText(flows.map(({ localProxy, remoteProxy }) => `${proxyText(localProxy)} to ${proxyText(remoteProxy)}`))}`
        : `${router.name} has a tunnel interface: ${flow.kind === 'gre-tunnel' ? 'GRE between the two addresses' : 'everything'}`,
      must: whole
        ? `protect ${traffic.length === 1 ? (traffic[0]?.value ?? '') : 'the mirror image'}${
            role === 'initiator'
              ? ikeV2
                ? ', or a part of it'
                : ', or more'
              : ikeV2
                ? ', or some of it'
                : ', or a part of it'
          }`
        : flow.kind === 'gre-tunnel'
          ? `have a GRE tunnel from ${flow.peer} to ${flow.localAddress}`
          : ikeV2
            ? 'have a tunnel with `tunnel mode ipsec ipv4`, or name any traffic'
            : 'have a tunnel with `tunnel mode ipsec ipv4`',
      oneOf: traffic,
      // What names everything has something in common with whatever the peer names.
      otherwise:
        ikeV2 && flow.kind === 'ipsec-tunnel' ? null : fails(message, refuses, 'proxy-identities-not-supported'),
      at: flow.at,
    }),
  ]
}

const pfsCondition = (
  { router, flow }: Known,
  role: 'initiator' | 'responder',
  refuses: string,
  ikeV2: boolean,
): PeerCondition => {
  const common = { kind: 'pfs', at: flow.settingsAt } as const
  if (ikeV2)
    return condition({
      ...common,
      does:
        flow.pfs === undefined
          ? `${router.name} demands no perfect forward secrecy`
          : `${router.name} demands group ${flow.pfs} for perfect forward secrecy, when SAs are renewed`,
      must:
        flow.pfs === undefined
          ? 'demand no perfect forward secrecy either'
          : `use group ${flow.pfs}; it shows at the first renewal`,
    })
  const otherwise = fails('QM1', refuses, 'pfs-mismatch')
  if (role === 'initiator')
    return condition({
      ...common,
      message: 'QM1',
      does:
        flow.pfs === undefined
          ? `${router.name} proposes no group for perfect forward secrecy`
          : `${router.name} proposes group ${flow.pfs} for perfect forward secrecy`,
      must:
        flow.pfs === undefined
          ? 'demand no perfect forward secrecy'
          : `demand perfect forward secrecy with group ${flow.pfs}, or none`,
      otherwise,
    })
  return condition({
    ...common,
    message: 'QM1',
    does:
      flow.pfs === undefined
        ? `${router.name} demands no perfect forward secrecy and accepts it`
        : `${router.name} demands group ${flow.pfs} for perfect forward secrecy`,
    must:
      flow.pfs === undefined
        ? 'propose perfect forward secrecy with a group that IOS knows, or none'
        : `propose perfect forward secrecy with group ${flow.pfs}`,
    otherwise: flow.pfs === undefined ? null : otherwise,
  })
}
