/**
 * The weak and semi-weak keys of DES (RFC 2409 appendix A), with odd parity. Keys are compared without their parity
 * bits, which DES ignores.
 */
const weakKeys: ReadonlySet<bigint> = new Set(
  [
    0x0101010101010101n,
    0x1f1f1f1f0e0e0e0en,
    0xe0e0e0e0f1f1f1f1n,
    0xfefefefefefefefen,
    0x01fe01fe01fe01fen,
    0x1fe01fe00ef10ef1n,
    0x01e001e001f101f1n,
    0x1ffe1ffe0efe0efen,
    0x011f011f010e010en,
    0xe0fee0fef1fef1fen,
    0xfe01fe01fe01fe01n,
    0xe01fe01ff10ef10en,
    0xe001e001f101f101n,
    0xfe1ffe1ffe0efe0en,
    0x1f011f010e010e01n,
    0xfee0fee0fef1fef1n,
  ].map(withoutParity),
)

function withoutParity(key: bigint): bigint {
  return key & 0xfefefefefefefefen
}

/**
 * The DES key of RFC 2409 appendix B: the first eight octets of the keying material that are neither a weak nor a
 * semi-weak key, taken eight at a time. Throws if there are none, which no material that a hash made can bring about.
 */
export const fitDesKey = (material: Uint8Array): Uint8Array => {
  const view = new DataView(material.buffer, material.byteOffset, material.length)
  for (let offset = 0; offset + 8 <= material.length; offset += 8)
    if (!weakKeys.has(withoutParity(view.getBigUint64(offset)))) return material.subarray(offset, offset + 8)
  throw new Error('keying material without a DES key')
}
