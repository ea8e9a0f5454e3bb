import type { AuthorityPlan } from './authorities.ts'
import type { Base, RouterPlan } from './routers.ts'

/*
 *   R1 192.168.0.1 ── 192.168.0.2 R2      CA0 … CA5 at 192.168.0.100 …
 *                  └─ 192.168.0.3 R3      behind each router 192.168.(100 + n).0/24, loopbacks 192.168.200.n
 */

/** A router among the others. */
export interface Place {
  readonly plan: RouterPlan
  readonly base: Base
  readonly own: number
  /** Numbers of the routers to which it has tunnels. */
  readonly peers: readonly number[]
  readonly routers: readonly RouterPlan[]
  readonly authorities: readonly AuthorityPlan[]
}

export const nameOf = (router: number): string => `R${router + 1}`
export const wireAddressOf = (router: number): string => `192.168.0.${router + 1}`
export const loopbackOf = (router: number): string => `192.168.200.${router + 1}`
export const lanOf = (router: number): string => `192.168.${router + 101}`
export const fqdnOf = (router: number): string => `${nameOf(router)}.cisco.com`
export const mailOf = (router: number): string => `${nameOf(router).toLowerCase()}@cisco.com`

/** Where a router's tunnels end. */
export const addressOf = ({ routers }: Place, router: number): string =>
  routers[router]?.endsOnLoopback ? loopbackOf(router) : wireAddressOf(router)

export const methodOf = ({ plan, base }: Place): Base['method'] => plan.method ?? base.method

/** A section of a configuration. */
export const section = (header: string, lines: readonly string[]): readonly string[] => [
  '!',
  header,
  ...lines.map((line) => ` ${line}`),
]

/** The VRF that profiles and policies name; undefined: the global one. */
export const servedBy = ({ serves, front }: RouterPlan): 'FRONT' | 'any' | undefined => {
  if (serves === 'any') return 'any'
  return (serves === 'own') === (front !== undefined) ? 'FRONT' : undefined
}

export const fvrfLines = (plan: RouterPlan): readonly string[] => {
  const served = servedBy(plan)
  return served === undefined ? [] : [`match fvrf ${served}`]
}
