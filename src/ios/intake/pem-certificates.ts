import { announcedSize } from '../config/certificate-chain.ts'

/** A certificate in PEM as a router printed it. Lines count from 1. */
export interface PemCertificate {
  /** As its heading says; `other`: none that signs or validates in IKE; null: no heading says it. */
  readonly kind: 'identity' | 'ca' | 'other' | null
  /** As the heading or the command above names it; null: neither does. */
  readonly trustpoint: string | null
  readonly from: number
  readonly to: number
  readonly der: Uint8Array
}

/** Why a block is no certificate; columns count from 1. */
interface PemFault {
  readonly line: number
  readonly column: number
  readonly text: string
  readonly message: string
  readonly remedy: string
}

/** Certificates in PEM, in the order in which they stand. */
export interface PemCertificates {
  readonly certificates: readonly PemCertificate[]
  /** Trustpoints of which the router says that it has no certificate of its own. */
  readonly notEnrolled: readonly string[]
  readonly faults: readonly PemFault[]
  /** Lines that were not understood. */
  readonly odd: readonly number[]
}

const begin = /^-----BEGIN CERTIFICATE-----$/
const end = /^-----END CERTIFICATE-----$/
const trustpointHeading = /^-{2,} ?Trustpoint ?: ?(\S+?) ?-{2,80}$/i
const exportCommand = /^cry\w*\s+(?:pki|ca)\s+exp\w*\s+(\S+)\s+pem\b/i
const showCommand = /^(?:do\s+)?sh\w*\s+cry\w*\s+(?:pki|ca)\s+cert\w*\s+(?:pem\s+)?(?!pem\b)([^\s|]+)/i
const kindHeading = /^% ?(.*certificate) ?:$/i
const notEnrolled = /^% ?The specified trustpoint is not enrolled \((.+)\)\.?$/i
/** What else stands between the blocks: which key was exported, and that only the CA's certificate is. */
const passedOver = /^(?:%|(?:Usage|Key data|Key name):)/i

/** `% General Purpose Certificate:`: what the words in front of the colon say. */
const kindOf = (words: string): PemCertificate['kind'] => {
  if (/rollover|shadow|encryption|\bRA\b/i.test(words)) return 'other'
  if (/\bCA\b/i.test(words)) return 'ca'
  return /^(?:general[ -]purpose|signature|router|identity|device)?\s*certificate$/i.test(words) ? 'identity' : null
}

/** The trustpoint that a command or a headline asks for; null where it asks for all, or asks something else. */
const askedFor = (command: string): string | null =>
  exportCommand.exec(command)?.[1] ?? showCommand.exec(command)?.[1] ?? null

/** Whether a line begins certificates in PEM, or says of which trustpoint they are. */
export const beginsPem = (line: string): boolean => {
  const text = line.trim()
  switch (text[0]) {
    case '-':
      return begin.test(text) || trustpointHeading.test(text)
    case '%':
      return notEnrolled.test(text) || kindOf(kindHeading.exec(text)?.[1] ?? '') !== null
    case 'c':
      return exportCommand.test(text)
    default:
      return false
  }
}

/** A block whose end was not seen. */
interface Block {
  readonly from: number
  readonly text: string
  base64: string
  /** The last line of it. */
  last: number
  lastText: string
  broken: boolean
}

const remedyOf = ({ from }: Pick<Block, 'from'>): string =>
  `copy the block of line ${from} again, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----`

/**
 * Reads what `crypto pki export TRUSTPOINT pem terminal …` and `show crypto pki certificates pem` print. `first`: the number of
 * the first line; `command`: what asked for it, where that is known. Never fails: what is wrong with a block is told by its line,
 * and the others are read. O(characters).
 *
 * Certain, as devices have printed them: `% CA certificate:`, `% Self-signed CA certificate:`, `% General Purpose Certificate:`,
 * `------Trustpoint: NAME------` and `% The specified trustpoint is not enrolled (NAME).` Not certain: what stands above a
 * certificate for signatures or encryption alone, above that of a rollover, and whether each block of the `show` command has
 * such a line; words in front of `certificate:` are taken by their sense, and without them the certificate tells.
 */
export const readPemCertificates = (
  lines: readonly string[],
  first: number,
  command: string | null,
): PemCertificates => {
  const certificates: PemCertificate[] = []
  const without: string[] = []
  const faults: PemFault[] = []
  const odd: number[] = []
  let trustpoint = command === null ? null : askedFor(command)
  let kind: PemCertificate['kind'] = null
  let open: Block | null = null
  const fault = (block: Block, line: number, column: number, text: string, message: string): void => {
    if (!block.broken) faults.push({ line, column, text, message, remedy: remedyOf(block) })
    block.broken = true
  }
  const cutShort = (block: Block): void =>
    fault(
      block,
      block.last,
      Math.max(1, block.lastText.trimEnd().length),
      block.lastText,
      `the certificate of line ${block.from} is cut short: more base64 was expected here, or -----END CERTIFICATE-----`,
    )
  const close = (block: Block, to: number): void => {
    if (block.broken) return
    const der = Buffer.from(block.base64, 'base64')
    const size = announcedSize(der)
    const at = [block, block.from, 1, block.text] as const
    if (block.base64.length % 4 !== 0 || /=[^=]|={3}/.test(block.base64))
      fault(...at, `this is no base64: ${block.base64.length} digits, of which every four make three bytes`)
    else if (size === undefined)
      fault(...at, 'these bytes begin no certificate: a DER SEQUENCE was expected, which begins with MII in base64')
    else if (size > der.length)
      fault(...at, `the certificate is cut short: ${der.length} of its ${size} bytes are here`)
    else if (size < der.length) fault(...at, `the certificate has ${size} bytes, and ${der.length} are here`)
    else certificates.push({ kind, trustpoint, from: block.from, to, der: Uint8Array.from(der) })
  }
  const take = (block: Block, line: string, text: string, number: number): void => {
    const at = text.search(/[^A-Za-z0-9+/=]/)
    if (at >= 0)
      fault(block, number, line.search(/\S/) + at + 1, line, `"${text[at]}" is no digit of base64: A-Z a-z 0-9 + / =`)
    block.base64 += text
    block.last = number
    block.lastText = line
  }
  for (const [index, line] of lines.entries()) {
    const text = line.trim()
    const number = first + index
    if (text === '') continue
    if (open && end.test(text)) {
      close(open, number)
      open = null
      kind = null
      continue
    }
    if (open && !/^(?:-{2,}|%)/.test(text)) {
      take(open, line, text, number)
      continue
    }
    if (open) cutShort(open)
    open = null
    const named = trustpointHeading.exec(text)?.[1] ?? exportCommand.exec(text)?.[1]
    const unenrolled = notEnrolled.exec(text)?.[1]
    const words = kindHeading.exec(text)?.[1]
    if (begin.test(text)) open = { from: number, text: line, base64: '', last: number, lastText: line, broken: false }
    else if (named !== undefined) trustpoint = named
    else if (unenrolled !== undefined) without.push(unenrolled)
    else if (words !== undefined) kind = kindOf(words)
    else if (!passedOver.test(text)) odd.push(number)
  }
  if (open) cutShort(open)
  return { certificates, notEnrolled: without, faults, odd }
}
