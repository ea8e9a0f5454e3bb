const dot = 46
const zero = 48
const nine = 57

/**
 * The four octets of a dotted IPv4 address. Throws RangeError on any other text, leading zeros included, which some
 * read as octal: addresses are checked at the edge.
 */
export const ipv4ToBytes = (address: string): Uint8Array => {
  const bytes = new Uint8Array(4)
  let octets = 0
  for (let at = 0; octets < 4; at += 1, octets += 1) {
    const start = at
    let value = 0
    for (let code = address.charCodeAt(at); code >= zero && code <= nine; code = address.charCodeAt(at)) {
      value = value * 10 + code - zero
      at += 1
    }
    const digits = at - start
    const leadingZero = digits > 1 && address.charCodeAt(start) === zero
    const ends = octets === 3 ? at === address.length : address.charCodeAt(at) === dot
    if (digits === 0 || digits > 3 || value > 255 || leadingZero || !ends) break
    bytes[octets] = value
  }
  if (octets < 4) throw new RangeError(`'${address}' is no dotted IPv4 address`)
  return bytes
}

/** The dotted form of four octets. Throws RangeError on another number of octets. */
export const bytesToIpv4 = (bytes: Uint8Array): string => {
  if (bytes.length !== 4) throw new RangeError(`an IPv4 address has 4 octets, not ${bytes.length}`)
  return bytes.join('.')
}
