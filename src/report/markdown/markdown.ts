import type { Lab } from '../../lab/index.ts'
import {
  type Because,
  type Blocker,
  type Direction,
  type Finding,
  type Fix,
  type OneSidedTunnel,
  type PeerCondition,
  type Proof,
  placeOf,
  type Tunnel,
} from '../../prove/index.ts'
import { conditionsByTopic, demandText } from '../one-sided-words.ts'
import { type TunnelLadders, tunnelLadders } from '../tunnel-ladders.ts'
import { assumptions, breakingEvents, directionText, finalText, fixKeys, provedText } from '../words.ts'
import { markdownCode, markdownText } from './escape.ts'
import { mermaidLadder } from './mermaid.ts'

const fenced = (language: string, lines: readonly string[]): readonly string[] => {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, ...lines, fence, '']
}

/** A text of the catalogue, which has commands between backticks. */
const prose = (text: string): string =>
  text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? markdownText(part) : markdownCode(part)))
    .join('')

const outcomeText = ({ outcome }: Direction): string => (outcome === 'up' ? 'up' : `**${outcome}**`)

const becauseLine = ({ message, what, why, at }: Because): string =>
  [
    message === null ? '' : `**${markdownText(message)}** `,
    markdownText(what),
    why === '' ? '' : `: ${markdownText(why)}`,
    at === null ? '' : ` (${markdownCode(placeOf(at))} ${markdownCode(at.text.trim())})`,
  ].join('')

const blockerLine = ({ code, summary, actor, at }: Blocker): string =>
  [
    `- ${markdownCode(code)}: ${markdownText(summary)}`,
    ...at.map((place) => ` (${markdownCode(placeOf(place))} ${markdownCode(place.text.trim())})`),
    `; ${markdownText(actor)} must act`,
  ].join('')

const titleOf = ({ ends: [a, b], directions }: Tunnel): string => {
  const failing = directions.filter(({ outcome }) => outcome !== 'up')
  const [first] = failing
  const head = `${markdownText(a)} ↔ ${markdownText(b)}`
  if (!first) return `${head}: comes up`
  if (failing.some(({ outcome }) => outcome === 'undecided')) return `${head}: may not come up`
  return failing.length > 1
    ? `${head}: does not come up`
    : `${head}: ${markdownText(first.initiator)} cannot start the tunnel`
}

const causeLines = (direction: Direction): readonly string[] => {
  const { cause, initiator, responder, nextBlockers } = direction
  if (cause === null) return []
  const ends = [initiator, responder].map((router) => `${router} ${finalText(direction.final[router])}`)
  return [
    `### Why ${markdownText(initiator)} cannot start it`,
    '',
    `${markdownCode(cause.code)}: ${markdownText(cause.summary)}.`,
    '',
    ...cause.because.map((link, index) => `${index + 1}. ${becauseLine(link)}`),
    '',
    `${markdownText(ends.join('; '))}.`,
    '',
    `**Who must act:** ${prose(cause.actor)}. **What to do:** ${prose(cause.remedy)}`,
    '',
    ...(nextBlockers.length === 0 ? [] : ['Behind it stands:', '', ...nextBlockers.map(blockerLine), '']),
  ]
}

const fixLines = (fix: Fix, index: number): readonly string[] => [
  `${index + 1}. ${markdownText(fix.text)}. Proved: ${provedText(fix)}.`,
  ...(fix.widensTrust === null ? [] : [`   **It widens trust**: ${markdownText(fix.widensTrust)}.`]),
  ...(fix.fragile === null ? [] : [`   **Fragile**: ${markdownText(fix.fragile)}.`]),
  '',
  ...fix.edits.flatMap(({ router, paste, undo }) => [
    `   On ${markdownText(router)}:`,
    '',
    ...fenced('text', paste).map((line) => `   ${line}`.trimEnd()),
    ...(undo.length === 0
      ? []
      : ['   To take it back:', '', ...fenced('text', undo).map((line) => `   ${line}`.trimEnd())]),
  ]),
  ...fixKeys(fix).flatMap(({ placeholder, place }) => [
    `   ${markdownCode(placeholder)} is not shown: put in the key at ${markdownCode(place)}.`,
    '',
  ]),
]

const fixesLines = ({ fixes }: Tunnel): readonly string[] => {
  if (fixes === null) return []
  if (fixes.length === 0) return ['### Fix', '', 'None was found that makes both directions come up.', '']
  return ['### Fix', '', ...fixes.flatMap(fixLines)]
}

const stabilityLines = (tunnel: Tunnel): readonly string[] => {
  const events = breakingEvents(tunnel)
  return events.length === 0
    ? []
    : [
        '### What would change it',
        '',
        ...events.map(
          ({ when, text, effects }) => `- ${when}: ${markdownText(text)} (${markdownText(effects.join('; '))})`,
        ),
        '',
      ]
}

const ladderLines = (ladders: TunnelLadders): readonly string[] =>
  ladders.directions.flatMap((each) => [
    `### ${markdownText(each.direction.initiator)} initiates: ${each.direction.outcome}`,
    '',
    ...fenced('mermaid', mermaidLadder(ladders, each).split('\n')),
  ])

const tunnelLines = (proof: Proof, tunnel: Tunnel): readonly string[] => [
  `## ${titleOf(tunnel)}`,
  '',
  `${tunnel.protocol}${tunnel.authentication === null ? '' : `, ${markdownText(tunnel.authentication)}`}`,
  '',
  '| | outcome | |',
  '|---|---|---|',
  ...tunnel.directions.map(
    (direction) =>
      `| ${markdownText(direction.initiator)} initiates | ${outcomeText(direction)} | ${markdownText(directionText(direction))} |`,
  ),
  '',
  ...tunnel.directions.flatMap(causeLines),
  ...fixesLines(tunnel),
  ...ladderLines(tunnelLadders(proof, tunnel)),
  ...stabilityLines(tunnel),
]

const findingLine = ({ severity, router, text, at }: Finding): string =>
  `- ${severity === 'warning' ? '**warning** ' : ''}${at === null ? markdownText(router) : markdownCode(placeOf(at))}: ${markdownText(text)}`

const conditionLines = (condition: PeerCondition): string => {
  const { message, otherwise, at } = condition
  return `- ${message === null ? '' : `**${markdownText(message)}** `}${prose(demandText(condition))}${otherwise === null ? '' : `, or it fails with ${markdownCode(otherwise.code)}`}${at === null ? '' : ` (${markdownCode(placeOf(at))} ${markdownCode(at.text.trim())})`}`
}

const oneSidedLines = ({ router, peer, tunnel, protocol, directions, peers }: OneSidedTunnel): readonly string[] => [
  `## ${markdownText(router)} → ${markdownText(peer)}: what its peer must be`,
  '',
  `${protocol}, ${markdownText(tunnel)}`,
  '',
  ...directions.flatMap(({ role, outcome, text, cause, conditions }) => [
    `### ${markdownText(router)} ${role === 'initiator' ? 'initiates' : 'responds'}: ${outcome}`,
    '',
    `${prose(text)}${cause === null ? '' : ` (${markdownCode(cause.code)}${cause.at === null ? '' : `, ${markdownCode(placeOf(cause.at))} ${markdownCode(cause.at.text.trim())}`})`}.`,
    '',
    ...conditionsByTopic(conditions).flatMap(({ title, conditions: own }) => [
      `**${title}**`,
      '',
      ...own.map(conditionLines),
      '',
    ]),
  ]),
  ...peers.flatMap(({ lines }) => ['A peer that was proved to come up:', '', ...fenced('text', lines)]),
]

/**
 * The verdict as Markdown for a ticket: the outcome, the cause with its lines, the fix, and each direction as a sequence
 * diagram of Mermaid.
 */
export const markdownReport = (lab: Lab, proof: Proof): string => {
  const { tunnels, oneSided, findings } = proof.verdict
  return `${[
    '# ikewise',
    '',
    ...tunnels.flatMap((tunnel) => tunnelLines(proof, tunnel)),
    ...oneSided.flatMap(oneSidedLines),
    ...(findings.length === 0 ? [] : ['## Worth knowing', '', ...findings.map(findingLine), '']),
    '## What it rests on',
    '',
    ...assumptions(lab).map((text) => `- ${markdownText(text)}`),
  ].join('\n')}\n`
}
