import type { SelectionContext } from './configuration.ts'

/** The VRF in which packets for a local address come in; undefined: the global table. */
export const frontVrf = ({ vrfs }: SelectionContext, localAddress: string | undefined): string | undefined =>
  localAddress === undefined ? undefined : vrfs?.get(localAddress)

export const tableText = (vrf: string | undefined): string => (vrf === undefined ? 'the global table' : `VRF ${vrf}`)

/** Why something that serves a VRF, `any`, or the global table where it names none, does not serve this one; null if it does. */
export const otherVrf = (serves: string | undefined, vrf: string | undefined): string | null =>
  serves === 'any' || serves === vrf ? null : `it serves ${tableText(serves)}, and the packet came in ${tableText(vrf)}`
