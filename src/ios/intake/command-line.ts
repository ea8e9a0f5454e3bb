/** The prompts of a saved session and the commands behind them. */

export type OutputKind = 'configuration' | 'certificates' | 'trustpoints' | 'clock' | 'version' | 'inventory' | 'other'

/** A command that was typed, or that `show tech-support` announces. */
export interface Asked {
  /** As the prompt names it; null where a headline and no prompt announces the command. */
  readonly router: string | null
  /** As it was typed, blanks at both ends left out; empty for an empty line. */
  readonly command: string
  readonly kind: OutputKind
  /** The command asks for a part: `| section crypto`, `interface Tunnel1`, one trustpoint. */
  readonly part: boolean
}

const prompt = /^(?:RP\/[\w/]+:)?([A-Za-z][\w.:/@-]{0,62})(?:\(config[\w-]*\))?[#>]\s*(.*)$/
const configPrompt = /^[A-Za-z][\w.:/@-]{0,62}\(config[\w-]*\)#/
const headline = /^-{4,}\s*(show\s.*?)\s*-{4,}\s*$/i

/** Each word of the pattern may be cut short as IOS allows; `…` stands for whatever follows. */
const commands: readonly (readonly [pattern: RegExp, kind: OutputKind])[] = [
  [/^(?:run\S*|start\S*|conf\S*)(?=\s|$|\|)/, 'configuration'],
  [/^cry\w*\s+(?:pki|ca)\s+cert\w*/, 'certificates'],
  [/^cry\w*\s+(?:pki|ca)\s+trustp\w*(?!\w*ool)/, 'trustpoints'],
  [/^clo\w*/, 'clock'],
  [/^ver\w*/, 'version'],
  [/^inv\w*/, 'inventory'],
]

const kindOf = (command: string): { readonly kind: OutputKind; readonly part: boolean } => {
  const line = command.toLowerCase().replace(/^do\s+/, '')
  if (/^(?:more\s+(?:system:running|nvram:startup)-config|wr\w*\s+t\w*)/.test(line))
    return { kind: 'configuration', part: line.includes('|') }
  const shown = /^sh\w*\s+(.*)$/.exec(line)?.[1]
  if (shown === undefined) return { kind: 'other', part: false }
  for (const [pattern, kind] of commands) {
    const found = pattern.exec(shown)?.[0]
    if (found === undefined) continue
    const rest = shown.slice(found.length).trim()
    const whole = /^(?:|all|full|brief|view\s+full|linenum|v\w*|detail|status)$/.test(rest)
    return { kind, part: !whole }
  }
  return { kind: 'other', part: false }
}

/** The command of a line that holds a prompt, or that headlines a part of `show tech-support`; null for any other line. */
export const askedIn = (line: string): Asked | null => {
  const head = headline.exec(line)
  if (head) return { router: null, command: head[1] ?? '', ...kindOf(head[1] ?? '') }
  const found = prompt.exec(line)
  if (!found) return null
  const [, router = '', typed = ''] = found
  const command = typed.trim()
  // What is typed in configuration mode is configuration, but for `do show …`.
  if (configPrompt.test(line) && !/^do\s+sh/i.test(command)) return null
  return { router, command, ...kindOf(command) }
}

/** The router's name before a prompt of configuration mode; null for any other line. */
export const configuresRouter = (line: string): string | null =>
  configPrompt.test(line) ? (line.split('(', 1)[0] ?? null) : null
