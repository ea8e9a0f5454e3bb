import type { Issuer } from '../../lab/index.ts'
import type { IsakmpPolicy, OwnIdentity } from '../../selection/index.ts'
import type { PeerIdentity, PeerMethod, PeerSubject } from './peer-plan.ts'
import type { NoPeer, PeerCondition } from './types.ts'

/** What a peer may be made of in one direction, with one way of proving who each side is. */
export interface PeerOption {
  /** IKEv1 only. */
  readonly policy: IsakmpPolicy | null
  readonly method: PeerMethod
  readonly knownMethod: PeerMethod
  /** CAs from which the peer's certificate may be; empty with a shared key. */
  readonly issuers: readonly Issuer[]
  /** CAs from which the known router may sign. */
  readonly anchors: readonly Issuer[]
  readonly identities: readonly PeerIdentity[]
  /** What the certificate must say, for profiles that match by it; empty: anything. */
  readonly subjects: readonly PeerSubject[]
  /** Identities with which the known router may come. */
  readonly expects: readonly OwnIdentity[]
  /** Shared keys: with which the peer proves itself, and the known router. One and the same with IKEv1. */
  readonly ownKey: string | null
  readonly knownKey: string | null
}

/** One direction of a tunnel as the known router's decisions make it. */
export interface Analysis {
  /** Why no peer makes it come up; null: the conditions say which do. */
  readonly impossible: NoPeer | null
  readonly conditions: readonly PeerCondition[]
  readonly options: readonly PeerOption[]
}

export const impossible = (cause: NoPeer): Analysis => ({ impossible: cause, conditions: [], options: [] })

/** What one way of authentication comes to, or why it leads nowhere. */
export type MethodAnalysis =
  | { readonly conditions: readonly PeerCondition[]; readonly options: readonly PeerOption[] }
  | { readonly impossible: NoPeer }

/** Several ways: those that lead somewhere, or the first reason where none does. */
export const joined = (
  ways: readonly MethodAnalysis[],
  before: readonly PeerCondition[],
  after: readonly PeerCondition[],
): Analysis => {
  const open = ways.flatMap((way) => ('impossible' in way ? [] : [way]))
  const [closed] = ways.flatMap((way) => ('impossible' in way ? [way.impossible] : []))
  if (open.length === 0 && closed) return impossible(closed)
  const always = (each: PeerCondition): PeerCondition => ({ ...each, with: null })
  const own = open.flatMap(({ conditions }) => conditions)
  return {
    impossible: null,
    // Where there is one way alone, what it asks is asked always.
    conditions: [...before.map(always), ...(open.length > 1 ? own : own.map(always)), ...after],
    options: open.flatMap(({ options }) => options),
  }
}

/** Each once, by its JSON form. */
export const distinct = <T>(values: readonly T[]): readonly T[] => {
  const seen = new Set<string>()
  return values.filter((value) => {
    const key = JSON.stringify(value)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** The same for values that are one object each. */
export const unique = <T>(values: readonly (T | null)[]): readonly T[] => [
  ...new Set(values.filter((value) => value !== null)),
]
