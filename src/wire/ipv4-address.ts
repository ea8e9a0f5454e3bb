const dottedQuad = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/** The four octets of a dotted IPv4 address. Throws RangeError on any other text: addresses are checked at the edge. */
export const ipv4ToBytes = (address: string): Uint8Array => {
  if (!dottedQuad.test(address)) throw new RangeError(`'${address}' is no dotted IPv4 address`)
  const [a, b, c, d] = address.split('.')
  return Uint8Array.of(Number(a), Number(b), Number(c), Number(d))
}

/** The dotted form of four octets. Throws RangeError on another number of octets. */
export const bytesToIpv4 = (bytes: Uint8Array): string => {
  if (bytes.length !== 4) throw new RangeError(`an IPv4 address has 4 octets, not ${bytes.length}`)
  return bytes.join('.')
}
