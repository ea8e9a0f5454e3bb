import { type Lab, storeOf } from '../../lab/index.ts'
import { decideDirection } from '../decide-direction.ts'
import { proveDirection } from '../prove-direction.ts'
import { type World, worldLike } from '../static/index.ts'
import type { Fix, FixEdit } from '../verdict.ts'
import type { Edit, HiddenKey } from './edit.ts'
import { between } from './look.ts'
import { changesOthers } from './others.ts'
import { withEdit } from './paste.ts'
import { type Mended, type SearchLimits, search } from './search.ts'

export interface FixOptions {
  /** Routers that the engineer controls; undefined: all. */
  readonly canChange?: readonly string[]
}

const atMost = { labs: 250, edits: 3, solutions: 3 }

/** Nobody knows the order, whatever the scenario says: what is renewed tomorrow changes it. */
const withOpenOrders = (lab: Lab, ends: readonly string[]): Lab => ({
  ...lab,
  routers: lab.routers.map((router) => (ends.includes(router.name) ? { ...router, orderKnown: false } : router)),
})

/**
 * Changes that make both directions between two routers come up, the least intrusive first: in every order of enrolment
 * and under every knob if there is such a change, else under what is known today, and then it is called fragile. Each is
 * proved by negotiation and changes no other tunnel.
 */
export const fixesFor = (world: World, ends: readonly [string, string], options: FixOptions = {}): readonly Fix[] => {
  const { lab } = world
  const allowed = options.canChange?.map((name) => name.toLowerCase())
  const canChange = new Set(
    lab.routers.map(({ name }) => name).filter((name) => allowed === undefined || allowed.includes(name.toLowerCase())),
  )
  const open = worldLike(world, withOpenOrders(lab, ends))
  const limitsIn = (start: World): SearchLimits => ({
    ...atMost,
    canChange,
    accepts: (mended, edits) => !changesOthers(start, worldLike(start, mended), ends, edits),
  })
  const lasting = search(open, ends, limitsIn(open))
  if (lasting.some(({ edits }) => edits.length === 0)) return []
  const told = lasting.flatMap((mended) => proven(open, ends, mended, null))
  if (told.length > 0) return told
  const known = lab.routers.some(
    ({ name, orderKnown, enrolled }) => ends.includes(name) && orderKnown && enrolled.length > 1,
  )
  if (!known) return []
  const today = search(world, ends, limitsIn(world))
  if (today.some(({ edits }) => edits.length === 0)) return []
  const fragile = today.flatMap((mended) =>
    proven(
      world,
      ends,
      mended,
      'it holds for the order of enrolment and the knobs as they are given, not for every one',
    ),
  )
  return fragile.length > 0 ? fragile : renewals(world, ends, canChange)
}

/** A change that the negotiations prove and that no other tunnel feels, as it is told: what is proved is what is printed. */
const proven = (
  world: World,
  ends: readonly [string, string],
  { edits, cases }: Pick<Mended, 'edits' | 'cases'>,
  fragile: string | null,
): readonly Fix[] => {
  const printed = merged(world.lab, edits)
  const lab = printed.reduce<Lab | null>(
    (before, { told, hidden }) => before && withEdit(before, { ...told, hidden }),
    world.lab,
  )
  return lab === null ? [] : provenIn(world, lab, ends, { edits, printed, cases }, fragile)
}

const provenIn = (
  world: World,
  lab: Lab,
  ends: readonly [string, string],
  { edits, printed, cases }: Pick<Mended, 'edits' | 'cases'> & { readonly printed: readonly Printed[] },
  fragile: string | null,
): readonly Fix[] => {
  const after = worldLike(world, lab)
  if (changesOthers(world, after, ends, edits)) return []
  let negotiations = 0
  for (const planned of between(lab, ends)) {
    const { direction, runs, complete } = proveDirection(after, planned)
    if (!complete || direction.cases.some(({ outcome }) => outcome !== 'up')) return []
    negotiations += runs.length
  }
  const widens = edits.flatMap(({ widens: each }) => each ?? [])
  return [
    {
      text: edits.map(({ text }) => text).join('; '),
      edits: printed.map(({ told }) => told),
      widensTrust: widens.length > 0 ? widens.join('; ') : null,
      fragile,
      proved: { cases, negotiations },
    },
  ]
}

/** Lines as they are told, and the keys that they do not tell. */
interface Printed {
  readonly told: FixEdit
  readonly hidden: readonly HiddenKey[]
}

/** One block of lines a router; they are taken back in the opposite order. */
const merged = (lab: Lab, edits: readonly Edit[]): readonly Printed[] =>
  [...new Set(edits.map(({ router }) => router))].map((router) => {
    const own = edits.filter((edit) => edit.router === router)
    const hidden = [
      ...new Map(own.flatMap((edit) => edit.hidden ?? []).map((each) => [each.placeholder, each])).values(),
    ]
    return {
      told: {
        router,
        file: lab.routers.find(({ name }) => name === router)?.texts.at(-1)?.file ?? '',
        paste: withoutRepeatedHeaders(own.flatMap(({ paste }) => paste)),
        undo: withoutRepeatedHeaders(own.toReversed().flatMap(({ undo }) => undo)),
        keys: hidden.map(({ placeholder, at }) => ({ placeholder, at })),
      },
      hidden,
    }
  })

/** Two changes of one section in a row need its header once. */
const withoutRepeatedHeaders = (lines: readonly string[]): readonly string[] => {
  let header = ''
  return lines.filter((line) => {
    if (line.startsWith(' ')) return true
    const repeated = line === header
    header = line
    return !repeated
  })
}

/** Where no line helps, a renewal may: it makes another certificate the newest, until the next renewal. */
const renewals = (world: World, ends: readonly [string, string], canChange: ReadonlySet<string>): readonly Fix[] => {
  const { lab } = world
  return lab.routers
    .filter(({ name, orderKnown }) => orderKnown && ends.includes(name) && canChange.has(name))
    .flatMap((router) =>
      router.enrolled
        .filter(({ identity }) => identity)
        .flatMap((renewed): readonly Fix[] => {
          const enrolled = [...router.enrolled.filter((each) => each !== renewed), renewed]
          const changed: Lab = {
            ...lab,
            routers: lab.routers.map((each) =>
              each === router ? { ...router, enrolled, store: storeOf(enrolled, lab.knobs) } : each,
            ),
          }
          const after = worldLike(world, changed)
          const up = between(changed, ends).every(
            ({ initiator, responder, flow }) =>
              decideDirection(after, { initiator: initiator.name, responder: responder.name, flow }).outcome === 'up',
          )
          if (!up) return []
          const edit: Edit = {
            router: router.name,
            subject: `crypto pki enroll ${renewed.name}`,
            paste: [`crypto pki enroll ${renewed.name}`],
            undo: [],
            text: `${router.name} renews its certificate of ${renewed.name}, which makes it the newest`,
            cost: 0,
            widens: null,
          }
          return provenIn(
            world,
            changed,
            ends,
            { edits: [edit], printed: merged(lab, [edit]), cases: 0 },
            'the next renewal or enrolment on this router changes the order again',
          )
        }),
    )
}
