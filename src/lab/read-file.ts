import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { maxConfigurationBytes } from '../ios/index.ts'
import { InputError } from './input-error.ts'

/** The file descriptor of standard input. */
const standardInput = 0

/** `octets`: of the whole file; null where it has no size, as a pipe or a device. */
export const tooLarge = (file: string, octets: number | null): InputError =>
  new InputError({
    file,
    message:
      octets === null
        ? `this goes on after ${maxConfigurationBytes / 1_048_576} MiB`
        : `the file has ${(octets / 1e6).toFixed(0)} MB`,
    remedy: `a configuration has at most ${maxConfigurationBytes / 1_048_576} MiB: is this the right file?`,
  })

/** Every second octet is zero: Latin text in UTF-16 without a byte order mark. */
const looksLikeUtf16 = (octets: Buffer): boolean => {
  const pairs = Math.min(octets.length >> 1, 64)
  for (let pair = 0; pair < pairs; pair += 1) if (octets[2 * pair] === 0 || octets[2 * pair + 1] !== 0) return false
  return pairs > 0
}

/** UTF-8, or UTF-16 where a byte order mark or its zeros say so, as Windows saves the output of some terminals. */
const decode = (octets: Buffer): string => {
  if (octets[0] === 0xff && octets[1] === 0xfe) return octets.subarray(2).toString('utf16le')
  if (octets[0] === 0xfe && octets[1] === 0xff)
    return octets
      .subarray(2, octets.length - (octets.length % 2))
      .swap16()
      .toString('utf16le')
  return octets.toString(looksLikeUtf16(octets) ? 'utf16le' : 'utf8')
}

const chunk = 65_536

/** What a descriptor gives, to its end; a device may have none, so no more is read than a configuration can have. */
const contentsOf = (descriptor: number, file: string): Buffer => {
  const parts: Buffer[] = []
  let length = 0
  for (;;) {
    const part = Buffer.allocUnsafe(chunk)
    const count = readSync(descriptor, part)
    if (count === 0) return Buffer.concat(parts)
    parts.push(part.subarray(0, count))
    length += count
    if (length > maxConfigurationBytes) throw tooLarge(file, null)
  }
}

const octetsOf = (file: string): Buffer => {
  if (file === '-') return contentsOf(standardInput, file)
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    if (size > maxConfigurationBytes) throw tooLarge(file, size)
    return contentsOf(descriptor, file)
  } finally {
    closeSync(descriptor)
  }
}

/** The text of a file; `-` is standard input. Throws InputError where it cannot be read or is larger than any configuration. */
export const readText = (file: string): string => {
  try {
    return decode(octetsOf(file))
  } catch (error) {
    if (error instanceof InputError) throw error
    const { code } = error as NodeJS.ErrnoException
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EACCES: 'the file may not be read',
      EISDIR: 'this is a folder',
    }
    throw new InputError({
      file,
      message: reasons[code ?? ''] ?? `the file cannot be read (${code})`,
      remedy: 'name a readable file',
    })
  }
}
