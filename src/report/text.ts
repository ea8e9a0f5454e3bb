import type { Lab } from '../lab/index.ts'
import type { Direction, Proof, Tunnel } from '../prove/index.ts'
import { ladderText } from './text/ladder.ts'
import { oneSidedText } from './text/one-sided.ts'
import { type Paint, pad, painter, plain, type Style, type TextOptions, wrap } from './text/paint.ts'
import { assumptionsText, causeText, findingsText, fixesText, stabilityText } from './text/sections.ts'
import { tunnelLadders } from './tunnel-ladders.ts'
import { assumptions, directionText, widestOf } from './words.ts'

const outcomeWord: Record<Direction['outcome'], { readonly word: string; readonly style: Style }> = {
  up: { word: 'up', style: 'green' },
  down: { word: 'DOWN', style: 'red' },
  'half-open': { word: 'HALF-OPEN', style: 'red' },
  undecided: { word: 'undecided', style: 'yellow' },
}

const outcomesText = (tunnel: Tunnel, { width }: TextOptions, paint: Paint): readonly string[] => {
  const [a, b] = tunnel.ends
  const names = tunnel.directions.map(({ initiator }) => `${initiator} initiates`)
  const nameWidth = widestOf(names)
  const wordWidth = widestOf(tunnel.directions.map(({ outcome }) => outcomeWord[outcome].word))
  const indent = 2 + nameWidth + 3 + wordWidth + 3
  return [
    '',
    `${paint('bold', `${a} ↔ ${b}`)}   ${tunnel.protocol}${tunnel.protocol === 'IKEv1' ? ' main mode' : ''}${tunnel.authentication ? `, ${tunnel.authentication}` : ''}`,
    '',
    ...tunnel.directions.flatMap((direction, index) => {
      const { word, style } = outcomeWord[direction.outcome]
      const [first, ...rest] = wrap(plain(directionText(direction)), Math.max(30, width - indent))
      return [
        `  ${pad(names[index] ?? '', nameWidth)}   ${paint(style, pad(word, wordWidth))}   ${first}`,
        ...rest.map((line) => ' '.repeat(indent) + line),
      ]
    }),
  ]
}

const tunnelText = (proof: Proof, tunnel: Tunnel, options: TextOptions, paint: Paint): readonly string[] => {
  const isUp = tunnel.directions.every(({ outcome }) => outcome === 'up')
  const { ladder = isUp ? 'none' : 'telling' } = options
  return [
    ...outcomesText(tunnel, options, paint),
    ...tunnel.directions.flatMap((direction) => causeText(direction, options, paint)),
    ...fixesText(tunnel, options, paint),
    ...stabilityText(tunnel, options, paint),
    ...(ladder === 'none' ? [] : ['', ...ladderText(tunnelLadders(proof, tunnel), ladder, options, paint)]),
  ]
}

/**
 * The verdict for a terminal, in the order in which it is needed: what comes up, why the rest does not, what mends it, what
 * would change it, both directions as ladders, and what else must be known.
 */
export const verdictText = (lab: Lab, proof: Proof, options: TextOptions): string => {
  const paint = painter(options.colour)
  const { tunnels, oneSided, findings } = proof.verdict
  const out = [
    ...tunnels.flatMap((tunnel) => tunnelText(proof, tunnel, options, paint)),
    ...oneSided.flatMap((tunnel) => oneSidedText(tunnel, options, paint)),
    ...findingsText(findings, options, paint),
    ...assumptionsText(assumptions(lab), options, paint),
  ]
  return `${out.join('\n').replace(/^\n/, '')}\n`
}
