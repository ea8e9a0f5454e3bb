export {
  concat,
  equalBytes,
  fromHex,
  isZero,
  Reader,
  toHex,
  u16At,
  u16Bytes,
  u32At,
  u32Bytes,
  Writer,
} from './bytes.ts'
export { describePayload } from './describe.ts'
export {
  decodeEsp,
  demuxUdp4500,
  type EspPacket,
  encodeEsp,
  espHeaderLength,
  natKeepalive,
  type Udp4500,
  withNonEspMarker,
} from './esp.ts'
export { decodeGre, encodeGre, type GrePacket, greProtocolIpv4 } from './gre.ts'
export { decodeHeader, headerLength, isEncrypted } from './header.ts'
export { decodeIcmpEcho, encodeIcmpEcho, type IcmpEcho } from './icmp.ts'
export {
  decodeIkeV2Header,
  decodeIkeV2Message,
  decodeIkeV2Payloads,
  encodeIkeV2Message,
  encodeIkeV2PayloadBody,
  encodeIkeV2Payloads,
  firstIkeV2PayloadType,
  ikeMajorVersion,
  ikeV2ProtectedHead,
} from './ikev2-codec.ts'
export { describeIkeV2Payload } from './ikev2-describe.ts'
export type * from './ikev2-message.ts'
export * from './ikev2-registry.ts'
export { internetChecksum } from './internet-checksum.ts'
export * from './ipsec-registry.ts'
export { decodeIpv4, encodeIpv4, type Ipv4Packet, ipProtocol, ipv4Flag, isFragment } from './ipv4.ts'
export { bytesToIpv4, ipv4Number, ipv4Text, ipv4ToBytes, requireIpv4Number } from './ipv4-address.ts'
export type * from './isakmp-message.ts'
export * from './isakmp-registry.ts'
export { defaultLimits, type WireLimits } from './limits.ts'
export { decodeClearMessage, encodeClearMessage, encodeEncryptedMessage, encodeHeader } from './message.ts'
export type { DecodedPacket, PacketReject } from './packet.ts'
export { decodePayloads, encodePayloadBody, encodePayloads, firstPayloadType } from './payload-chain.ts'
export { payloadNumber } from './payload-codec.ts'
export { nameOf, type Registry } from './registry.ts'
export { decodeUdp, encodeUdp, type UdpDatagram } from './udp.ts'
export { type VendorIds, vendorIds, vendorName } from './vendor-ids.ts'
