import type { RouterConfiguration } from '../ios/index.ts'
import type { CertificateStore } from '../pki/index.ts'
import type { Knobs } from '../selection/index.ts'
import type { Authority } from './authorities.ts'

/** A router of the lab, enrolled. */
export interface LabRouter {
  readonly name: string
  readonly configuration: RouterConfiguration
  readonly store: CertificateStore
}

/** Routers, CAs and clock, put together: everything that a run needs. */
export interface Lab {
  /** Where it was read from, for messages. */
  readonly source: string
  /** Milliseconds since 1970 UTC. */
  readonly clock: number
  /** One-way delay between neighbours, milliseconds. */
  readonly latency: number
  readonly routers: readonly LabRouter[]
  readonly authorities: readonly Authority[]
  readonly knobs: Knobs
  /** Echo requests that the initiator sends. */
  readonly pingCount: number
}
