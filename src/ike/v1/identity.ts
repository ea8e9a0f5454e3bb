import { nameFromDer } from '../../pki/index.ts'
import type { OwnIdentity, ReceivedIdentity } from '../../selection/index.ts'
import type { IdentityText, ProxyText } from '../../trace/index.ts'
import type { Payload } from '../../wire/index.ts'
import { bytesToIpv4, ipv4ToBytes } from '../../wire/index.ts'
import type { ProxyIdentity } from '../effects.ts'

/** Identification types of RFC 2407 §4.6.2.1. */
const idType = {
  ipv4Address: 1,
  fqdn: 2,
  userFqdn: 3,
  ipv4Subnet: 4,
  ipv6Address: 5,
  derAsn1Dn: 9,
  keyId: 11,
} as const

/** As IOS's debug spells the type. */
export const idTypeName = (type: number): string =>
  ({ 1: 'ID_IPV4_ADDR', 2: 'ID_FQDN', 3: 'ID_USER_FQDN', 5: 'ID_IPV6_ADDR', 9: 'ID_DER_ASN1_DN', 11: 'ID_KEY_ID' })[
    type
  ] ?? `ID type ${type}`

const udp = 17

/** The ID payload of MM5 and MM6: protocol 17, port 500, or port 0 once NAT was found (ios-semantics §1.4). */
export const identityPayload = (own: OwnIdentity, natFound: boolean): Extract<Payload, { type: 'ID' }> => ({
  type: 'ID',
  idType: own.type,
  protocol: udp,
  port: natFound ? 0 : 500,
  data: own.data,
})

const text = new TextDecoder('utf-8', { fatal: false })

/** An identity as it stands in a payload. Text that is no text keeps its octets; a name that is no name reads as hex. */
export const readIdentity = (payload: Extract<Payload, { type: 'ID' }>): ReceivedIdentity => {
  const { data } = payload
  switch (payload.idType) {
    case idType.ipv4Address:
      return { type: payload.idType, value: data.length === 4 ? bytesToIpv4(data) : hex(data), data }
    case idType.derAsn1Dn: {
      const name = nameFromDer(data)
      return { type: payload.idType, value: name.ok ? name.value.ios : hex(data), data }
    }
    case idType.fqdn:
    case idType.userFqdn:
      return { type: payload.idType, value: text.decode(data), data }
    default:
      return { type: payload.idType, value: hex(data), data }
  }
}

const hex = (data: Uint8Array): string => Array.from(data, (octet) => octet.toString(16).padStart(2, '0')).join('')

/** Octets before the identity in an ID payload: generic header and type, protocol, port. */
const idPayloadOverhead = 8

export const identityText = (
  identity: { readonly type: number; readonly value: string; readonly data: Uint8Array },
  payload: Extract<Payload, { type: 'ID' }>,
): IdentityText => ({
  type: identity.type,
  value: identity.value,
  protocol: payload.protocol,
  port: payload.port,
  length: idPayloadOverhead + identity.data.length,
})

const wholeMask = '255.255.255.255'

/** A proxy identity as an ID payload of quick mode: an address alone, or address and mask (RFC 2407 §4.6.2). */
export const proxyPayload = (proxy: ProxyIdentity): Extract<Payload, { type: 'ID' }> => {
  const single = proxy.mask === wholeMask
  const data = single
    ? ipv4ToBytes(proxy.address)
    : Uint8Array.of(...ipv4ToBytes(proxy.address), ...ipv4ToBytes(proxy.mask))
  return {
    type: 'ID',
    idType: single ? idType.ipv4Address : idType.ipv4Subnet,
    protocol: proxy.protocol,
    port: proxy.port,
    data,
  }
}

/** Reads a proxy identity; null for the types that are not modelled. */
export const readProxy = (payload: Extract<Payload, { type: 'ID' }>): ProxyIdentity | null => {
  if (payload.idType === idType.ipv4Address && payload.data.length === 4)
    return { address: bytesToIpv4(payload.data), mask: wholeMask, protocol: payload.protocol, port: payload.port }
  if (payload.idType === idType.ipv4Subnet && payload.data.length === 8)
    return {
      address: bytesToIpv4(payload.data.subarray(0, 4)),
      mask: bytesToIpv4(payload.data.subarray(4)),
      protocol: payload.protocol,
      port: payload.port,
    }
  return null
}

export const proxyText = (proxy: ProxyIdentity): ProxyText => ({
  address: proxy.address,
  mask: proxy.mask,
  protocol: proxy.protocol,
  port: proxy.port,
})
