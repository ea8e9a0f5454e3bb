import type { IdentityCertificate, Trustpoint } from '../../pki/index.ts'
import type { Knobs } from '../../selection/index.ts'
import type { Decision, MessageName, RejectCode } from '../../trace/index.ts'
import type { End } from './ends.ts'

/**
 * A trustpoint that decided by its place in a router's store: another order may decide otherwise. `as`: the router asked
 * for its CA first, or it took its own certificate where the requests of the peer settled nothing.
 */
export interface Decisive {
  readonly router: string
  readonly trustpoint: string
  readonly as: 'request' | 'own'
}

/** What a walk over the decisions of one direction ends in. `code` is that of the refusal; null where the tunnel comes up. */
export interface Walk {
  readonly outcome: 'up' | 'down' | 'half-open'
  readonly stage: MessageName | null
  readonly rejectedBy: string | null
  readonly code: string | null
  /** The trustpoint with which each end signs, by router; null with a shared key or where it never comes to that. */
  readonly signsWith: Readonly<Record<string, string | null>>
  readonly decisive: readonly Decisive[]
  /** Knobs that a decision leaned on. */
  readonly knobs: ReadonlySet<keyof Knobs>
  /** Until when no certificate that was looked at changes its validity: milliseconds since 1970 UTC. */
  readonly until: number
  /** What refuses after that, each refusal before it being mended; only where it was asked for. */
  readonly next: readonly Refusal[]
}

/** A refusal as it is told. */
interface Refusal {
  readonly stage: MessageName
  readonly rejectedBy: string
  readonly code: string
}

/** A refusal, thrown up to where the walk began: the decisions read top to bottom as the messages do. */
export class Refused extends Error {
  readonly by: End
  readonly stage: MessageName
  readonly code: RejectCode
  readonly halfOpen: boolean
  constructor(by: End, stage: MessageName, code: RejectCode, halfOpen = false) {
    super(code)
    this.by = by
    this.stage = stage
    this.code = code
    this.halfOpen = halfOpen
  }
}

/** Collects what a walk meets on its way. `goesOn`: past refusals too, as if each were mended. */
export class Notes {
  readonly #goesOn: boolean
  readonly #met: Refused[] = []
  #until = Number.POSITIVE_INFINITY
  readonly knobs: Set<keyof Knobs> = new Set()
  readonly signsWith: Record<string, string | null> = {}
  readonly decisive: Decisive[] = []

  constructor(goesOn: boolean) {
    this.#goesOn = goesOn
  }

  /** A refusal behind which the walk could go on. */
  meet(refused: Refused): void {
    if (!this.#goesOn) throw refused
    this.#met.push(refused)
  }

  /** Takes a decision's choice, and notes the knob that it leaned on. */
  take<Choice, D extends Decision<Choice>>(decision: D & Decision<Choice>): D {
    if (decision.knob) this.knobs.add(decision.knob.name as keyof Knobs)
    return decision
  }

  /** What an end makes of its peer's chain. */
  examine(end: End, signer: Signer, allowed: readonly string[] | null): RejectCode | null {
    const { refusal, until } = end.examines(chainOf(signer), allowed)
    this.#until = Math.min(this.#until, until)
    return refusal
  }

  /** The request of `asker` that decided, or the own store where no request did. */
  decidedBy(
    asker: End,
    requests: readonly { readonly trustpoint: string }[],
    signer: End,
    choice: { readonly choice: string | null; readonly examined: readonly { readonly chosen: string | null }[] },
  ): void {
    this.signsWith[signer.name] = choice.choice
    const request = choice.examined.findIndex(({ chosen }) => chosen !== null)
    const asked = requests[request]
    if (asked) this.decisive.push({ router: asker.name, trustpoint: asked.trustpoint, as: 'request' })
    else if (choice.choice !== null) this.decisive.push({ router: signer.name, trustpoint: choice.choice, as: 'own' })
  }

  end(last: Refused | null): Walk {
    const [refused = null, ...next] = last === null || this.#met.includes(last) ? this.#met : [...this.#met, last]
    return {
      outcome: refused === null ? 'up' : refused.halfOpen ? 'half-open' : 'down',
      stage: refused?.stage ?? null,
      rejectedBy: refused?.by.name ?? null,
      code: refused?.code ?? null,
      signsWith: this.signsWith,
      decisive: this.decisive,
      knobs: this.knobs,
      until: this.#until,
      next: next.map(({ by, stage, code }) => ({ stage, rejectedBy: by.name, code })),
    }
  }
}

/** An identity certificate with which a router can sign. */
export type Signer = Trustpoint & { readonly identity: IdentityCertificate }

/** The trustpoint of that name, if it can sign. */
export const signerNamed = ({ selection }: End, name: string | null): Signer | null => {
  const found = selection.store.trustpoints.find((candidate) => candidate.name === name)
  return found?.identity?.privateKey ? (found as Signer) : null
}

/** Whom a router would sign with, had its peer asked for the right CA: one of those allowed, or any. */
export const anySigner = ({ selection }: End, keyType: 'rsa' | 'ec', allowed: readonly string[]): Signer | null => {
  const usable = selection.store.trustpoints.filter(
    (entry): entry is Signer => entry.identity?.privateKey != null && entry.identity.certificate.keyType === keyType,
  )
  return usable.find(({ name }) => allowed.includes(name)) ?? usable[0] ?? null
}

/** What goes into CERT payloads. */
const chainOf = ({ identity }: Signer): readonly IdentityCertificate['certificate'][] => [
  identity.certificate,
  ...identity.chain,
]

/** Any value: SPIs decide nothing. */
export const someSpi: Uint8Array = Uint8Array.of(0, 0, 1, 0)
