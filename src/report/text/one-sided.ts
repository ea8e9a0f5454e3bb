import { type OneSidedDirection, type OneSidedTunnel, type PeerCondition, placeOf } from '../../prove/index.ts'
import {
  alternativesOf,
  conditionsByTopic,
  demandText,
  otherwiseText,
  proofText,
  roleVerbs,
} from '../one-sided-words.ts'
import { type Paint, pad, plain, type TextOptions, wrap } from './paint.ts'

/** What a router says about a peer of whom nothing is known, for a terminal. */

const conditionText = (
  condition: PeerCondition,
  router: string,
  messageWidth: number,
  width: number,
  paint: Paint,
): readonly string[] => {
  const { message, does, at, readings } = condition
  const indent = ' '.repeat(6 + messageWidth)
  const room = Math.max(40, width - indent.length)
  const [first = '', ...rest] = wrap(demandText(condition), room)
  const dim = (text: string): readonly string[] => wrap(text, room).map((line) => indent + paint('dim', line))
  const otherwise = otherwiseText(condition, router)
  const place = at === null ? [] : wrap(`${placeOf(at)}   ${plain(at.text.trim())}`, room)
  return [
    `    ${paint('bold', pad(message ?? '', messageWidth))}  ${first}`,
    ...rest.map((line) => indent + line),
    ...dim(`because ${does}`),
    ...place.map((line) => indent + paint('cyan', line)),
    ...alternativesOf(condition).flatMap(({ value, leadsTo }) =>
      wrap(plain(leadsTo === null ? value : `${value}: ${leadsTo}`), room - 2).map(
        (line, index) => `${indent}${index === 0 ? '· ' : '  '}${line}`,
      ),
    ),
    ...readings.flatMap(({ knob, is, text }) => dim(`under ${knob}=${is}: ${text}`)),
    ...(otherwise === null ? [] : dim(`or else ${otherwise}`)),
  ]
}

const directionLines = (
  tunnel: OneSidedTunnel,
  direction: OneSidedDirection,
  { width }: TextOptions,
  paint: Paint,
): readonly string[] => {
  const { conditions, role, cause } = direction
  const proof = proofText(direction, tunnel)
  const at = cause?.at ? [`  ${paint('cyan', `${placeOf(cause.at)}   ${plain(cause.at.text.trim())}`)}`] : []
  const head = paint('bold', `What the peer must do where ${tunnel.router} ${roleVerbs[role]}`)
  if (conditions.length === 0) {
    if (cause === null) return proof === null ? [] : ['', `  ${proof}`]
    const who = cause.rejectedBy === 'peer' ? 'Every peer refuses' : 'No peer brings it up'
    return [
      '',
      paint('bold', `Why it never comes up where ${tunnel.router} ${roleVerbs[role]}   ${cause.code}`),
      ...wrap(
        `${who}${cause.stage === null ? '' : `, at ${cause.stage}`}: ${cause.summary}.`,
        Math.max(40, width - 2),
      ).map((line) => `  ${line}`),
      ...at,
      ...(proof === null ? [] : [`  ${proof}`]),
    ]
  }
  const messageWidth = Math.max(...conditions.map(({ message }) => (message ?? '').length))
  return [
    '',
    head,
    ...conditionsByTopic(conditions).flatMap(({ title, conditions: own }) => [
      `  ${title}`,
      ...own.flatMap((each) => conditionText(each, tunnel.router, messageWidth, width, paint)),
    ]),
    ...(proof === null ? [] : wrap(proof, Math.max(40, width - 2)).map((line) => `  ${line}`)),
  ]
}

/** One tunnel: both directions in a line each, then what each asks of the peer. */
export const oneSidedText = (tunnel: OneSidedTunnel, options: TextOptions, paint: Paint): readonly string[] => {
  const { router, protocol, peer, directions, peers } = tunnel
  const names = directions.map(({ role }) => `${router} ${roleVerbs[role]}`)
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
