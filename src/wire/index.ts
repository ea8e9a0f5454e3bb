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
export { decodeHeader, headerLength, isEncrypted } from './header.ts'
export * from './ipsec-registry.ts'
export { bytesToIpv4, ipv4ToBytes } from './ipv4-address.ts'
export type * from './isakmp-message.ts'
export * from './isakmp-registry.ts'
export { defaultLimits, type WireLimits } from './limits.ts'
export { decodeClearMessage, encodeClearMessage, encodeEncryptedMessage, encodeHeader } from './message.ts'
export { decodePayloads, encodePayloadBody, encodePayloads, firstPayloadType } from './payload-chain.ts'
export { payloadNumber } from './payload-codec.ts'
export { nameOf, type Registry } from './registry.ts'
export { type VendorIds, vendorIds, vendorName } from './vendor-ids.ts'
