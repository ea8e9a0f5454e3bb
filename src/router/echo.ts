import { decodeIcmpEcho, decodeIpv4, encodeIcmpEcho, encodeIpv4, ipProtocol } from '../wire/index.ts'

/** The packets of a ping, before they go into a tunnel and after they came out of one. */

/** IOS fills its echo requests with 0xABCD; 72 octets make the 100-octet packet of `ping`. */
const echoData = Uint8Array.from({ length: 72 }, (_, index) => (index % 2 === 0 ? 0xab : 0xcd))

export interface EchoRequest {
  readonly source: string
  readonly destination: string
  readonly identifier: number
  readonly sequence: number
}

export const echoRequest = ({ source, destination, identifier, sequence }: EchoRequest): Uint8Array =>
  encodeIpv4({
    source,
    destination,
    protocol: ipProtocol.ICMP,
    payload: encodeIcmpEcho({ kind: 'request', identifier, sequence, data: echoData }),
    identification: sequence,
  })

interface Echo extends EchoRequest {
  readonly kind: 'request' | 'reply'
  readonly data: Uint8Array
  /** Of the IP packet. */
  readonly identification: number
}

/** The echo request or reply in an IP packet; null for any other packet. */
export const echoIn = (packet: Uint8Array): Echo | null => {
  const ip = decodeIpv4(packet)
  if (!ip.ok || ip.value.protocol !== ipProtocol.ICMP) return null
  const echo = decodeIcmpEcho(ip.value.payload)
  if (!echo.ok) return null
  const { source, destination, identification } = ip.value
  const { kind, identifier, sequence, data } = echo.value
  return { kind, source, destination, identification, identifier, sequence, data }
}

/** What a host answers to an echo request. */
export const echoReply = ({ source, destination, identification, identifier, sequence, data }: Echo): Uint8Array =>
  encodeIpv4({
    source: destination,
    destination: source,
    protocol: ipProtocol.ICMP,
    payload: encodeIcmpEcho({ kind: 'reply', identifier, sequence, data }),
    identification,
  })
