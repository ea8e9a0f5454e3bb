import type { ProtectedFlow } from '../../ipsec/index.ts'
import type { Issuer, LabRouter } from '../../lab/index.ts'
import { type Knobs, knobs as knobTable } from '../../selection/index.ts'
import type { Decision, MessageName, SourceRef } from '../../trace/index.ts'
import { toldCause } from '../causes/index.ts'
import type { End, World } from '../static/index.ts'
import type { NoPeer, PeerCondition, PeerFailure, PeerReading, PeerRefusal } from './types.ts'

/** The router that is known, one of its tunnels, and what its decisions read. */
export interface Known {
  readonly world: World
  readonly router: LabRouter
  readonly end: End
  readonly flow: ProtectedFlow
  /** Every flow of the same tunnel or map entry: the permit entries of its access list. */
  readonly flows: readonly ProtectedFlow[]
}

export const peerName = 'peer'

/** The router as it would decide under another reading of the documents. */
const readAs = ({ world, router }: Known, name: keyof Knobs, value: string): End =>
  world.end(router.name, new Map(), { ...world.lab.knobs, [name]: value })

/** Knobs among `names` that nobody settled and under which the answer is another one, with that answer. */
export const readingsOf = <T>(
  known: Known,
  names: readonly (keyof Knobs)[],
  ask: (end: End) => T,
  text: (answer: T) => string,
): readonly PeerReading[] => {
  const { lab } = known.world
  const usual = JSON.stringify(ask(known.end))
  return knobTable
    .filter(({ name }) => names.includes(name) && !lab.settled.has(name))
    .flatMap(({ name, values }) =>
      values
        .filter((value) => value !== lab.knobs[name])
        .flatMap((value): readonly PeerReading[] => {
          const answer = ask(readAs(known, name, value))
          return JSON.stringify(answer) === usual ? [] : [{ knob: name, is: value, text: text(answer) }]
        }),
    )
}

/** A failure that comes under one value of a knob only: null where that is settled to another, always where it is settled to it. */
export const failureUnder = (
  { world: { lab } }: Known,
  name: keyof Knobs,
  value: string,
  failure: Omit<PeerFailure, 'only'>,
): PeerFailure | null => {
  if (!lab.settled.has(name)) return { ...failure, only: `${name}=${value}` }
  return lab.knobs[name] === value ? { ...failure, only: null } : null
}

export const fails = (
  stage: MessageName | null,
  rejectedBy: string | null,
  code: PeerRefusal,
  outcome: 'down' | 'half-open' = 'down',
): PeerFailure => ({ stage, rejectedBy, code, outcome, only: null })

/** What a condition need not say stands here. */
export const condition = (
  given: Pick<PeerCondition, 'kind' | 'does' | 'must'> & Partial<PeerCondition>,
): PeerCondition => ({
  with: null,
  message: null,
  oneOf: [],
  otherwise: null,
  readings: [],
  rule: null,
  at: null,
  ...given,
})

/** Rule and line of a decision, for a condition that comes of it. */
export const saidBy = ({ rule, because }: Decision<unknown>): Pick<PeerCondition, 'rule' | 'at'> => ({
  rule,
  at: because[0] ?? null,
})

/** A reason for which no peer makes it come up: the known router itself refuses. */
export const never = (
  { router }: Pick<Known, 'router'>,
  stage: MessageName | null,
  code: PeerRefusal,
  at?: SourceRef | null,
): NoPeer => ({
  stage,
  rejectedBy: code === 'peer-unreachable' ? null : router.name,
  code,
  summary: toldCause(code, router.name, 'the peer').summary,
  at: at ?? null,
  readings: [],
})

/** Another: every peer refuses, whatever its configuration. */
export const refusedByAll = (
  { router }: Pick<Known, 'router'>,
  stage: MessageName,
  code: PeerRefusal,
  at?: SourceRef | null,
): NoPeer => ({
  stage,
  rejectedBy: peerName,
  code,
  summary: toldCause(code, 'the peer', router.name).summary,
  at: at ?? null,
  readings: [],
})

/** The stand-in CA of a certificate that a router holds. */
export const issuerOf = ({ world: { lab } }: Known, der: Uint8Array | undefined): Issuer | null =>
  lab.issuers.find(({ certificate }) => der !== undefined && Buffer.compare(certificate.der, der) === 0) ?? null

/** A CA of which only the place is known stands in the lab under a name that says it. */
export const unnamedCa = (ios: string): string | null => {
  const [, at, of] = /^cn=CA (?:at (\S+)|of \S+ (\S+))$/.exec(ios) ?? []
  return at !== undefined ? `the CA at ${at}` : of !== undefined ? `the CA of ${of}` : null
}

/** `CA1`, where IOS prints `cn=CA1,o=cisco,o=com`. */
export const shortCa = (ios: string): string => unnamedCa(ios) ?? /(?:^|[,+])cn=([^,+]+)/i.exec(ios)?.[1] ?? ios

/** The whole name of a CA, where it is known. */
export const wholeCa = (ios: string): string => unnamedCa(ios) ?? ios

export const listText = (names: readonly string[], last = 'and'): string =>
  names.length <= 2 ? names.join(` ${last} `) : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`
