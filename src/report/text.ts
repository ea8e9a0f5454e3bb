import { type Because, type Direction, type Finding, type Proof, placeOf, type Tunnel } from '../prove/index.ts'
import { ladderText } from './text/ladder.ts'
import { oneSidedText } from './text/one-sided.ts'
import { type Paint, pad, painter, type Style, type TextOptions, wrap } from './text/paint.ts'
import { tunnelLadders } from './tunnel-ladders.ts'

const outcomeWord: Record<Direction['outcome'], { readonly word: string; readonly style: Style }> = {
  up: { word: 'up', style: 'green' },
  down: { word: 'DOWN', style: 'red' },
  'half-open': { word: 'HALF-OPEN', style: 'red' },
  undecided: { word: 'undecided', style: 'yellow' },
}

/** Which certificates an established direction used: `both sign with IOSCA1`. */
const certificatesText = ({ certificates, initiator, responder }: Direction): string => {
  const [a, b] = [certificates[initiator], certificates[responder]]
  if (!a || !b) return 'pre-shared key'
  return a.trustpoint === b.trustpoint
    ? `both sign with ${a.trustpoint}`
    : `${initiator} signs with ${a.trustpoint}, ${responder} with ${b.trustpoint}`
}

const trafficText = ({ traffic }: Direction): string =>
  traffic && traffic.sent > 0 ? `; ping through ESP: ${traffic.received} of ${traffic.sent}` : ''

const directionText = (direction: Direction): string => {
  if (direction.outcome === 'up') return certificatesText(direction) + trafficText(direction)
  const stage = direction.stage ? `at ${direction.stage}` : 'before the first message'
  return `${stage}, ${direction.cause?.summary ?? 'for no reason that was found'}`
}

const becauseText = (because: readonly Because[], { width }: TextOptions, paint: Paint): readonly string[] => {
  const whatWidth = Math.min(46, Math.max(...because.map(({ what }) => what.length)))
  const messageWidth = Math.max(...because.map(({ message }) => (message ?? '').length)) + 2
  const indent = ' '.repeat(4 + messageWidth)
  return because.flatMap(({ message, what, why, at }) => {
    const head = `    ${paint('bold', pad(message ?? '', messageWidth))}`
    const place = at ? `${placeOf(at)}   ${at.text.trim()}` : null
    const [first, ...rest] = what.length <= whatWidth ? [what] : wrap(what, whatWidth)
    const lines = [
      `${head}${place === null ? (first ?? '') : `${pad(first ?? '', whatWidth)}  ${paint('cyan', place)}`}`,
      ...rest.map((line) => indent + line),
    ]
    return why === ''
      ? lines
      : [...lines, ...wrap(why, Math.max(40, width - indent.length)).map((line) => indent + paint('dim', line))]
  })
}

/** What the state that `show` prints means for the engineer who finds it. */
const endOf = (final: Direction['final'][string] | undefined): string => {
  const state = final?.isakmp ?? final?.ikev2
  if (state === undefined || state === null) return 'holds no SA'
  if (state === 'MM_NO_STATE') return 'has given up (MM_NO_STATE)'
  if (state === 'QM_IDLE' && final?.ipsec === false) return 'keeps phase 1 without phase 2 (QM_IDLE)'
  return `ends in ${state}`
}

const tunnelText = (tunnel: Tunnel, options: TextOptions, paint: Paint): readonly string[] => {
  const [a, b] = tunnel.ends
  const out = [
    '',
    `${paint('bold', `${a} ↔ ${b}`)}   ${tunnel.protocol}${tunnel.protocol === 'IKEv1' ? ' main mode' : ''}${tunnel.authentication ? `, ${tunnel.authentication}` : ''}`,
    '',
  ]
  const names = tunnel.directions.map(({ initiator }) => `${initiator} initiates`)
  const nameWidth = Math.max(...names.map(({ length }) => length))
  const wordWidth = Math.max(...tunnel.directions.map(({ outcome }) => outcomeWord[outcome].word.length))
  tunnel.directions.forEach((direction, index) => {
    const { word, style } = outcomeWord[direction.outcome]
    const indent = 2 + nameWidth + 3 + wordWidth + 3
    const [first, ...rest] = wrap(directionText(direction), Math.max(30, options.width - indent))
    out.push(`  ${pad(names[index] ?? '', nameWidth)}   ${paint(style, pad(word, wordWidth))}   ${first}`)
    for (const line of rest) out.push(' '.repeat(indent) + line)
  })
  for (const direction of tunnel.directions) {
    const { cause, initiator, responder } = direction
    if (!cause) continue
    out.push(
      '',
      `${paint('bold', `Why ${initiator} cannot start it`)}   ${paint('dim', cause.code)}`,
      ...becauseText(cause.because, options, paint),
    )
    const ends = [initiator, responder].map((router) => `${router} ${endOf(direction.final[router])}`)
    out.push(`    ${paint('dim', ends.join('; '))}`)
  }
  return out
}

/** Findings of one kind in one file stand together, with all their lines: `R1.cfg:24,25,26`. */
const findingsText = (findings: readonly Finding[], { width }: TextOptions, paint: Paint): readonly string[] => {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = JSON.stringify([finding.code, finding.router, finding.at?.file])
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const lines = [...new Set(group.flatMap(({ at }) => (at ? [at.line] : [])))]
    const place = first.at ? `${first.at.file}:${lines.join(',')}` : first.router
    const warns = group.some(({ severity }) => severity === 'warning')
    const mark = warns ? paint('yellow', '!') : paint('dim', '·')
    const indent = 4 + place.length + 3
    const [head = '', ...rest] = wrap(group.map(({ text }) => text).join('; '), Math.max(40, width - indent))
    return [`  ${mark} ${paint('cyan', place)}   ${head}`, ...rest.map((line) => ' '.repeat(indent) + line)]
  })
}

/** The verdict for a terminal: what comes up, why the rest does not, and what else must be known. */
export const verdictText = (proof: Proof, options: TextOptions): string => {
  const paint = painter(options.colour)
  const { verdict } = proof
  const out = verdict.tunnels.flatMap((tunnel) => [
    ...tunnelText(tunnel, options, paint),
    ...(tunnel.directions.every(({ outcome }) => outcome === 'up')
      ? []
      : ['', ...ladderText(tunnelLadders(proof, tunnel), 'telling', options, paint)]),
  ])
  for (const tunnel of verdict.oneSided) out.push(...oneSidedText(tunnel, options, paint))
  if (verdict.findings.length > 0) {
    out.push('', paint('bold', 'Worth knowing'))
    out.push(...findingsText(verdict.findings, options, paint))
  }
  return `${out.join('\n').replace(/^\n/, '')}\n`
}
