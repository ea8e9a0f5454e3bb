import { cutLine } from '../config/line.ts'
import { endOfBanner } from '../config/session.ts'
import { type Asked, askedIn, configuresRouter, type OutputKind } from './command-line.ts'
import { type ConfigurationFilter, cutShort } from './configuration-filter.ts'
import { beginsPem } from './pem-certificates.ts'
import { type HiddenKey, withoutKeys } from './secrets.ts'
import { certificateTitle } from './shown-certificates.ts'
import { isLogged, screenLines } from './terminal.ts'

/** One thing that a router printed, as it stands in a file. Lines count from 1. */
export interface Output {
  readonly kind: OutputKind
  /** As a prompt or a `hostname` names it; null where neither stands there. */
  readonly router: string | null
  /** The command, where the session shows it. */
  readonly command: string | null
  /** The command asked for a part of what there is. */
  readonly part: boolean
  /** Of a configuration: which part; null: all of it, or nothing tells. */
  readonly filter: ConfigurationFilter | null
  /** Of a configuration: `startup` is what the router would start with, `typed` what somebody entered, `written` what no router shows to have printed. */
  readonly form: 'running' | 'startup' | 'typed' | 'written'
  readonly from: number
  readonly to: number
}

/** A file taken apart. */
export interface Recording {
  readonly file: string
  /** Every line as a terminal shows it; what the router logged in between is empty, and so is every private key. */
  readonly lines: readonly string[]
  readonly outputs: readonly Output[]
  /** Where private keys stood: nothing of them is kept. */
  readonly keys: readonly HiddenKey[]
  /** Lines, blank ones apart, that belong to nothing that was recognised. */
  readonly unread: readonly { readonly from: number; readonly to: number }[]
}

interface Open {
  readonly kind: OutputKind
  router: string | null
  /** A `hostname` stands in it. */
  named: boolean
  readonly command: string | null
  readonly part: boolean
  readonly filter: ConfigurationFilter | null
  form: Output['form']
  readonly from: number
  last: number
  /** The last line at the margin that is no comment. */
  header: string
  ended: boolean
}

/** How far below its title a certificate's status may stand: documents put blank lines in between. */
const statusWithin = 4

const headers =
  /^(?:Building configuration\.\.\.|Current configuration\s*:|Using \d+ out of \d+ bytes|! Last configuration change at |! NVRAM config last updated at )/i
const beginsConfiguration =
  /^(?:version \d+\.\d+|hostname \S+|crypto (?:pki|ca|isakmp|ikev2|ipsec|map|keyring) |interface \S+\s*$|ip (?:domain|route|access-list|host) |service \S+|boot-start-marker)/i

/** What a line begins by its content alone; null where it begins nothing. */
const recognised = (lines: readonly string[], index: number): OutputKind | null => {
  const line = lines[index] ?? ''
  if (certificateTitle(line) !== null) {
    for (let next = index + 1; next <= index + statusWithin; next += 1) {
      const below = (lines[next] ?? '').trim()
      if (below !== '') return /^Status:/.test(below) ? 'certificates' : null
    }
    return null
  }
  if (/^Trustpoint \S+:\s*$/.test(line)) return 'trustpoints'
  if (beginsPem(line)) return 'pem'
  if (
    /^(?:Time source is \S+, )?[*.]?\d\d:\d\d:\d\d(?:\.\d+)? \S+ [A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d{4}\s*$/.test(
      line,
    )
  )
    return 'clock'
  if (/^Cisco IOS(?: XE)? Software/.test(line)) return 'version'
  if (/^NAME: "/.test(line)) return 'inventory'
  return null
}

const isHeaderBelow = (lines: readonly string[], index: number): boolean =>
  lines.slice(index + 1, index + 1 + statusWithin).some((line) => /^Current configuration\s*:/i.test(line))

/** What `show archive config differences` begins with: its lines are no configuration. */
const comparison = /^!(?:Contextual Config Diffs|List of (?:Rollback )?Commands):/i
const comparing: Asked = {
  router: null,
  command: 'show archive config differences',
  kind: 'other',
  part: false,
  filter: null,
  startup: false,
}

/** `terminal exec prompt timestamp` puts the time above every output. */
const promptTimestamp = /^Time source is /

/** The marks by which a file shows that it is a session with commands, and not one configuration alone. */
const isSession = (lines: readonly string[]): boolean => lines.some((line) => (askedIn(line)?.command ?? '') !== '')

const hostnameIn = (line: string): string | null =>
  /^(?:[\w.-]+\(config\)#\s*)?hostname\s+(\S+)/i.exec(line)?.[1] ?? null

const sameRouter = (a: string | null, b: string | null): boolean => a?.toLowerCase() === b?.toLowerCase()

/** Another configuration begins although nothing has ended the one before it. */
const beginsAnother = ({ router, named }: Open, line: string): boolean => {
  if (/^(?:Building configuration\.\.\.|Current configuration\s*:|Using \d+ out of)/i.test(line)) return named
  const typed = configuresRouter(line)
  if (typed !== null && router !== null && !sameRouter(typed, router)) return true
  const name = hostnameIn(line)
  return name !== null && typed === null && named && !sameRouter(name, router)
}

/** The outputs of a file as they come to light. */
class Outputs {
  readonly done: Output[] = []
  readonly unread: { from: number; to: number }[] = []
  /** The router whose prompt or `hostname` was seen last. */
  router: string | null = null
  open: Open | null = null

  begin(kind: OutputKind, number: number, form: Output['form'], asked?: Asked): void {
    this.close()
    const { command = null, part = false, filter = null } = asked ?? {}
    const fresh = { named: false, last: number, header: '', ended: false }
    this.open = { kind, router: this.router, command, part, filter, form, from: number, ...fresh }
  }

  close(): void {
    if (this.open) {
      const { kind, router, command, part, form, from, last, header, ended } = this.open
      const isPrinted = kind === 'configuration' && (form === 'running' || form === 'startup')
      const filter = this.open.filter ?? (isPrinted && !ended && header !== '' ? cutShort(header) : null)
      this.done.push({ kind, router, command, part, filter, form, from, to: last })
    }
    this.open = null
  }

  leave(number: number): void {
    const last = this.unread.at(-1)
    if (last && last.to === number - 1) last.to = number
    else this.unread.push({ from: number, to: number })
  }
}

/** What a line opens beside what is open; undefined: it goes on, or it is nothing. */
const opens = (
  lines: readonly string[],
  index: number,
  { open, done }: Outputs,
  session: boolean,
): OutputKind | undefined => {
  const line = lines[index] ?? ''
  const asked = open?.command != null
  if (open?.kind === 'configuration' && beginsAnother(open, line)) return 'configuration'
  if (open !== null && promptTimestamp.test(line)) return undefined
  if (!(open?.kind === 'other' && asked)) {
    const kind = recognised(lines, index)
    if (kind !== null && kind !== open?.kind) return kind
  }
  if (open?.kind === 'configuration') return undefined
  // `write memory` builds a configuration too, and shows none.
  if (asked && /^Building configuration/i.test(line) && !isHeaderBelow(lines, index)) return undefined
  if (headers.test(line) || configuresRouter(line) !== null || (!asked && beginsConfiguration.test(line)))
    return 'configuration'
  return open === null && !session && done.length === 0 ? 'configuration' : undefined
}

/** How a configuration came into the file, by the line with which it begins. */
const formOf = (line: string): Output['form'] => {
  if (configuresRouter(line) !== null) return 'typed'
  if (/^Using \d+ out of \d+ bytes/i.test(line)) return 'startup'
  return headers.test(line) ? 'running' : 'written'
}

/** Lines that somebody typed and the router refused are taken out, with what it said. */
const withoutRefused = (lines: readonly string[]): readonly string[] => {
  const kept = [...lines]
  for (const [index, line] of lines.entries()) {
    if (!/^% ?(?:Invalid input|Incomplete command|Ambiguous command|Unrecognized command)/i.test(line)) continue
    for (let above = index - 1; above >= Math.max(0, index - refusedWithin); above -= 1) {
      const typed = configuresRouter(lines[above] ?? '') !== null
      if (typed || (lines[above] ?? '').trim() === '^') kept[above] = ''
      if (typed) break
    }
  }
  return kept
}

/** How far above the router's answer the line stands that it refused. */
const refusedWithin = 3

/**
 * Takes a saved session apart: what each router printed, by the commands in it or, where it shows none, by what the text
 * looks like. A file without any mark is one configuration. Never fails. O(characters).
 */
export const readRecording = (text: string, file: string): Recording => {
  const { lines: read, keys } = withoutKeys(screenLines(text))
  const lines = withoutRefused(read.map((line) => (isLogged(line) ? '' : line)))
  const session = isSession(lines)
  const found = new Outputs()
  const unclosed = new Set<string>()
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    if (line.trim() === '') continue
    const number = index + 1
    const asked = askedIn(line)
    if (asked) {
      found.router = asked.router ?? found.router
      found.close()
      if (asked.command !== '') found.begin(asked.kind, number, asked.startup ? 'startup' : 'running', asked)
      continue
    }
    found.router = configuresRouter(line) ?? found.router
    const compares = found.open === null && comparison.test(line)
    const kind = compares ? undefined : opens(lines, index, found, session)
    if (compares) found.begin('other', number, 'running', comparing)
    else if (kind !== undefined) found.begin(kind, number, formOf(line))
    const { open } = found
    if (open === null) {
      if (line.trim() !== '!') found.leave(number)
      continue
    }
    open.last = number
    if (open.kind !== 'configuration') continue
    if (open.command === null && open.form === 'written' && !open.named) open.form = formOf(line)
    const name = hostnameIn(line)
    if (name !== null) {
      open.router = name
      open.named = true
      found.router = name
    }
    if (/^banner\s/i.test(line)) {
      index = Math.min(lines.length - 1, endOfBanner(cutLine(line, number), lines, index, unclosed))
      open.last = index + 1
    } else if (/^end\s*$/i.test(line)) {
      open.ended = true
      found.close()
    } else if (/^[a-z]/.test(line)) open.header = line
  }
  found.close()
  return { file, lines, outputs: found.done, keys, unread: found.unread }
}
