import { type OneSidedDirection, type OneSidedTunnel, type PeerCondition, placeOf } from '../../prove/index.ts'
import { type Paint, pad, plain, type TextOptions, wrap } from './paint.ts'

/** What a router says about a peer of whom nothing is known, for a terminal. */

const verbs = { initiator: 'initiates', responder: 'responds' } as const

/** How the direction ends where only this condition is not met. */
const otherwiseText = ({ otherwise }: PeerCondition, router: string): string | null => {
  if (!otherwise) return null
  const { stage, rejectedBy, code, outcome, only } = otherwise
  const who =
    rejectedBy === null ? 'no answer comes' : rejectedBy === 'peer' ? 'the peer refuses' : `${rejectedBy} refuses`
  const where = stage === null || rejectedBy === null ? '' : ` at ${stage}`
  const left = outcome === 'half-open' ? `, and ${rejectedBy === 'peer' ? router : 'the peer'} is left half-open` : ''
  return `or else ${who}${where}${left} (${code})${only === null ? '' : `, if ${only}`}`
}

const alternativesOf = ({ oneOf }: PeerCondition): readonly string[] =>
  oneOf.length < 2 && oneOf.every(({ leadsTo }) => leadsTo === null)
    ? []
    : oneOf.map(({ value, leadsTo }) => (leadsTo === null ? value : `${value}: ${leadsTo}`))

const conditionText = (
  condition: PeerCondition,
  router: string,
  messageWidth: number,
  width: number,
  paint: Paint,
): readonly string[] => {
  const { message, must, does, at, readings } = condition
  const indent = ' '.repeat(4 + messageWidth)
  const room = Math.max(40, width - indent.length)
  const place = at === null ? '' : `  ${placeOf(at)}`
  const [first = '', ...rest] = wrap(must, room - place.length)
  const dim = (text: string): readonly string[] => wrap(text, room).map((line) => indent + paint('dim', line))
  const otherwise = otherwiseText(condition, router)
  return [
    `    ${paint('bold', pad(message ?? '', messageWidth))}${first}${place === '' ? '' : paint('cyan', place)}`,
    ...rest.map((line) => indent + line),
    ...dim(does),
    ...alternativesOf(condition).flatMap((text) =>
      wrap(plain(text), room - 2).map((line, index) => `${indent}${index === 0 ? '· ' : '  '}${line}`),
    ),
    ...readings.flatMap(({ knob, is, text }) => dim(`under ${knob}=${is}: ${text}`)),
    ...(otherwise === null ? [] : dim(otherwise)),
  ]
}

const proofText = ({ proof, unproved }: OneSidedDirection, { peers, router }: OneSidedTunnel): string | null => {
  if (!proof) return unproved === null ? null : `Not proved: ${unproved}.`
  const count = `${proof.negotiations === 1 ? 'a negotiation' : `${proof.negotiations} negotiations`}`
  const which = peers.length > 1 ? ` (the ${proof.peer === 0 ? 'first' : 'second'})` : ''
  return proof.dependsOn.length === 0
    ? `Proved by ${count}: with a peer of this kind${which} it comes up, whatever is not known of ${router}.`
    : `Tried by ${count}: with a peer of this kind${which} it comes up, but is ${proof.dependsOn.join('; and ')}.`
}

const directionLines = (
  tunnel: OneSidedTunnel,
  direction: OneSidedDirection,
  { width }: TextOptions,
  paint: Paint,
): readonly string[] => {
  const { conditions, role } = direction
  const proof = proofText(direction, tunnel)
  if (conditions.length === 0) return proof === null ? [] : ['', `  ${proof}`]
  const messageWidth = Math.max(...conditions.map(({ message }) => (message ?? '').length)) + 2
  return [
    '',
    paint('bold', `What the peer must do where ${tunnel.router} ${verbs[role]}`),
    ...conditions.flatMap((each) => conditionText(each, tunnel.router, messageWidth, width, paint)),
    ...(proof === null ? [] : wrap(proof, Math.max(40, width - 4)).map((line) => `    ${line}`)),
  ]
}

/** One tunnel: both directions in a line each, then what each asks of the peer. */
export const oneSidedText = (tunnel: OneSidedTunnel, options: TextOptions, paint: Paint): readonly string[] => {
  const { router, protocol, peer, directions, peers } = tunnel
  const names = directions.map(({ role }) => `${router} ${verbs[role]}`)
  const nameWidth = Math.max(...names.map(({ length }) => length))
  const summary = directions.flatMap(({ outcome, text }, index) => {
    const down = outcome === 'down'
    const indent = 2 + nameWidth + 3 + 'undecided'.length + 3
    const [first, ...rest] = wrap(text, Math.max(30, options.width - indent))
    const word = paint(down ? 'red' : 'yellow', pad(down ? 'DOWN' : 'undecided', 'undecided'.length))
    return [
      `  ${pad(names[index] ?? '', nameWidth)}   ${word}   ${first}`,
      ...rest.map((line) => ' '.repeat(indent) + line),
    ]
  })
  return [
    '',
    `${paint('bold', `${router} → ${peer}`)}   ${tunnel.interface}, ${protocol}${protocol === 'IKEv1' ? ' main mode' : ''}; nothing is known of the peer`,
    '',
    ...summary,
    ...directions.flatMap((direction) => directionLines(tunnel, direction, options, paint)),
    ...(peers.length === 0
      ? []
      : [
          '',
          `  ${paint('dim', `--peer-config FILE writes the configuration of the peer${peers.length > 1 ? 's' : ''} that came up.`)}`,
        ]),
  ]
}
