import type { Lab } from '../../src/lab/index.ts'
import { plainAuthority } from './random-pair/authorities.ts'
import { filesOf, type PairPlan } from './random-pair/index.ts'
import { type ProfilePlan, plainProfile } from './random-pair/profiles.ts'
import { type Base, plainRouter, type RouterPlan } from './random-pair/routers.ts'
import { plainTrustpoint, type TrustpointPlan } from './random-pair/trustpoints.ts'
import { labOf } from './scenario-folder.ts'

/** How a router departs from a plain one. */
type Departure = Partial<Omit<RouterPlan, 'profiles' | 'trustpoints'>> & {
  readonly trustpoints?: readonly Partial<TrustpointPlan>[]
  readonly profiles?: readonly Partial<ProfilePlan>[]
}

const routerOf = ({ trustpoints = [{}], profiles = [{}], ...rest }: Departure): RouterPlan => {
  const held = trustpoints.map((each, index) => ({ ...plainTrustpoint(index), ...each }))
  return {
    ...plainRouter(held, plainProfile([])),
    profiles: profiles.map((each) => ({ ...plainProfile([]), ...each })),
    openLists: false,
    ...rest,
  }
}

/** R1 and R2, and others with a tunnel to R1, which come up but for what is said; the files of their scenario. */
export const plainPair = (
  base: Partial<Base>,
  departures: readonly [Departure, Departure, ...Departure[]],
  lab: Partial<Pick<PairPlan, 'authorities' | 'mtu' | 'losesFragments' | 'knobs'>> = {},
): Readonly<Record<string, string>> => ({
  ...filesOf({
    authorities: [plainAuthority, plainAuthority, plainAuthority],
    base: { version: 1, method: 'rsa-sig', identity: 'fqdn', suite: 0, transform: 0, pfs: 0, kind: 'gre', ...base },
    routers: departures.map(routerOf),
    knobs: [],
    pings: 0,
    mtu: 1500,
    losesFragments: false,
    ...lab,
  }),
})

/** The lab of such a scenario, with its texts changed first. */
export const plainLab = (files: Readonly<Record<string, string>>): Lab => labOf({ files })
