/** A strict reader and writer of DER (X.690): definite minimal lengths, low tag numbers, no trailing octets, bounded depth. */

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

/** Reads the element at the start of `bytes`; what follows it is left alone. */
const readAt = (bytes: Uint8Array, offset: number): Tlv & { readonly end: number } => {
  const tag = bytes[offset] ?? fail('the encoding is cut short')
  if ((tag & 31) === 31) fail('a tag number above 30')
  const first = bytes[offset + 1] ?? fail('the encoding is cut short')
  let start = offset + 2
  let length = first
  if (first === 0x80) fail('an indefinite length')
  if (first > 0x80) {
    const count = first & 0x7f
    if (count > 4) fail('a length of more than four octets')
    length = 0
    for (let index = 0; index < count; index += 1)
      length = length * 256 + (bytes[start + index] ?? fail('the encoding is cut short'))
    start += count
    if (length < 0x80 || bytes[offset + 2] === 0) fail('a length that is not minimal')
  }
  const end = start + length
  if (end > bytes.length) fail(`an element of ${length} octets where ${bytes.length - start} are left`)
  return { tag, der: bytes.subarray(offset, end), content: bytes.subarray(start, end), end }
}

/** The single element that `bytes` must be. */
export const readDer = (bytes: Uint8Array, tag?: number): Tlv => {
  const element = readAt(bytes, 0)
  if (element.end !== bytes.length) fail(`${bytes.length - element.end} octets after the end`)
  if (tag !== undefined && element.tag !== tag) fail(`tag ${element.tag} where ${tag} was expected`)
  return element
}

/** The elements of a constructed one. */
export const children = (element: Tlv): readonly Tlv[] => {
  const out: Tlv[] = []
  for (let offset = 0; offset < element.content.length; ) {
    const child = readAt(element.content, offset)
    out.push(child)
    offset = child.end
  }
  return out
}

const lengthOctets = (length: number): number[] => {
  if (length < 0x80) return [length]
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 255)
  return [0x80 | octets.length, ...octets]
}

/** Writes one element around its contents. */
export const der = (tag: number, ...contents: readonly Uint8Array[]): Uint8Array => {
  const length = contents.reduce((sum, part) => sum + part.length, 0)
  const head = [tag, ...lengthOctets(length)]
  const out = new Uint8Array(head.length + length)
  out.set(head)
  let offset = head.length
  for (const part of contents) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}

export const oidToBytes = (oid: string): Uint8Array => {
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
  const arcs: number[] = []
  let arc = 0
  for (const octet of bytes) {
    arc = arc * 128 + (octet & 127)
    if (arc > Number.MAX_SAFE_INTEGER / 128) fail('an object identifier with a huge arc')
    if ((octet & 128) === 0) {
      arcs.push(arc)
      arc = 0
    }
  }
  const [first = fail('an empty object identifier'), ...rest] = arcs
  const top = Math.min(Math.floor(first / 40), 2)
  return [top, first - top * 40, ...rest].join('.')
}
