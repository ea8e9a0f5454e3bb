import type { SourceRef } from '../../trace/index.ts'
import type { CertificateChainSection } from '../configuration.ts'
import { anything, type CommandForms, commandForms } from './command.ts'
import type { Context, RawReader } from './context.ts'
import { type Draft, draft } from './draft.ts'
import { type Kind, word } from './kinds.ts'
import type { Line } from './line.ts'
import { type Table, table } from './mode.ts'

/** `crypto pki certificate chain NAME` (ios-semantics §3.7). */

type Chain = Draft<CertificateChainSection>
type CertificateKind = CertificateChainSection['certificates'][number]['kind']

const { command, notModelled }: CommandForms<Chain> = commandForms<Chain>()
/** Larger than any certificate that a router stores; a section past it is no certificate. */
const MAX_DER = 1 << 20

export function chainDraft(trustpoint: string, at: SourceRef): Chain {
  return draft<CertificateChainSection>({ trustpoint, at, certificates: [], elsewhere: [] })
}

/** The size that the outer SEQUENCE announces, header included; undefined when the bytes begin no certificate. */
export function announcedSize(bytes: ArrayLike<number>): number | undefined {
  if (bytes[0] !== 0x30) return undefined
  const first = bytes[1] ?? 0
  if (first < 0x80) return 2 + first
  const count = first & 0x7f
  if (count === 0 || count > 4 || bytes.length < 2 + count) return undefined
  let size = 0
  for (let index = 0; index < count; index += 1) size = size * 256 + (bytes[2 + index] ?? 0)
  return 2 + count + size
}

/** Reads the hexadecimal lines after `certificate …` up to `quit`. */
function hexReader(chain: Chain, kind: CertificateKind, serial: string, context: Context): RawReader {
  const { at } = context
  const bytes: number[] = []
  let nibble = -1
  let last: SourceRef = at
  let broken = false

  function fail(message: string, expected: string, where: SourceRef, column: number): void {
    broken = true
    const remedy = `copy the certificate of line ${at.line} again, from "certificate" to "quit" (show running-config)`
    context.fail({ message, expected, remedy }, where, column)
  }

  /** `show running-config brief` leaves the bytes out. */
  function isBare(): boolean {
    return !broken && bytes.length === 0 && nibble < 0
  }

  function close(): void {
    if (broken) return
    if (isBare()) {
      chain.value.elsewhere.push({ kind, serial, at })
      return
    }
    const column = Math.max(1, last.text.trimEnd().length)
    const size = announcedSize(bytes)
    const here = bytes.length
    if (nibble >= 0) fail('an odd number of hexadecimal digits', 'two digits for each byte', last, column)
    else if (size === undefined)
      fail('these bytes begin no certificate', 'a DER SEQUENCE (its first byte is 30)', at, at.text.search(/\S/) + 1)
    else if (size > here)
      fail(
        `the certificate is cut short: ${here} of its ${size} bytes are here`,
        `${size - here} more bytes before "quit"`,
        last,
        column,
      )
    else if (size < here)
      fail(`${here - size} bytes too many after the certificate's ${size}`, `"quit" after ${size} bytes`, last, column)
    else chain.value.certificates.push({ kind, serial, der: Uint8Array.from(bytes), at })
  }

  function takeDigits(line: Line): void {
    for (let index = 0; index < line.words.length; index += 1) {
      const text = line.words[index] ?? ''
      for (let offset = 0; offset < text.length; offset += 1) {
        const digit = Number.parseInt(text[offset] ?? '', 16)
        if (Number.isNaN(digit)) {
          const column = (line.starts[index] ?? 0) + offset + 1
          fail(`"${text[offset]}" is no hexadecimal digit`, 'hexadecimal digits, or "quit"', context.at, column)
          return
        }
        if (nibble < 0) nibble = digit
        else {
          bytes.push(nibble * 16 + digit)
          nibble = -1
        }
      }
    }
  }

  return {
    take: (line) => {
      const [first] = line.words
      if (first === undefined) return 'more'
      if (first.toLowerCase() === 'quit') {
        close()
        return 'done'
      }
      const command = /^(?:!|crypto$|certificate$|end$|exit$|interface$)/i.test(first)
      if (command || (isBare() && !line.words.every((text) => /^[0-9a-f]+$/i.test(text)))) {
        if (isBare()) close()
        else if (!broken)
          fail(
            'the certificate has no end',
            'more hexadecimal digits, or "quit"',
            context.at,
            (line.starts[0] ?? 0) + 1,
          )
        return 'not-mine'
      }
      if (!broken) {
        if (bytes.length > MAX_DER)
          fail('this is too long for a certificate', `at most ${MAX_DER} bytes`, context.at, 1)
        else takeDigits(line)
        last = context.at
      }
      return 'more'
    },
    end: () => {
      if (isBare()) close()
      else if (!broken)
        fail(
          'the text ends inside a certificate',
          'more hexadecimal digits, or "quit"',
          last,
          Math.max(1, last.text.trimEnd().length),
        )
    },
  }
}

const serial: Kind<string> = {
  ...word('a serial number in hexadecimal'),
  read: (text) => (/^[0-9A-Fa-f]{1,80}$/.test(text) ? text.toUpperCase() : undefined),
}

const forms: readonly (readonly [words: string, kind: CertificateKind])[] = [
  ['', 'identity'],
  ['ca ', 'ca'],
  ['self-signed ', 'self-signed'],
  ['ca rollover ', 'other'],
  ['rollover ', 'other'],
  ['ra-encrypt ', 'other'],
  ['ra-general ', 'other'],
  ['ra-sign ', 'other'],
]

export const certificateChainTable: Table<Chain> = table('crypto pki certificate chain', 'not-modelled', [
  ...forms.map(([words, kind]) =>
    command(
      `certificate ${words}<serial>` as 'certificate <serial>',
      { serial },
      'a certificate in hexadecimal',
      (chain, values, context) => context.readRaw(hexReader(chain, kind, values.serial, context)),
    ),
  ),
  ...forms.map(([words, kind]) =>
    notModelled(
      `certificate ${words}<serial> <file>` as 'certificate <serial> <file>',
      { serial, file: word('a file such as nvram:CA1#2.cer') },
      'the certificate is in a file of the router, not in this text',
      (chain, values, { at }) => chain.value.elsewhere.push({ kind, serial: values.serial, at }),
    ),
  ),
  notModelled('crl <rest>', { rest: anything }, 'a revocation list'),
])
