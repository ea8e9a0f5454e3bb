import type { IpsecConfiguration } from './configuration.ts'

/** The VRF of the interface that has the address; undefined: the global table, and for an address of nobody. */
export const vrfOfAddress = (
  { interfaces }: Pick<IpsecConfiguration, 'interfaces'>,
  address: string,
): string | undefined =>
  interfaces.find(({ addresses, shutdown }) => !shutdown && addresses.some((own) => own.address === address))?.vrf
