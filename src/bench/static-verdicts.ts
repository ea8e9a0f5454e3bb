import { readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Lab, readLab } from '../lab/index.ts'
import { decideDirection, directionsOf, type StaticDirection, type World, walk, worldOf } from '../prove/index.ts'
import type { Figure } from './figure.ts'
import { manyTrustpoints } from './many-trustpoints.ts'
import { perSecond } from './rounds.ts'

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))

/** What the issue asks for, of one core. */
const fewestVerdicts = 2000

/** Every example, and tunnels of two to six trustpoints a side in an order that nobody knows. */
const labs = (): readonly Lab[] => {
  const many = ([1, 2] as const).flatMap((version) => [2, 3, 4, 5, 6].map((count) => manyTrustpoints(version, count)))
  const names = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const read = [...names.map(({ name }) => `${examples}${name}`), ...many].map((folder) => readLab([folder]))
  for (const folder of many) rmSync(folder, { recursive: true })
  return read
}

interface Asked {
  readonly world: World
  readonly direction: StaticDirection
}

const askedOf = (world: World): readonly Asked[] =>
  directionsOf(world.lab).map(({ initiator, responder, flow }) => ({
    world,
    direction: { initiator: initiator.name, responder: responder.name, flow },
  }))

/** Decides them, and says when each holds. */
const classesIn = ({ world, direction }: Asked): number => {
  const { groups } = decideDirection(world, direction)
  let classes = 0
  for (const group of groups) {
    if (groups.length > 1 && group.when.length === 0) throw new Error('a group of classes without a condition')
    classes += group.classes.length
  }
  return classes
}

/** Verdicts by the decisions alone: of one order and one set of knobs, and of every class, with the lab's preparation and without. */
export const staticFigures = (rounds: number): readonly Figure[] => {
  const all = labs()
  const worlds = all.map(worldOf)
  const asked = worlds.flatMap(askedOf)
  const classes = asked.reduce((sum, each) => sum + classesIn(each), 0)
  const figure = (name: string, perBatch: number, run: () => void): Figure => {
    const value = perSecond(rounds, 1, run) * perBatch
    return { name, value, unit: 'verdicts/s', ratio: fewestVerdicts / value }
  }
  return [
    figure('verdicts by the decisions: one order, one set of knobs', asked.length, () => {
      for (const { world, direction } of asked) walk(world, direction, new Map(), world.lab.knobs)
    }),
    figure('verdicts by the decisions: every class of the unknowns', classes, () => {
      for (const each of asked) classesIn(each)
    }),
    figure('the same, and each lab prepared anew', classes, () => {
      for (const lab of all) for (const each of askedOf(worldOf(lab))) classesIn(each)
    }),
  ]
}
