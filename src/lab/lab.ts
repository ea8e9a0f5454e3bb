import type { ConfigurationText, RouterConfiguration } from '../ios/index.ts'
import { builtInCas, type CertificateStore, certificateStore, type Trustpoint } from '../pki/index.ts'
import type { Abilities, Knobs } from '../selection/index.ts'
import type { CaServer } from './authorities.ts'
import type { Issuer } from './issuer.ts'

/** A router of the lab, enrolled. */
export interface LabRouter {
  readonly name: string
  /** The configuration as it was read; where its parts stand in several places, in the order in which they count. */
  readonly texts: readonly ConfigurationText[]
  readonly configuration: RouterConfiguration
  /** Oldest first, without the CAs that are built in: this and the knobs make the store. */
  readonly enrolled: readonly Trustpoint[]
  /** False: nobody said in which order it enrolled, and `enrolled` is one order of many. */
  readonly orderKnown: boolean
  /** Trustpoints whose certificate nobody showed: it is made up, as the trustpoint asks for it. Absent: none. */
  readonly imagined?: ReadonlySet<string>
  readonly store: CertificateStore
  /** What its release can do; everything where it is not said. */
  readonly abilities?: Abilities
  /** Milliseconds by which its own clock is ahead of the lab's; negative: behind. Absent: it is right. */
  readonly clockOffset?: number
  /** IP fragments that reach it are thrown away. */
  readonly dropsFragments?: boolean
}

/** The store of a router that has enrolled in this order, oldest first. */
export const storeOf = (enrolled: readonly Trustpoint[], knobs: Knobs): CertificateStore =>
  certificateStore({
    enrolled,
    builtIn: builtInCas(knobs.builtins),
    caOnlyPosition: knobs['store.caOnlyPosition'],
  })

/** One way to read what nobody told: whose CAs are one. */
export interface CaReading {
  /** By trustpoints of one router, `TP1 of R1`: those of the other one that are of the same CA, `VPN of R2`, or that there are none. */
  readonly answers: ReadonlyMap<string, string>
  /** By router and trustpoint: what it holds when it is read so; all others as the lab has them. */
  readonly holds: ReadonlyMap<string, ReadonlyMap<string, Trustpoint>>
}

/** Trustpoints, in whatever order, as a reading has them. */
export const readAs = (
  { holds }: CaReading,
  router: string,
  enrolled: readonly Trustpoint[],
): readonly Trustpoint[] => {
  const own = holds.get(router)
  if (!own) return enrolled
  return enrolled.map((trustpoint) => {
    const read = own.get(trustpoint.name)
    if (!read) return trustpoint
    const { ca, identity } = read
    return { ...trustpoint, ...(ca ? { ca } : {}), ...(identity ? { identity } : {}) }
  })
}

/** Where a part of a lab came from, or what was taken for granted where nothing told. Lines count from 1. */
export interface Source {
  readonly kind: 'configuration' | 'certificates' | 'order' | 'clock' | 'serial' | 'assumed' | 'unknown' | 'not-read'
  readonly router: string | null
  readonly file: string | null
  readonly lines: { readonly from: number; readonly to: number } | null
  readonly text: string
}

/** Routers, CAs and clock, put together: everything that a run needs. */
export interface Lab {
  /** Where it was read from, for messages. */
  readonly source: string
  /** Where the files stand that references name by a short name, as whoever gave them names them; absent: by these. */
  readonly paths?: ReadonlyMap<string, string>
  /** Milliseconds since 1970 UTC. */
  readonly clock: number
  /** One-way delay between neighbours, milliseconds. */
  readonly latency: number
  /** Octets of the largest IP packet between neighbours; 1500 where it is not said. */
  readonly mtu?: number
  /** IP fragments are lost between all neighbours. */
  readonly dropsFragments?: boolean
  readonly routers: readonly LabRouter[]
  readonly authorities: readonly CaServer[]
  /** CAs that can issue certificates to further routers, as to a peer that nobody knows. */
  readonly issuers: readonly Issuer[]
  readonly knobs: Knobs
  /** The knobs that somebody settled; the others stand at their defaults. */
  readonly settled: ReadonlySet<keyof Knobs>
  /** Echo requests that the initiator sends. */
  readonly pingCount: number
  /** At most so many of them where the negotiation fails: on IOS each begins it anew. */
  readonly failingPingCount: number
  /** Where nobody told which trustpoints are of one CA: every way to read it, that of the lab as it stands first. Absent: it is known. */
  readonly caReadings?: readonly CaReading[]
  /** What was read where, and what was assumed; empty where a `lab.yaml` says it all. */
  readonly sources: readonly Source[]
}

/** IOS's ping sends five. A failure has shown itself with the first, and that it comes again with the second. */
export const usualPings: Pick<Lab, 'pingCount' | 'failingPingCount'> = { pingCount: 5, failingPingCount: 2 }

/** The same lab at another time, milliseconds since 1970 UTC; its CAs have gone on to publish lists. */
export const labAt = (lab: Lab, clock: number): Lab => ({
  ...lab,
  clock,
  authorities: lab.authorities.map((authority) => ({ ...authority, answer: authority.answerAt(clock) })),
})
