import { freshPair, isUp, negotiate, type Pair } from './exchange.ts'
import type { Figure } from './figure.ts'
import type { FloorGroup, FloorOperation } from './floor.ts'
import { runFloor } from './floor.ts'
import { ikeV1Floor } from './ikev1-floor.ts'
import { interleaved } from './rounds.ts'
import { type Authentication, type Sites, tunnelSites } from './sites.ts'

/** A row of the table: a negotiation and what it cannot be faster than. */
interface Negotiation {
  readonly name: string
  readonly sites: Sites
  readonly floor: readonly FloorOperation[]
}

const ikeV1Groups: readonly FloorGroup[] = [2, 14, 19]
const ikeV1Authentications: readonly Authentication[] = ['RSA-2048', 'pre-shared key']

const ikeV1 = (group: FloorGroup, authentication: Authentication): Negotiation => {
  const sites = tunnelSites({ group, authentication })
  const pair = freshPair(sites)
  const sent = negotiate(pair)
  if (!isUp(pair)) throw new Error(`IKEv1 with group ${group} and ${authentication} does not come up`)
  return { name: `IKEv1, group ${group}, ${authentication}`, sites, floor: ikeV1Floor(group, sites, sent) }
}

const rows: readonly (() => Negotiation)[] = ikeV1Groups.flatMap((group) =>
  ikeV1Authentications.map((authentication) => () => ikeV1(group, authentication)),
)

/** Both sides of each negotiation against its floor: the median time of one, and how many times the floor that is. */
export const negotiationFigures = (rounds: number): readonly Figure[] =>
  rows.flatMap((row): readonly Figure[] => {
    const { name, sites, floor } = row()
    let pair: Pair = freshPair(sites)
    const [whole = 0, least = 0] = interleaved(rounds, [
      {
        prepare: () => {
          pair = freshPair(sites)
        },
        run: () => {
          negotiate(pair)
        },
      },
      { run: () => runFloor(floor) },
    ])
    return [
      { name, value: whole, unit: 'ms', ratio: whole / least },
      { name: `${name}: floor`, value: least, unit: 'ms', ratio: null },
    ]
  })
