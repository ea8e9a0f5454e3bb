import { deterministicRandom } from '../crypto/index.ts'
import { showCommand } from '../ios/index.ts'
import { InputError, type Lab, type LabRouter, readLab, runDirection } from '../lab/index.ts'
import { directionsOf } from '../prove/index.ts'
import { Router, type RouterSnapshot } from '../router/index.ts'
import { exitCode, type Terminal } from './terminal.ts'

interface ShowOptions {
  readonly initiator?: string
}

/** Commands whose answer needs no negotiation. */
const atRest = /^(?:cr\w*\s+(?:pki|ca)|cr\w*\s+i[ks]\w*\s+(?:po|pr)\w*)\b/i

/** `ikewise show SCENARIO ROUTER …`: prints what IOS prints, after the tunnel has been started where that matters. */
export const show = (
  scenario: string,
  routerName: string,
  words: readonly string[],
  options: ShowOptions,
  terminal: Terminal,
): number => {
  const lab = readLab([scenario])
  const router = lab.routers.find(({ name }) => name.toLowerCase() === routerName.toLowerCase())
  if (!router)
    throw new InputError({
      file: scenario,
      message: `there is no router ${routerName}`,
      remedy: `the routers are ${lab.routers.map(({ name }) => name).join(', ')}`,
    })
  const rest = atRestState(lab, router)
  const state = atRest.test(words.join(' '))
    ? rest
    : afterNegotiation(lab, router, options.initiator ?? router.name, rest)
  const result = showCommand(words, state)
  if (!result.ok) {
    terminal.err(`${result.error}\n  available here: ${result.available.join('; ')}\n`)
    return exitCode.unusable
  }
  terminal.out(result.text.endsWith('\n') ? result.text : `${result.text}\n`)
  return exitCode.good
}

/** The router before anything was negotiated. */
const atRestState = (lab: Lab, { name, configuration, store }: LabRouter): RouterSnapshot =>
  new Router({ name, configuration, store, knobs: lab.knobs, random: deterministicRandom('at rest') }).snapshot(
    lab.clock,
  )

const afterNegotiation = (lab: Lab, router: LabRouter, initiator: string, rest: RouterSnapshot): RouterSnapshot => {
  const directions = directionsOf(lab).filter(
    (direction) => direction.initiator === router || direction.responder === router,
  )
  const wanted =
    directions.find((direction) => direction.initiator.name.toLowerCase() === initiator.toLowerCase()) ?? directions[0]
  if (!wanted)
    throw new InputError({
      file: lab.source,
      message: `${router.name} has no tunnel to another router of the scenario`,
      remedy: 'a tunnel interface with protection, or a crypto map, makes one',
    })
  return runDirection(lab, wanted.initiator, wanted.responder, wanted.flow).routers.get(router.name) ?? rest
}
