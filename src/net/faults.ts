import type { Interceptor } from './virtual-network.ts'

/** Numbers in [0, 1), the same for the same seed. Not for keys. */
export type RandomSource = () => number

/** Marsaglia's xorshift on 32 bits. `seed` is an integer; all that differ in their low 32 bits give other numbers. */
export function seededRandom(seed: number): RandomSource {
  // Zero is the one state that xorshift cannot leave; the multiplication spreads neighbouring seeds.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** How likely, from 0 to 1, a datagram is lost, doubled, held back or altered in one octet. */
export interface FaultSettings {
  readonly seed: number
  readonly drop?: number
  readonly duplicate?: number
  readonly delay?: number
  /** The longest that a datagram is held back, in milliseconds. */
  readonly maxDelay?: number
  readonly alter?: number
}

/** An interceptor that treats datagrams as a bad network does; the same seed and traffic meet the same faults. */
export function faults(settings: FaultSettings): Interceptor {
  const { seed, drop = 0, duplicate = 0, delay = 0, maxDelay = 1000, alter = 0 } = settings
  const random = seededRandom(seed)
  return (datagram) => {
    if (random() < drop) return []
    const copies = random() < duplicate ? 2 : 1
    return Array.from({ length: copies }, () => ({
      datagram: random() < alter ? { ...datagram, bytes: alterOneOctet(datagram.bytes, random) } : datagram,
      delay: random() < delay ? random() * maxDelay : 0,
    }))
  }
}

function alterOneOctet(bytes: Uint8Array, random: RandomSource): Uint8Array {
  const at = Math.floor(random() * bytes.length)
  const change = 1 + Math.floor(random() * 255)
  return bytes.map((octet, index) => (index === at ? octet ^ change : octet))
}
