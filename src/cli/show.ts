import { existsSync } from 'node:fs'
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

interface Question {
  readonly lab: Lab
  readonly router: LabRouter
  readonly words: readonly string[]
}

const exists = (input: string): boolean => input === '-' || existsSync(input)

/** A router, and at least one word of a command. */
const behindInputs = 2

/**
 * Inputs, router and command stand one behind the other: what exists is an input, to the first word that does not. Where a
 * file bears the name of the router too, it is the router that is meant.
 */
const questionOf = (arguments_: readonly string[]): Question => {
  const most = Math.max(1, arguments_.length - behindInputs)
  const end = arguments_.findIndex((word, index) => index > 0 && !exists(word))
  const longest = Math.min(most, end < 0 ? most : end)
  let refused: unknown
  for (let count = longest; count > 0; count -= 1)
    try {
      return ask(arguments_.slice(0, count), arguments_[count] ?? '', arguments_.slice(count + 1))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      refused ??= error
    }
  throw refused
}

const ask = (inputs: readonly string[], name: string, words: readonly string[]): Question => {
  const lab = readLab(inputs)
  const router = lab.routers.find((each) => each.name.toLowerCase() === name.toLowerCase())
  if (router) return { lab, router, words }
  throw new InputError({
    file: inputs.join(' '),
    message: name === '' ? 'no router is named' : `there is no router ${name}`,
    remedy: `name the router behind the inputs, and then the command: the routers are ${lab.routers.map((each) => each.name).join(', ')}`,
  })
}

/** `ikewise show INPUTS ROUTER …`: prints what IOS prints, after the tunnel has been started where that matters. */
export const show = (arguments_: readonly string[], options: ShowOptions, terminal: Terminal): number => {
  const { lab, router, words } = questionOf(arguments_)
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
