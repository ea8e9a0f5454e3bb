import { type KeyPair, labEcKeyPair, labRsaKeyPair } from '../../crypto/index.ts'

export type KeyKind = { readonly rsa: number } | { readonly curve: 'P-256' | 'P-384' | 'P-521' }

/** The keys that stand in for those that nobody gave. */
export interface StandInKeys {
  /** The same holder and kind give the same key; no two holders share one. */
  readonly of: (holder: string, kind: KeyKind) => KeyPair
}

/** Keys of 2048 bits stand in for larger ones: no decision depends on it, and their primes need no search. */
const largest = 2048
const smallest = 512
const step = 16

/** Keys in the order in which they are asked for. */
export const standInKeys = (): StandInKeys => {
  const made = new Map<string, KeyPair>()
  const counted = new Map<string, number>()
  const next = (kind: string): number => {
    const number = counted.get(kind) ?? 0
    counted.set(kind, number + 1)
    return number
  }
  return {
    of: (holder, kind) => {
      const id = `${JSON.stringify(kind)} ${holder}`
      const known = made.get(id)
      if (known) return known
      let key: KeyPair
      if ('curve' in kind) key = labEcKeyPair(kind.curve, next(kind.curve))
      else {
        const bits = Math.max(smallest, Math.min(largest, kind.rsa - (kind.rsa % step)))
        key = labRsaKeyPair(bits, next(`rsa ${bits}`))
      }
      made.set(id, key)
      return key
    },
  }
}
