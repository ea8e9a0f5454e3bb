import { fromHex } from './bytes.ts'

/**
 * Vendor ids that change what a peer does. Those of NAT traversal are the MD5 of the document's name; the trailing
 * `n` of `draft02n` is the newline that went into the digest of most implementations of draft 2.
 */
export interface VendorIds {
  readonly natT: {
    /** RFC 3947 §3.1: MD5 of `RFC 3947`. */
    readonly rfc3947: Uint8Array
    /** MD5 of `draft-ietf-ipsec-nat-t-ike-07`, `-03`, `-02` and `-02\n`. */
    readonly draft07: Uint8Array
    readonly draft03: Uint8Array
    readonly draft02: Uint8Array
    readonly draft02n: Uint8Array
  }
  /** RFC 3706 §5.1: 14 octets, then major and minor version. */
  readonly dpd: Uint8Array
  /** Cisco Unity: 14 octets of the MD5 of `CISCO-UNITY`, then major and minor version. */
  readonly unity: Uint8Array
  /** Extended authentication, draft-beaulieu-ike-xauth-02 §2: first 8 octets of an MD5. */
  readonly xauth: Uint8Array
  /** Cisco's IKE fragmentation: MD5 of `FRAGMENTATION`, then 4 octets of capabilities, here those of main mode. */
  readonly ciscoFragmentation: Uint8Array
}

export const vendorIds: VendorIds = {
  natT: {
    rfc3947: fromHex('4a131c81070358455c5728f20e95452f'),
    draft07: fromHex('439b59f8ba676c4c7737ae22eab8f582'),
    draft03: fromHex('7d9419a65310ca6f2c179d9215529d56'),
    draft02: fromHex('cd60464335df21f87cfdb2fc68b6a448'),
    draft02n: fromHex('90cb80913ebb696e086381b5ec427b1f'),
  },
  dpd: fromHex('afcad71368a1f1c96b8696fc77570100'),
  unity: fromHex('12f5f28c457168a9702d9fe274cc0100'),
  xauth: fromHex('09002689dfd6b712'),
  ciscoFragmentation: fromHex('4048b7d56ebce88525e7de7f00d6c2d380000000'),
}

/** Octets of an id that name it; what follows is a version or capabilities. */
const known: readonly { readonly name: string; readonly prefix: Uint8Array }[] = [
  { name: 'RFC3947', prefix: vendorIds.natT.rfc3947 },
  { name: 'NAT-T-07', prefix: vendorIds.natT.draft07 },
  { name: 'NAT-T-03', prefix: vendorIds.natT.draft03 },
  { name: 'NAT-T-02', prefix: vendorIds.natT.draft02 },
  { name: 'NAT-T-02n', prefix: vendorIds.natT.draft02n },
  { name: 'DPD', prefix: vendorIds.dpd.subarray(0, 14) },
  { name: 'UNITY', prefix: vendorIds.unity.subarray(0, 14) },
  { name: 'XAUTH', prefix: vendorIds.xauth },
  { name: 'FRAGMENTATION', prefix: vendorIds.ciscoFragmentation.subarray(0, 16) },
]

const startsWith = (data: Uint8Array, prefix: Uint8Array): boolean => {
  if (data.length < prefix.length) return false
  for (let index = 0; index < prefix.length; index++) if (data[index] !== prefix[index]) return false
  return true
}

/** A short name of a vendor id; undefined where it is none of `vendorIds`. */
export const vendorName = (data: Uint8Array): string | undefined =>
  known.find(({ prefix }) => startsWith(data, prefix))?.name
