const dot = 46
const zero = 48

/**
 * The 32 bits of a dotted IPv4 address as a number, 0 to 2³²−1; undefined where the text is none. Leading zeros are
 * refused: some readers take them for octal. Asked for every packet, every route and every decision.
 */
export const ipv4Number = (address: string): number | undefined => {
  let number = 0
  let octet = -1
  let dots = 0
  for (let at = 0; at < address.length; at += 1) {
    const code = address.charCodeAt(at)
    const digit = code - zero
    if (digit >= 0 && digit <= 9 && octet !== 0) {
      octet = octet < 0 ? digit : octet * 10 + digit
      if (octet > 255) return undefined
    } else if (code === dot && octet >= 0 && dots < 3) {
      number = number * 256 + octet
      octet = -1
      dots += 1
    } else return undefined
  }
  return dots === 3 && octet >= 0 ? number * 256 + octet : undefined
}

/** The four octets of a dotted IPv4 address. Throws RangeError on any other text: addresses are checked at the edge. */
export const ipv4ToBytes = (address: string): Uint8Array => {
  const number = requireIpv4Number(address)
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number)
}

/** As {@link ipv4Number}. Throws RangeError on a text that is none: addresses are checked at the edge. */
export const requireIpv4Number = (address: string): number => {
  const number = ipv4Number(address)
  if (number === undefined) throw new RangeError(`'${address}' is no dotted IPv4 address`)
  return number
}

/** The dotted form of the low 32 bits of a number. */
export const ipv4Text = (number: number): string =>
  `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`

/** The dotted form of four octets. Throws RangeError on another number of octets. */
export const bytesToIpv4 = (bytes: Uint8Array): string => {
  if (bytes.length !== 4) throw new RangeError(`an IPv4 address has 4 octets, not ${bytes.length}`)
  return bytes.join('.')
}
