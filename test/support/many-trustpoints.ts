import { plainAuthority } from './random-pair/authorities.ts'
import { filesOf, type RandomScenario } from './random-pair/index.ts'
import { plainProfile } from './random-pair/profiles.ts'
import { plainRouter } from './random-pair/routers.ts'
import { plainTrustpoint } from './random-pair/trustpoints.ts'

/** Two routers with so many trustpoints each, all of CAs that both know, in an order that nobody knows; R1's profile names the first. */
export const manyTrustpoints = (version: 1 | 2, count: number): Pick<RandomScenario, 'files'> => {
  const places = Array.from({ length: count }, (_, index) => index)
  const trustpoints = places.map(plainTrustpoint)
  return {
    files: filesOf({
      authorities: places.map(() => plainAuthority),
      base: { version, method: 'rsa-sig', identity: 'fqdn', suite: 0, transform: 0, pfs: 0, kind: 'gre' },
      routers: [
        plainRouter(trustpoints, plainProfile([0])),
        plainRouter(trustpoints, plainProfile(version === 1 ? [] : places)),
      ],
      knobs: [],
      pings: 0,
      mtu: 1500,
      losesFragments: false,
    }),
  }
}
