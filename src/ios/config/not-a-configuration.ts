import type { ConfigurationError } from './errors.ts'

/** Recognises a file that is no IOS configuration at all, and says what it looks like. */

const EXPECTED = 'the text of an IOS configuration, as "show running-config" prints it'

/** Text that other devices print; some of its lines would pass for IOS. */
const otherDevices: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^: Saved\b|^\s*(?:ASA|PIX) Version \d/m, 'the configuration of a Cisco ASA'],
  [
    /^!Command: show running-config\s*$|^\s*version \d+\.\d+\(\d+\)[A-Z]\d+\(\d+\)/m,
    'the configuration of Cisco NX-OS',
  ],
  [/^!! IOS XR Configuration/m, 'the configuration of Cisco IOS XR'],
  [/^(?:## Last (?:commit|changed)|set (?:system|security|interfaces) \S)/m, 'the configuration of Junos'],
  [/^#config-version=FG/m, 'the configuration of a FortiGate'],
]

const looks: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^%PDF-/, 'a PDF document'],
  [/^PK\p{Cc}{2}/u, 'a ZIP archive'],
  [/^\p{Cc}ELF/u, 'a program'],
  [/^\p{Cc}\ufffd\b/u, 'a compressed file'],
  [/^\s*-----BEGIN [A-Z0-9 ]+-----/, 'a PEM file'],
  [/^\s*<(?:\?xml|!doctype|html|[a-z]+[ >])/i, 'an XML or HTML document'],
  [/^\s*[[{]\s*["{[\]}]/, 'JSON'],
  [/^(?:\*|\.)?[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d/m, 'a log or a debug output'],
  [/^\s*(?:CA )?Certificate\s*\n\s*Status:/m, 'the output of "show crypto pki certificates"'],
  [/^(?:---\s*\n|[\w-]+:\s*\n\s+-? ?[\w-]+:)/, 'YAML'],
  [/^\s*(?:import|export|function|const|#include|#!)\b/, "a program's source"],
]

/** The share of characters that no text has, of which more than one in `BINARY_SHARE` makes a file binary. */
const BINARY_SHARE = 20
const SAMPLE = 65536
/** Another device names itself at the top. */
const OTHER_SAMPLE = 2048

/** What the text looks like, or undefined when nothing speaks against a configuration. */
function binaryReason(text: string): string | undefined {
  const nul = text.indexOf('\u0000')
  const sample = text.slice(0, SAMPLE)
  let odd = 0
  for (let index = 0; index < sample.length; index += 1) {
    const code = sample.charCodeAt(index)
    // Tab to carriage return, ^C of a banner, backspace of a pager and escape of a terminal are found in saved sessions.
    const control = code < 32 && !(code >= 8 && code <= 13) && code !== 3 && code !== 27
    if (control || code === 0xfffd || code === 0x7f) odd += 1
  }
  if (nul >= 0) return 'binary data (it holds NUL bytes)'
  return odd * BINARY_SHARE > sample.length ? 'binary data, or a text in another encoding than UTF-8' : undefined
}

function guess(text: string): string | undefined {
  const head = text.slice(0, SAMPLE)
  return looks.find(([pattern]) => pattern.test(head))?.[1]
}

function wrongFile(file: string, what: string): ConfigurationError {
  return {
    file,
    line: 1,
    column: 1,
    text: '',
    message: `this is not an IOS configuration: ${what}`,
    expected: EXPECTED,
    remedy: "give the file into which the router's running configuration was saved",
  }
}

/** Checks that need no reading of lines: an empty file, another device, binary noise. */
export function notText(text: string, file: string): ConfigurationError | undefined {
  if (/^[\s\u00a0\ufeff]*$/.test(text)) return wrongFile(file, 'it is empty')
  const other = otherDevices.find(([pattern]) => pattern.test(text.slice(0, OTHER_SAMPLE)))
  if (other !== undefined) return wrongFile(file, `it is ${other[1]}`)
  const reason = binaryReason(text)
  if (reason === undefined) return undefined
  return wrongFile(file, `it looks like ${guess(text) ?? reason}`)
}

/** The error for a text in which no line is an IOS command. */
export function noCommands(text: string, file: string): ConfigurationError {
  const looksLike = guess(text)
  return wrongFile(
    file,
    `no line of it is an IOS command${looksLike === undefined ? '' : `; it looks like ${looksLike}`}`,
  )
}
