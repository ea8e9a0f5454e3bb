import type { AccessListEntry, ProxyIdentity } from '../ipsec/index.ts'

/** An entry of an extended access list as IOS spells it. */

const invertedMask = (mask: string): string =>
  mask
    .split('.')
    .map((octet) => 255 - Number(octet))
    .join('.')

const end = ({ address, mask, port }: ProxyIdentity): string => {
  const where =
    mask === '0.0.0.0' ? 'any' : mask === '255.255.255.255' ? `host ${address}` : `${address} ${invertedMask(mask)}`
  return port === 0 ? where : `${where} eq ${port}`
}

/** `permit ip 192.168.1.0 0.0.0.255 host 10.0.0.1`. */
export const accessListLine = ({
  action,
  source,
  destination,
}: Pick<AccessListEntry, 'action' | 'source' | 'destination'>): string =>
  `${action} ${source.protocol === 0 ? 'ip' : source.protocol} ${end(source)} ${end(destination)}`
