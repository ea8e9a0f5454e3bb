import { freshPair, isUp, negotiate, type Pair } from './exchange.ts'
import type { Figure } from './figure.ts'
import { type FloorGroup, runFloor } from './floor.ts'
import { ikeV1Floor } from './ikev1-floor.ts'
import { ikeV2Floor } from './ikev2-floor.ts'
import { interleaved } from './rounds.ts'
import type { Authentication, TunnelKind } from './site-text.ts'
import { tunnelSites } from './sites.ts'

const matrix = (
  version: 1 | 2,
  groups: readonly FloorGroup[],
  authentications: readonly Authentication[],
): readonly TunnelKind[] =>
  groups.flatMap((group) => authentications.map((authentication) => ({ version, group, authentication })))

/** The rows of the table. */
const kinds: Readonly<Record<1 | 2, readonly TunnelKind[]>> = {
  1: matrix(1, [2, 14, 19], ['RSA-2048', 'pre-shared key']),
  2: [
    ...matrix(2, [2, 14, 19, 31], ['RSA-2048', 'P-256', 'pre-shared key']),
    { version: 2, group: 14, authentication: 'RSA-2048', fragmentationMtu: 576 },
  ],
}

const nameOf = ({ version, group, authentication, fragmentationMtu }: TunnelKind): string =>
  `IKEv${version}, group ${group}, ${authentication}${fragmentationMtu === undefined ? '' : `, fragments of ${fragmentationMtu}`}`

/** Both sides of each negotiation against its floor: the median time of one, and how many times the floor that is. */
export const negotiationFigures = (version: 1 | 2, rounds: number): readonly Figure[] =>
  kinds[version].flatMap((kind): readonly Figure[] => {
    const name = nameOf(kind)
    const sites = tunnelSites(kind)
    let pair: Pair = freshPair(sites)
    const sent = negotiate(pair)
    if (!isUp(pair)) throw new Error(`${name} does not come up`)
    const floor = (version === 1 ? ikeV1Floor : ikeV2Floor)(kind.group, sites, sent)
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
