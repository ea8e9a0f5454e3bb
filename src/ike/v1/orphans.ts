import { toHex } from '../../wire/index.ts'
import type { Endpoint } from '../effects.ts'
import type { Child, Established } from './session.ts'

/** An IPsec SA pair whose phase 1 SA has ended. */
export interface Orphan {
  readonly child: Child
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly profile: string | null
}

/** IPsec SAs outlive the phase 1 SA that made them; here they wait for their end, or for a new one with the same peer. */
export class Orphans {
  #waiting: readonly Orphan[] = []

  add({ children, local, peer, profile }: Established): void {
    this.#waiting = [...this.#waiting, ...children.map((child) => ({ child, local, peer, profile }))]
  }

  has(address: string): boolean {
    return this.#waiting.some(({ peer }) => peer.address === address)
  }

  /** `spi`: hex of the inbound SPI. */
  find(spi: string): Orphan | undefined {
    return this.#waiting.find(({ child }) => toHex(child.inbound) === spi)
  }

  /** Takes out those to which `belongs` applies, and returns them. */
  take(belongs: (orphan: Orphan) => boolean): readonly Orphan[] {
    const taken = this.#waiting.filter(belongs)
    if (taken.length > 0) this.#waiting = this.#waiting.filter((orphan) => !taken.includes(orphan))
    return taken
  }
}
