import { describe, expect, it } from 'vitest'
import { manyTrustpoints } from '../../test/support/many-trustpoints.ts'
import { labOf } from '../../test/support/scenario-folder.ts'
import { type Lab, storeOf } from '../lab/index.ts'
import { classesAgain, classesOf, leavesOf } from './classes.ts'
import { decideClasses } from './decide-direction.ts'
import { directionsOf } from './directions.ts'
import { prove } from './prove.ts'
import { type StaticDirection, worldOf } from './static/index.ts'

const labWith = (version: 1 | 2, count: number): Lab => labOf(manyTrustpoints(version, count))

const directions = (lab: Lab): readonly StaticDirection[] =>
  directionsOf(lab).map(({ initiator, responder, flow }) => ({
    initiator: initiator.name,
    responder: responder.name,
    flow,
  }))

describe('classes of unknown orders', () => {
  it.each([1, 2] as const)('of thirty trustpoints a side are some sixty in IKEv%i, not 30!²', (version) => {
    const lab = labWith(version, 30)
    const world = worldOf(lab)
    for (const direction of directions(lab)) {
      const tree = classesOf(world, direction)
      const { complete, groups } = decideClasses(world, tree)
      expect(complete).toBe(true)
      expect(leavesOf(tree).length).toBeLessThan(200)
      expect(groups.length).toBeLessThan(4)
    }
  })

  it('beyond what anybody would look at leave the verdict undecided', () => {
    const lab = labWith(1, 10)
    const world = worldOf(lab)
    const [, fromR2] = directions(lab)
    if (!fromR2) throw new Error('no direction from R2')
    const some = decideClasses(world, classesOf(world, fromR2, undefined, 5))
    expect(some).toMatchObject({ complete: false, outcome: 'undecided' })
    expect(decideClasses(world, classesOf(world, fromR2)).groups.length).toBeGreaterThanOrEqual(some.groups.length)
  })
})

describe('a search that was given up', () => {
  it('can be taken up again at another time, wherever it ended', () => {
    const base = labWith(1, 3)
    const routers = base.routers.map((router) => {
      const enrolled = ['', '-again', '-once-more'].flatMap((suffix) =>
        router.enrolled.map((each) => ({ ...each, name: `${each.name}${suffix}` })),
      )
      return { ...router, enrolled, store: storeOf(enrolled, base.knobs) }
    })
    const lab = { ...base, routers }
    const world = worldOf(lab)
    for (const direction of directions(lab))
      for (let most = 1; most < 40; most += 1) {
        const again = classesAgain(classesOf(world, direction, undefined, most), world, direction, () => true)
        expect(leavesOf(again).length).toBeGreaterThan(0)
      }
  })
})

describe('ten trustpoints a side', () => {
  it('give the exact condition on the order', () => {
    const { verdict } = prove(labWith(1, 10))
    const [fromR1, fromR2] = verdict.tunnels.flatMap(({ directions: each }) => each)
    expect(fromR1?.outcome).toBe('up')
    expect(fromR2?.outcome).toBe('undecided')
    const names = Array.from({ length: 10 }, (_, index) => `TP${index}`)
    const [otherwise, fits] = fromR2?.cases.map(({ outcome, when }) => ({ outcome, when })) ?? []
    expect(otherwise).toMatchObject({ outcome: 'down', when: [[{ text: 'R1 did not enrol in TP0 last' }]] })
    expect(fits).toMatchObject({
      outcome: 'up',
      when: [[{ kind: 'order', router: 'R1', newest: ['TP0'], text: 'R1 enrolled in TP0 last' }]],
    })
    const [condition] = fits?.when.flat() ?? []
    expect(condition?.kind === 'order' && condition.among.toSorted()).toEqual(names)
  })

  it('of which two could decide name those two', () => {
    const { verdict } = prove(labWith(1, 2))
    const told = verdict.tunnels.flatMap(({ directions: each }) => each.flatMap(({ cases }) => cases))
    expect(told.flatMap(({ when }) => when.flat().map(({ text }) => text))).toEqual([
      'R1 enrolled in TP1 after TP0',
      'R1 enrolled in TP0 after TP1',
    ])
  })

  it('of a hundred and thirty, whose requests fill a message, are decided as they are negotiated', () => {
    const { verdict } = prove(labWith(1, 130), { initiator: 'R2' })
    const [fromR2] = verdict.tunnels.flatMap(({ directions: each }) => each)
    expect(fromR2).toMatchObject({ outcome: 'undecided', cases: [{ outcome: 'down' }, { outcome: 'up' }] })
  })
})
