import { type ConfigurationFilter, configurationFilter } from './configuration-filter.ts'

/** The prompts of a saved session and the commands behind them. */

export type OutputKind =
  | 'configuration'
  | 'certificates'
  /** Certificates in PEM. */
  | 'pem'
  | 'trustpoints'
  | 'clock'
  | 'version'
  | 'inventory'
  | 'other'

/** A command that was typed, or that `show tech-support` announces. */
export interface Asked {
  /** As the prompt names it; null where a headline and no prompt announces the command. */
  readonly router: string | null
  /** As it was typed, blanks at both ends left out; empty for an empty line. */
  readonly command: string
  readonly kind: OutputKind
  /** The command asks for a part: `| section crypto`, `interface Tunnel1`, one trustpoint. */
  readonly part: boolean
  /** Of a configuration: what the command lets through; null: all of it. */
  readonly filter: ConfigurationFilter | null
  /** The configuration that the router would start with, and not the one that it runs. */
  readonly startup: boolean
}

type Meaning = Pick<Asked, 'kind' | 'part' | 'filter' | 'startup'>

/** Every mode below `configure terminal` has its name in the prompt: `(config)`, `(ca-trustpoint)`, `(conf-isa-prof)`. */
const prompt = /^(?:RP\/[\w/]+:)?([A-Za-z][\w.:/@-]{0,62})(?:\([a-z][\w-]*\))?[#>]\s*(.*)$/
const configPrompt = /^[A-Za-z][\w.:/@-]{0,62}\((?!tcl|boot)[a-z][\w-]*\)#/
const headline = /^-{4,}\s*(show\s.*?)\s*-{4,}\s*$/i

/** Each word of the pattern may be cut short as IOS allows; `…` stands for whatever follows. */
const commands: readonly (readonly [pattern: RegExp, kind: OutputKind])[] = [
  [/^(?:run[^\s|]*|start[^\s|]*|conf[^\s|]*)(?=\s|$|\|)/, 'configuration'],
  [/^cry\w*\s+(?:pki|ca)\s+cert\w*/, 'certificates'],
  [/^cry\w*\s+(?:pki|ca)\s+trustp\w*(?!\w*ool)/, 'trustpoints'],
  [/^clo\w*/, 'clock'],
  [/^ver\w*/, 'version'],
  [/^inv\w*/, 'inventory'],
]

const nothing: Meaning = { kind: 'other', part: false, filter: null, startup: false }

const configurationShown = (rest: string, startup: boolean): Meaning => {
  const filter = configurationFilter(rest)
  return { kind: 'configuration', part: filter !== null, filter, startup }
}

/** `crypto pki export` prints in configuration mode what is no configuration. */
const exported = /^cry\w*\s+(?:pki|ca|key)\s+exp\w*\s/i
const exportedPem = /^cry\w*\s+(?:pki|ca)\s+exp\w*\s+\S+\s+pem\s+t/i

const meaningOf = (command: string): Meaning => {
  const line = command.replace(/^do\s+/i, '')
  if (exportedPem.test(line)) return { ...nothing, kind: 'pem', part: true }
  const direct = /^(?:more\s+(?:system:running|(nvram:startup))-config|wr\w*\s+t\w*)/i.exec(line)
  if (direct) return configurationShown(line.slice(direct[0].length), direct[1] !== undefined)
  const shown = /^sh\w*\s+(.*)$/i.exec(line)?.[1]
  if (shown === undefined) return nothing
  const lower = shown.toLowerCase()
  for (const [pattern, kind] of commands) {
    const found = pattern.exec(lower)?.[0]
    if (found === undefined) continue
    const rest = shown.slice(found.length).trim()
    if (kind === 'configuration') return configurationShown(rest, !found.startsWith('run'))
    if (kind === 'certificates' && /(?:^|\s)pem\b/i.test(rest))
      return { ...nothing, kind: 'pem', part: !/^pem$/i.test(rest) }
    const isWhole = /^(?:|v\w*|detail|status)$/i.test(rest)
    return { kind, part: !isWhole, filter: null, startup: false }
  }
  return nothing
}

/** The command of a line that holds a prompt, or that headlines a part of `show tech-support`; null for any other line. */
export const askedIn = (line: string): Asked | null => {
  const head = headline.exec(line)
  if (head) return { router: null, command: head[1] ?? '', ...meaningOf(head[1] ?? '') }
  const found = prompt.exec(line)
  if (!found) return null
  const [, router = '', typed = ''] = found
  const command = typed.trim()
  // What is typed in configuration mode is configuration, but for `do show …` and what exports.
  if (configPrompt.test(line) && !/^do\s+sh/i.test(command) && !exported.test(command)) return null
  return { router, command, ...meaningOf(command) }
}

/** The router's name before a prompt of configuration mode; null for any other line. */
export const configuresRouter = (line: string): string | null =>
  configPrompt.test(line) ? (line.split('(', 1)[0] ?? null) : null
