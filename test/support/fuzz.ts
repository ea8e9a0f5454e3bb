import { type RandomSource, seededRandom } from '../../src/net/index.ts'

/** What a fuzz run is about: any engine that takes datagrams. */
interface FuzzTarget {
  /** Hands a datagram to the engine. An exception ends the run with the seed and the octets. */
  readonly receive: (bytes: Uint8Array) => void
  /**
   * What must not change, compared by identity item by item after every datagram: live sessions, say.
   */
  readonly snapshot: () => readonly unknown[]
  /** Recorded datagrams that mutants are made of. */
  readonly seeds: readonly Uint8Array[]
}

interface FuzzSettings {
  readonly seed: number
  readonly count: number
  /** The longest mutant in octets. */
  readonly maxLength?: number
}

const defaultMaxLength = 2048

/** Numbers that lengths, counts and types are compared with. */
const interesting = [0, 1, 2, 3, 4, 5, 7, 8, 0x0f, 0x10, 0x1f, 0x20, 0x7f, 0x80, 0x84, 0xfe, 0xff]

const below = (random: RandomSource, end: number): number => Math.floor(random() * end)

const pick = <T>(random: RandomSource, from: readonly T[]): T => {
  const one = from[below(random, from.length)]
  if (one === undefined) throw new Error('nothing to pick from')
  return one
}

type Mutation = (bytes: Uint8Array, random: RandomSource, seeds: readonly Uint8Array[]) => Uint8Array

const flipBits: Mutation = (bytes, random) => {
  const out = bytes.slice()
  for (let count = 1 + below(random, 4); count > 0 && out.length > 0; count -= 1) {
    const at = below(random, out.length)
    out[at] = (out[at] ?? 0) ^ (1 << below(random, 8))
  }
  return out
}

const setOctet: Mutation = (bytes, random) => {
  const out = bytes.slice()
  if (out.length > 0) out[below(random, out.length)] = pick(random, interesting)
  return out
}

const truncate: Mutation = (bytes, random) => bytes.slice(0, below(random, bytes.length + 1))

const extend: Mutation = (bytes, random) => {
  const more = 1 + below(random, 64)
  const out = new Uint8Array(bytes.length + more)
  out.set(bytes)
  for (let index = bytes.length; index < out.length; index += 1) out[index] = below(random, 256)
  return out
}

/** The head of one and the tail of another. */
const splice: Mutation = (bytes, random, seeds) => {
  const other = pick(random, seeds)
  const head = bytes.subarray(0, below(random, bytes.length + 1))
  const tail = other.subarray(below(random, other.length + 1))
  const out = new Uint8Array(head.length + tail.length)
  out.set(head)
  out.set(tail, head.length)
  return out
}

/** Moves a stretch of octets to another place: payloads change their order. */
const swap: Mutation = (bytes, random) => {
  const out = bytes.slice()
  const length = below(random, Math.max(1, out.length >> 2))
  const [from, to] = [below(random, out.length - length + 1), below(random, out.length - length + 1)]
  const stretch = bytes.slice(from, from + length)
  out.copyWithin(from, to, to + length)
  out.set(stretch, to)
  return out
}

const noise: Mutation = (bytes, random) =>
  Uint8Array.from({ length: below(random, bytes.length + 1) }, () => below(random, 256))

/** Another length in a field of two octets. */
const lieAboutLength: Mutation = (bytes, random) => {
  const out = bytes.slice()
  if (out.length < 2) return out
  const at = below(random, out.length - 1)
  const value = pick(random, [0, 1, 3, 4, out.length & 0xffff, (out.length - at) & 0xffff, 0x7fff, 0x8000, 0xffff])
  out[at] = value >>> 8
  out[at + 1] = value & 255
  return out
}

const mutations: readonly Mutation[] = [
  flipBits,
  flipBits,
  setOctet,
  setOctet,
  truncate,
  extend,
  splice,
  swap,
  noise,
  lieAboutLength,
]

const lengthOffset = 24

/** Both versions of IKE have the length of the message at one place. Without it every mutant would end there. */
const withRightLength = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length < lengthOffset + 4) return bytes
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(lengthOffset, bytes.length)
  return bytes
}

/** A mutant of one of the seeds; three in four have the right length in their header. */
export const mutantOf = (
  seeds: readonly Uint8Array[],
  random: RandomSource,
  maxLength: number = defaultMaxLength,
): Uint8Array => {
  let bytes: Uint8Array = pick(random, seeds).slice()
  for (let count = 1 + below(random, 3); count > 0; count -= 1) bytes = pick(random, mutations)(bytes, random, seeds)
  bytes = bytes.slice(0, maxLength)
  return random() < 0.75 ? withRightLength(bytes) : bytes
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/**
 * Sends `count` mutants of the seeds to an engine and checks after each that what the snapshot shows is what it was.
 * The same settings send the same datagrams. Throws at the first datagram that makes the engine throw, or changes it.
 */
export const fuzzEndpoint = (target: FuzzTarget, settings: FuzzSettings): void => {
  const random = seededRandom(settings.seed)
  const known = new Set(target.seeds.map(hex))
  const { count, maxLength = defaultMaxLength } = settings
  let sent = 0
  while (sent < count) {
    const bytes = mutantOf(target.seeds, random, maxLength)
    // A mutation may undo another, or do nothing: what is left is an honest message.
    if (known.has(hex(bytes))) continue
    const before = target.snapshot()
    try {
      target.receive(bytes)
    } catch (error) {
      throw new Error(`datagram ${sent} of seed ${settings.seed} makes the engine throw: ${hex(bytes)}`, {
        cause: error,
      })
    }
    sent += 1
    const after = target.snapshot()
    if (before.length !== after.length || before.some((item, index) => item !== after[index]))
      throw new Error(`datagram ${sent} of seed ${settings.seed} changes what is not its own: ${hex(bytes)}`)
  }
}
