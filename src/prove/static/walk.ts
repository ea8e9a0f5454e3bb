import type { Certificate, IdentityCertificate, Trustpoint } from '../../pki/index.ts'
import { extendedKeyUsageFits, type Knobs } from '../../selection/index.ts'
import type { Decision, EventBody, MessageName, RejectCode, SourceRef } from '../../trace/index.ts'
import { type CauseCode, type IdentityFact, type NetworkCode, rootCause } from '../causes/index.ts'
import type { End, Ends } from './ends.ts'

/**
 * What a decision leaned on that may be otherwise: a knob, or the place of a trustpoint in a router's store. `as`: the
 * router asked for its CA first; it took its own certificate where the requests of the peer settled nothing; or, of several
 * trustpoints of one CA, this one validated the peer.
 */
export type Question =
  | { readonly kind: 'knob'; readonly knob: keyof Knobs }
  | {
      readonly kind: 'order'
      readonly router: string
      readonly trustpoint: string
      readonly as: 'request' | 'own' | 'validate'
    }

/** What a walk over the decisions of one direction ends in. Codes are null where the tunnel comes up. */
export interface Walk {
  readonly outcome: 'up' | 'down' | 'half-open'
  readonly stage: MessageName | null
  readonly rejectedBy: string | null
  /** The root cause. */
  readonly code: CauseCode | null
  /** The lines on which the refusal rests. */
  readonly at: readonly SourceRef[]
  /** What the router says that refuses. */
  readonly rejectCode: RejectCode | NetworkCode | null
  /** The trustpoint with which each end signs, by router; null with a shared key or where it never comes to that. */
  readonly signsWith: Readonly<Record<string, string | null>>
  /** The profile to which each end has bound its peer, by router, or null for none; where it came to that. */
  readonly binds: Readonly<Record<string, string | null>>
  /**
   * What it leaned on, in the order in which that counted: with the same answers to the first of them, another order or
   * other knobs lead to the same next one.
   */
  readonly questions: readonly Question[]
  /** Until when no certificate that was looked at changes its validity: milliseconds since 1970 UTC. */
  readonly until: number
  /** What refuses after that, each refusal before it being mended; only where it was asked for. */
  readonly next: readonly Refusal[]
}

/** A refusal as it is told. */
interface Refusal {
  readonly stage: MessageName
  readonly rejectedBy: string
  readonly code: CauseCode
  /** The lines that the last decision before it rests on, and the trustpoint of a certificate that was refused. */
  readonly at: readonly SourceRef[]
}

/**
 * A refusal, thrown up to where the walk began: the decisions read top to bottom as the messages do. It is no error, and
 * the trace of the stack that an Error takes would cost more than many a walk.
 */
export class Refused {
  readonly by: End
  readonly stage: MessageName
  readonly code: RejectCode
  readonly halfOpen: boolean
  /** The lines on which it rests, where that is not the last decision. */
  readonly because: readonly SourceRef[] | null
  constructor(
    by: End,
    stage: MessageName,
    code: RejectCode,
    halfOpen = false,
    because: readonly SourceRef[] | null = null,
  ) {
    this.by = by
    this.stage = stage
    this.code = code
    this.halfOpen = halfOpen
    this.because = because
  }
}

/** A refusal with the cause that stands behind it. */
interface Met {
  readonly refused: Refused
  readonly code: CauseCode
  readonly at: readonly SourceRef[]
}

/** Collects what a walk meets on its way. `goesOn`: past refusals too, as if each were mended. */
export class Notes {
  readonly #ends: Ends
  readonly #goesOn: boolean
  readonly #met: Met[] = []
  readonly #arrived: Map<End, { readonly signs: string | null; readonly identity: IdentityFact }> = new Map()
  readonly #bound: Map<End, string | null> = new Map()
  #until = Number.POSITIVE_INFINITY
  readonly signsWith: Record<string, string | null> = {}
  readonly #questions: Question[] = []
  /** The lines on which the last decision rests; null before the first. */
  #because: readonly SourceRef[] | null = null
  /** Whose certificate is being looked at, to what its keeper finds in it. */
  #looksAt: Signer | null = null

  constructor(ends: Ends, goesOn: boolean) {
    this.#ends = ends
    this.#goesOn = goesOn
  }

  /** A refusal behind which the walk could go on. */
  meet(refused: Refused): void {
    this.#met.push(this.#caused(refused))
    if (!this.#goesOn) throw refused
  }

  /** Whether that is the cause of the newest refusal. */
  metLast(code: CauseCode): boolean {
    return this.#met.at(-1)?.code === code
  }

  /** The message with which a router says who it is has come to its peer. */
  arrives(from: End, identity: IdentityFact, signer: Trustpoint | null): void {
    this.#arrived.set(from, { identity, signs: signer?.name ?? null })
  }

  /** A router has bound its peer to a profile, or to none. */
  binds(router: End, profile: string | null): void {
    this.#bound.set(router, profile)
  }

  /** What an end makes of a chain, with everything that may be otherwise tomorrow, or under another order or knob. */
  #examined(end: End, chain: readonly Certificate[], allowed: readonly string[] | null): ReturnType<End['examines']> {
    const found = end.examines(chain, allowed)
    this.#until = Math.min(this.#until, found.until)
    if (found.oneOfSeveral !== null)
      this.#questions.push({ kind: 'order', router: end.name, trustpoint: found.oneOfSeveral, as: 'validate' })
    if (found.askedOcsp) this.lean('pki.ocsp')
    return found
  }

  /** The cause is asked for at once: what is known changes as the walk goes on. */
  #caused(refused: Refused): Met {
    const { initiator, responder, flow, authorities } = this.#ends
    const initiates = refused.by === initiator
    const peer = initiates ? responder : initiator
    const { localAddress, peer: peerAddress } = flow
    const arrived = this.#arrived.get(peer)
    const code = rootCause({
      code: refused.code,
      version: flow.ikev2Profile ? 2 : 1,
      self: { ...refused.by, examines: (chain, allowed) => this.#examined(refused.by, chain, allowed) },
      peer,
      role: initiates ? 'initiator' : 'responder',
      addresses: initiates ? { self: localAddress, peer: peerAddress } : { self: peerAddress, peer: localAddress },
      peerSigns: arrived?.signs ?? null,
      peerIdentity: arrived?.identity ?? null,
      bound: this.#bound.get(refused.by) ?? null,
      authorities,
      lean: (knob) => this.lean(knob as keyof Knobs),
    })
    return { refused, code, at: this.#linesOf(refused) }
  }

  /** A refusal before any decision is one of the tunnel itself. */
  #linesOf({ because }: Refused): readonly SourceRef[] {
    const enrolled = because === null ? this.#looksAt?.configuration?.at : undefined
    const all = [...(because ?? this.#because ?? [this.#ends.flow.at]), ...(enrolled ? [enrolled] : [])]
    return all.filter(
      ({ file, line }, index) => all.findIndex((other) => other.file === file && other.line === line) === index,
    )
  }

  /** Takes a decision's choice, and notes the knob that it leaned on. */
  take<Choice, D extends Decision<Choice>>(decision: D & Decision<Choice>): D {
    if (decision.knob) this.lean(decision.knob.name as keyof Knobs)
    this.#rest(decision.because)
    return decision
  }

  #rest(because: readonly SourceRef[]): void {
    this.#looksAt = null
    this.#because = because
  }

  /** The walk would go on otherwise, or might, under another value of this knob. */
  lean(knob: keyof Knobs): void {
    this.#questions.push({ kind: 'knob', knob })
  }

  /** Takes an answer of IPsec, and notes the knobs on which its decisions leaned. */
  seen<Answer extends { readonly events: readonly EventBody[] }>(answer: Answer): Answer {
    for (const { name, data } of answer.events) {
      if (name !== 'ike:decision') continue
      if (data.decision.knob) this.lean(data.decision.knob.name as keyof Knobs)
      this.#rest(data.decision.because)
    }
    return answer
  }

  /** What an end makes of its peer's chain, and of its use in that role. */
  examine(
    end: End,
    signer: Signer,
    role: 'initiator' | 'responder',
    allowed: readonly string[] | null,
  ): RejectCode | null {
    const { refusal } = this.#examined(end, chainOf(signer), allowed)
    const trusts = this.#because
    const usage =
      refusal === null
        ? this.take(extendedKeyUsageFits(end.selection, { certificate: signer.identity.certificate, role })).choice
        : null
    this.#because = trusts
    this.#looksAt = signer
    return usage === 'rejected' ? 'extended-key-usage-forbids-ike' : refusal
  }

  /** With what an end signs. */
  signs(signer: End, { choice }: OwnCertificate): void {
    this.signsWith[signer.name] = choice
  }

  /** From here on it counts which certificate that is: by the request of `asker` that decided, or the own store where none did. */
  counts(asker: End, requests: readonly { readonly trustpoint: string }[], signer: End, own: OwnCertificate): void {
    const request = own.examined.findIndex(({ chosen }) => chosen !== null)
    const asked = requests[request]
    if (asked && isBuiltIn(asker, asked.trustpoint)) this.lean('builtins')
    else if (asked) {
      if (mixesKinds(asker)) this.lean('store.caOnlyPosition')
      this.#questions.push({ kind: 'order', router: asker.name, trustpoint: asked.trustpoint, as: 'request' })
    } else if (own.choice !== null)
      this.#questions.push({ kind: 'order', router: signer.name, trustpoint: own.choice, as: 'own' })
  }

  end(last: Refused | null): Walk {
    if (last !== null && !this.#met.some(({ refused }) => refused === last)) this.#met.push(this.#caused(last))
    const [first = null, ...next] = this.#met
    const refused = first?.refused ?? null
    return {
      outcome: refused === null ? 'up' : refused.halfOpen ? 'half-open' : 'down',
      stage: refused?.stage ?? null,
      rejectedBy: refused?.by.name ?? null,
      code: first?.code ?? null,
      at: first?.at ?? [],
      rejectCode: refused?.code ?? null,
      signsWith: this.signsWith,
      binds: Object.fromEntries([...this.#bound].map(([{ name }, profile]) => [name, profile])),
      questions: this.#questions,
      until: this.#until,
      next: next.map(({ refused: { by, stage }, code, at }) => ({ stage, rejectedBy: by.name, code, at })),
    }
  }
}

/** What was decided about the own certificate, and which request did what. */
interface OwnCertificate {
  readonly choice: string | null
  readonly examined: readonly { readonly chosen: string | null }[]
}

/** Those of built-in CAs stand behind all others, in whatever order the router enrolled. */
const isBuiltIn = ({ selection: { store } }: End, trustpoint: string): boolean =>
  store.trustpoints.some(({ name, builtIn }) => builtIn && name === trustpoint)

const mixed = new WeakMap<End['selection'], boolean>()

/** Where a trustpoint without a certificate stands among the others is a knob. */
const mixesKinds = ({ selection }: End): boolean => {
  const known = mixed.get(selection)
  if (known !== undefined) return known
  const { trustpoints } = selection.store
  const mixes = trustpoints.some(({ identity }) => identity) && trustpoints.some(({ identity, ca }) => !identity && ca)
  mixed.set(selection, mixes)
  return mixes
}

/** An identity certificate with which a router can sign. */
export type Signer = Trustpoint & { readonly identity: IdentityCertificate }

/** The trustpoint of that name, if it can sign. */
export const signerNamed = ({ selection }: End, name: string | null): Signer | null => {
  const found = selection.store.trustpoints.find((candidate) => candidate.name === name)
  return found?.identity?.keys ? (found as Signer) : null
}

/** Whom a router would sign with, had its peer asked for the right CA: one of those allowed, or any. */
export const anySigner = ({ selection }: End, keyType: 'rsa' | 'ec', allowed: readonly string[]): Signer | null => {
  const usable = selection.store.trustpoints.filter(
    (entry): entry is Signer => entry.identity?.keys != null && entry.identity.certificate.keyType === keyType,
  )
  return usable.find(({ name }) => allowed.includes(name)) ?? usable[0] ?? null
}

/** What goes into CERT payloads. */
const chainOf = ({ identity }: Signer): readonly Certificate[] => [identity.certificate, ...identity.chain]

/** Any value: SPIs decide nothing. */
export const someSpi: Uint8Array = Uint8Array.of(0, 0, 1, 0)
