import { type EspAlgorithms, isCombined } from './algorithms.ts'
import type { ProxyIdentity, TransformSet } from './configuration.ts'
import type { EspMode } from './esp-attributes.ts'
import type { ProtectedFlow } from './flows.ts'

/** What a transform set means, alone and for a flow. */

/** A set without a cipher authenticates only. */
export const algorithmsOf = ({ encryption = 'esp-null', authentication }: TransformSet): EspAlgorithms => ({
  encryption,
  authentication: isCombined(encryption) ? null : (authentication ?? null),
})

const isHost = ({ address, mask }: ProxyIdentity, end: string): boolean => address === end && mask === '255.255.255.255'

/**
 * The modes in which a flow can use a set, the one that is proposed first. `mode transport` holds for traffic between
 * the two ends themselves, and then tunnel mode is accepted as well; all other traffic travels in tunnel mode whatever
 * the set says [M-h: Cisco's reference of the command `mode`].
 */
export const modesOf = (flow: ProtectedFlow, set: TransformSet): readonly [EspMode, ...EspMode[]] =>
  set.mode === 'transport' && isHost(flow.localProxy, flow.localAddress) && isHost(flow.remoteProxy, flow.peer)
    ? ['transport', 'tunnel']
    : ['tunnel']
