import type { RouterConfiguration } from '../ios/index.ts'
import { builtInCas, type CertificateStore, certificateStore, type Trustpoint } from '../pki/index.ts'
import type { Abilities, Knobs } from '../selection/index.ts'
import type { CaServer } from './authorities.ts'
import type { Issuer } from './issuer.ts'

/** A router of the lab, enrolled. */
export interface LabRouter {
  readonly name: string
  /** The configuration's text, as it was read. */
  readonly text: string
  readonly configuration: RouterConfiguration
  /** Oldest first, without the CAs that are built in: this and the knobs make the store. */
  readonly enrolled: readonly Trustpoint[]
  /** False: nobody said in which order it enrolled, and `enrolled` is one order of many. */
  readonly orderKnown: boolean
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
  /** What was read where, and what was assumed; empty where a `lab.yaml` says it all. */
  readonly sources: readonly Source[]
}

/** The same lab at another time, milliseconds since 1970 UTC; its CAs have gone on to publish lists. */
export const labAt = (lab: Lab, clock: number): Lab => ({
  ...lab,
  clock,
  authorities: lab.authorities.map((authority) => ({ ...authority, answer: authority.answerAt(clock) })),
})
