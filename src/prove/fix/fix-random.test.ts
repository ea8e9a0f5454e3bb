import { describe, expect, it } from 'vitest'
import { linesOf, meaningOf } from '../../../test/support/fixes.ts'
import { randomScenario } from '../../../test/support/random-pair/index.ts'
import { type Draw, holdsFor } from '../../../test/support/scenario-folder.ts'
import { type Lab, type LabRouter, runDirection, storeOf } from '../../lab/index.ts'
import { decideDirection } from '../decide-direction.ts'
import { directionsOf, type PlannedDirection } from '../directions.ts'
import { judge } from '../judge.ts'
import { endsOf, type StaticDirection, worldOf } from '../static/index.ts'
import type { Fix } from '../verdict.ts'
import { fixesFor } from './fix.ts'
import { withEdit } from './paste.ts'

const asked = ({ initiator, responder, flow }: PlannedDirection): StaticDirection => ({
  initiator: initiator.name,
  responder: responder.name,
  flow,
})

const changed = (lab: Lab, change: (router: LabRouter) => LabRouter): Lab => ({
  ...lab,
  routers: lab.routers.map(change),
})

/** Nobody knows in which order they enrolled. */
const opened = (lab: Lab): Lab => changed(lab, (router) => ({ ...router, orderKnown: router.enrolled.length < 2 }))

/** What each direction comes to, with everything that it depends on; of one tunnel, or of all others. */
const casesIn = (lab: Lab, isMeant: (planned: PlannedDirection) => boolean): readonly unknown[] => {
  const world = worldOf(lab)
  return directionsOf(lab)
    .filter(isMeant)
    .map((planned) => {
      const { groups, outcome } = decideDirection(world, asked(planned))
      const told = groups.map(({ when, classes }) => [when, classes[0]?.walk.outcome, classes[0]?.walk.code])
      return [planned.initiator.name, planned.responder.name, outcome, told]
    })
}

const pasted = (lab: Lab, fix: Fix, lines: 'paste' | 'undo', given: Lab = lab): Lab =>
  linesOf(given, fix, lines).reduce<Lab>((before, edit) => {
    const after = withEdit(before, edit)
    if (!after) throw new Error(`IOS's reader refuses ${edit.paste.join(' / ')}`)
    return after
  }, lab)

/** Any order at all: a negotiation of each direction. */
const negotiated = (lab: Lab, draw: Draw, isMeant: (planned: PlannedDirection) => boolean): readonly unknown[] => {
  const drawn = changed(lab, (router) => {
    const rest = [...router.enrolled]
    const enrolled = router.orderKnown
      ? router.enrolled
      : router.enrolled.flatMap(() => rest.splice(draw(rest.length), 1))
    return { ...router, enrolled, store: storeOf(enrolled, lab.knobs) }
  })
  const world = worldOf(drawn)
  return directionsOf(drawn)
    .filter(isMeant)
    .map((planned) => {
      const run = runDirection(drawn, planned.initiator, planned.responder, planned.flow)
      return judge(run, endsOf(world, asked(planned), new Map(), drawn.knobs)).outcome
    })
}

const isRenewal = ({ edits }: Fix): boolean => edits.some(({ undo }) => undo.length === 0)

/** By profile, tunnel or trustpoint of a router: the trustpoints that it trusts, null for all, or how it asks for revocation. */
const trust = ({ configuration }: LabRouter): ReadonlyMap<string, readonly string[] | null> => {
  const open = (names: readonly string[]): readonly string[] | null => (names.length === 0 ? null : names)
  const lists = new Map<string, readonly string[] | null>([
    ...configuration.isakmpProfiles.map(
      ({ name, caTrustPoints }) => [`1 ${name}`, open(caTrustPoints.map((each) => each.name))] as const,
    ),
    ...(configuration.ikev2?.profiles ?? []).map(({ name, trustpoints }) => {
      const verifying = trustpoints.filter(({ use }) => use !== 'sign').map((each) => each.name)
      return [`2 ${name}`, trustpoints.length === 0 ? null : verifying] as const
    }),
  ])
  const tunnels = [...configuration.ipsec.profiles, ...configuration.ipsec.cryptoMaps].map((each) => {
    const named = each.ikev2Profile ? `2 ${each.ikev2Profile.name}` : `1 ${each.isakmpProfile?.name}`
    return [`tunnel ${each.name} ${'sequence' in each ? each.sequence : ''}`, lists.get(named) ?? null] as const
  })
  const methods = configuration.trustpoints.map(
    ({ name, revocationCheck }) => [`${name} ${revocationCheck}`, []] as const,
  )
  return new Map<string, readonly string[] | null>([...lists, ...tunnels, ...methods])
}

/** What a router trusts after a change, and did not before. */
const comesToTrust = (before: LabRouter, after: LabRouter): readonly string[] => {
  const known = trust(before)
  return [...trust(after)].flatMap(([what, names]) => {
    const old = known.get(what)
    if (old === null) return []
    if (old === undefined) return [what]
    return names === null ? [`${what}: everybody`] : names.filter((name) => !old.includes(name))
  })
}

const routerIn = (lab: Lab, wanted: string): LabRouter => {
  const router = lab.routers.find(({ name }) => name === wanted)
  if (!router) throw new Error(`no router ${wanted}`)
  return router
}

describe('a fix of random routers', () => {
  it('is up in every case, is taken back by its undo lines, leaves other tunnels alone, and says what it trusts', {
    timeout: 600_000,
  }, () => {
    holdsFor(randomScenario, { runs: 30, seed: 5 }, (lab, draw) => {
      for (const { name } of lab.routers.slice(1)) {
        const own = ({ initiator, responder }: PlannedDirection): boolean =>
          initiator.name === name || responder.name === name
        const [canChange] = [[], ['R1'], [name]].slice(draw(3))
        const options = canChange === undefined || canChange.length === 0 ? {} : { canChange }
        for (const fix of fixesFor(worldOf(lab), ['R1', name], options)) {
          for (const { router } of fix.edits)
            expect([fix.text, options.canChange ?? [router]]).toEqual([fix.text, expect.arrayContaining([router])])
          if (isRenewal(fix)) continue
          const start = fix.fragile === null ? opened(lab) : lab
          const mended = pasted(start, fix, 'paste')
          for (const direction of casesIn(mended, own))
            expect([fix.text, direction]).toEqual([
              fix.text,
              [expect.anything(), expect.anything(), 'up', [[[], 'up', null]]],
            ])
          expect([fix.text, ...negotiated(mended, draw, own)]).toEqual([fix.text, 'up', 'up'])
          expect([fix.text, casesIn(pasted(lab, fix, 'paste'), (each) => !own(each))]).toEqual([
            fix.text,
            casesIn(lab, (each) => !own(each)),
          ])
          const back = pasted(mended, fix, 'undo', start)
          for (const { router } of fix.edits) {
            expect([fix.text, meaningOf(routerIn(back, router))]).toEqual([
              fix.text,
              meaningOf(routerIn(start, router)),
            ])
            const gained = comesToTrust(routerIn(start, router), routerIn(mended, router))
            if (fix.widensTrust === null) expect([fix.text, gained]).toEqual([fix.text, []])
          }
        }
      }
    })
  })
})
