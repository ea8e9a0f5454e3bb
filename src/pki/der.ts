/**
 * A strict reader and writer of DER (X.690): definite minimal lengths, low tag numbers, no trailing octets, minimal
 * INTEGERs and object identifiers, BOOLEANs of 00 or FF, bounded size and depth. Two rules of DER are not enforced,
 * because certificates in use break them and no check depends on them: a SET may stand unsorted, a default spelled out.
 */

export interface Tlv {
  readonly tag: number
  /** The whole encoding, and its contents. Both alias the input. */
  readonly der: Uint8Array
  readonly content: Uint8Array
}

export class DerError extends Error {}

const fail = (detail: string): never => {
  throw new DerError(detail)
}

/** Deeper than any structure of X.509 goes. */
const maxDepth = 32
const constructed = 0x20
const universal = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  null: 5,
  oid: 6,
  enumerated: 10,
  sequence: 0x30,
  set: 0x31,
} as const

/** Where the contents of an element stand. */
interface Extent {
  readonly tag: number
  readonly start: number
  readonly end: number
}

const octetAt = (bytes: Uint8Array, at: number, limit: number): number =>
  (at < limit ? bytes[at] : undefined) ?? fail('the encoding is cut short')

/** The element at `offset`, which must end by `limit`; what follows it is left alone. */
const extentAt = (bytes: Uint8Array, offset: number, limit: number): Extent => {
  const tag = octetAt(bytes, offset, limit)
  if ((tag & 31) === 31) fail('a tag number above 30')
  const first = octetAt(bytes, offset + 1, limit)
  let start = offset + 2
  let length = first
  if (first === 0x80) fail('an indefinite length')
  if (first > 0x80) {
    const count = first & 0x7f
    if (count > 4) fail('a length of more than four octets')
    length = 0
    for (let index = 0; index < count; index += 1) length = length * 256 + octetAt(bytes, start + index, limit)
    start += count
    if (length < 0x80 || bytes[offset + 2] === 0) fail('a length that is not minimal')
  }
  const end = start + length
  if (end > limit) fail(`an element of ${length} octets where ${limit - start} are left`)
  return { tag, start, end }
}

/** An element of `bytes`. Its views are made when they are asked for: they cost more than the reading. */
class Element implements Tlv {
  readonly tag: number
  readonly bytes: Uint8Array
  readonly offset: number
  readonly start: number
  readonly end: number

  constructor(bytes: Uint8Array, offset: number, { tag, start, end }: Extent) {
    this.bytes = bytes
    this.offset = offset
    this.tag = tag
    this.start = start
    this.end = end
  }

  get der(): Uint8Array {
    return this.bytes.subarray(this.offset, this.end)
  }

  get content(): Uint8Array {
    return this.bytes.subarray(this.start, this.end)
  }
}

const checkInteger = (content: Uint8Array): void => {
  const [first, second = 0] = content
  if (first === undefined) fail('an empty INTEGER')
  if (content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    fail('an INTEGER that is not minimal')
}

const checkBitString = (content: Uint8Array): void => {
  const unused = content[0] ?? fail('an empty BIT STRING')
  if (unused > 7 || (unused > 0 && content.length === 1)) fail(`a BIT STRING with ${unused} unused bits`)
  if (unused > 0 && ((content.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0)
    fail('a BIT STRING whose unused bits are not zero')
}

const checkOid = (content: Uint8Array): void => {
  if (content.length === 0) fail('an empty object identifier')
  if (((content.at(-1) ?? 0) & 0x80) !== 0) fail('an object identifier that is cut short')
  content.forEach((octet, index) => {
    if (octet === 0x80 && (index === 0 || ((content[index - 1] ?? 0) & 0x80) === 0))
      fail('an object identifier that is not minimal')
  })
}

/** The rules for the contents of a universal type; other classes are the business of whoever knows their type. */
const checkUniversal = (tag: number, content: Uint8Array): void => {
  switch (tag) {
    case universal.boolean:
      if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) fail('a BOOLEAN that is neither 00 nor FF')
      break
    case universal.integer:
    case universal.enumerated:
      checkInteger(content)
      break
    case universal.bitString:
      checkBitString(content)
      break
    case universal.null:
      if (content.length > 0) fail('a NULL with contents')
      break
    case universal.oid:
      checkOid(content)
      break
    case 0:
      fail('a tag of 0')
      break
    default:
      if ((tag & 0xc0) === 0 && tag !== universal.sequence && tag !== universal.set && (tag & constructed) !== 0)
        fail(`a constructed encoding of tag ${tag & 31}`)
  }
}

const noContent = new Uint8Array(0)

/**
 * Walks everything inside; costs O(n), for every octet belongs to one header or one primitive value. Makes no view of
 * what it only walks through: views cost more than the checks.
 */
const checkInside = (bytes: Uint8Array, { tag, start, end }: Extent, depth: number): void => {
  const isPrimitive = (tag & constructed) === 0
  checkUniversal(tag, isPrimitive && tag <= universal.enumerated ? bytes.subarray(start, end) : noContent)
  if (isPrimitive) return
  if (depth === maxDepth) fail(`more than ${maxDepth} levels`)
  for (let offset = start; offset < end; ) {
    const child = extentAt(bytes, offset, end)
    checkInside(bytes, child, depth + 1)
    offset = child.end
  }
}

/**
 * The single element that `bytes` must be, checked to its innermost value: those who read its parts find nothing that
 * is not DER. Throws DerError, as everything of this file that reads.
 */
export const readDer = (bytes: Uint8Array, tag?: number): Tlv => {
  const extent = extentAt(bytes, 0, bytes.length)
  const { end } = extent
  if (end !== bytes.length) fail(`${bytes.length - end} octets after the end`)
  if (tag !== undefined && extent.tag !== tag) fail(`tag ${extent.tag} where ${tag} was expected`)
  checkInside(bytes, extent, 0)
  return new Element(bytes, 0, extent)
}

/** The elements of a constructed one. */
export const children = (element: Tlv): readonly Tlv[] => {
  if ((element.tag & constructed) === 0) fail(`tag ${element.tag} has no parts`)
  const { bytes, start, end }: Omit<Extent, 'tag'> & { readonly bytes: Uint8Array } =
    element instanceof Element ? element : { bytes: element.content, start: 0, end: element.content.length }
  const out: Tlv[] = []
  for (let offset = start; offset < end; ) {
    const child = new Element(bytes, offset, extentAt(bytes, offset, end))
    out.push(child)
    offset = child.end
  }
  return out
}

/** The element, if it is there and of this tag. */
export const need = (element: Tlv | undefined, tag: number, what: string): Tlv =>
  element?.tag === tag ? element : fail(`${what} is missing or of another type`)

/** Octets of a length that does not fit the first one. */
const moreLengthOctets = (length: number): number => {
  let count = 0
  for (let rest = length < 0x80 ? 0 : length; rest > 0; rest = Math.floor(rest / 256)) count += 1
  return count
}

/** Writes one element around its contents. */
export const der = (tag: number, ...contents: readonly Uint8Array[]): Uint8Array => {
  let length = 0
  for (const part of contents) length += part.length
  const more = moreLengthOctets(length)
  const out = new Uint8Array(2 + more + length)
  out[0] = tag
  out[1] = more === 0 ? length : 0x80 | more
  for (let rest = length, at = 1 + more; at > 1; at -= 1, rest = Math.floor(rest / 256)) out[at] = rest
  let offset = 2 + more
  for (const part of contents) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}

/** An INTEGER from unsigned hexadecimal digits, minimal. */
export const integerFromHex = (hex: string): Uint8Array => {
  const digits = hex.replace(/^0+(?=.)/, '')
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return (octets[0] ?? 0) >= 0x80 ? der(universal.integer, Uint8Array.of(0), octets) : der(universal.integer, octets)
}

/** Throws TypeError where that is no dotted OID. */
export const oidToBytes = (oid: string): Uint8Array => {
  if (!/^[0-2](?:\.\d+)+$/.test(oid)) throw new TypeError(`${oid} is no OID`)
  const [a = 0, b = 0, ...rest] = oid.split('.').map(Number)
  const out: number[] = []
  for (const arc of [a * 40 + b, ...rest]) {
    const septets = [arc & 127]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) septets.unshift((left & 127) | 128)
    out.push(...septets)
  }
  return Uint8Array.from(out)
}

export const bytesToOid = (bytes: Uint8Array): string => {
  let dotted = ''
  let arc = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const octet = bytes[at] ?? 0
    arc = arc * 128 + (octet & 127)
    if (arc > Number.MAX_SAFE_INTEGER / 128) fail('an object identifier with a huge arc')
    if ((octet & 128) !== 0) continue
    const top = Math.min(Math.floor(arc / 40), 2)
    dotted = dotted === '' ? `${top}.${arc - top * 40}` : `${dotted}.${arc}`
    arc = 0
  }
  return dotted === '' ? fail('an empty object identifier') : dotted
}

/** Runs a reader; what it throws about the encoding becomes a value. */
export const attempt = <T>(
  read: () => T,
  code: string,
):
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reject: { readonly code: string; readonly detail: string } } => {
  try {
    return { ok: true, value: read() }
  } catch (error) {
    if (error instanceof DerError) return { ok: false, reject: { code, detail: error.message } }
    throw error
  }
}
