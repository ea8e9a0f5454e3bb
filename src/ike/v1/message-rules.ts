import type { IkeV1MessageName } from '../../trace/index.ts'
import type { Payload, PayloadType } from '../../wire/index.ts'

/**
 * Which payloads may stand in which message, how often: declared, not coded. `[min, max]`.
 * Vendor ids, notifies, unknown payloads and CERTREQs are accepted in every main-mode message: IOS asks for
 * certificates in MM3 and MM4, strongSwan and libreswan as initiators in MM5 (RFC 2408 §3.10 leaves it open).
 */
type Rule = Partial<Record<PayloadType, readonly [min: number, max: number]>>

const anywhere: Rule = { VID: [0, 32], NOTIFY: [0, 8], CERTREQ: [0, 1024], UNKNOWN: [0, 16] }
const keyExchange: Rule = { ...anywhere, KE: [1, 1], NONCE: [1, 1], 'NAT-D': [0, 16] }

const signed: Rule = { ...anywhere, ID: [1, 1], CERT: [0, 16], SIG: [1, 1] }
const hashed: Rule = { ...anywhere, ID: [1, 1], CERT: [0, 16], HASH: [1, 1] }

const rules: Record<Exclude<IkeV1MessageName, 'INFO'>, Rule> = {
  MM1: { ...anywhere, SA: [1, 1] },
  MM2: { ...anywhere, SA: [1, 1] },
  MM3: keyExchange,
  MM4: keyExchange,
  MM5: signed,
  MM6: signed,
  QM1: {
    HASH: [1, 1],
    SA: [1, 1],
    NONCE: [1, 1],
    KE: [0, 1],
    ID: [0, 2],
    'NAT-OA': [0, 2],
    VID: [0, 8],
    NOTIFY: [0, 8],
    UNKNOWN: [0, 16],
  },
  QM2: {
    HASH: [1, 1],
    SA: [1, 1],
    NONCE: [1, 1],
    KE: [0, 1],
    ID: [0, 2],
    'NAT-OA': [0, 2],
    VID: [0, 8],
    NOTIFY: [0, 8],
    UNKNOWN: [0, 16],
  },
  QM3: { HASH: [1, 1], NOTIFY: [0, 8], VID: [0, 8], UNKNOWN: [0, 16] },
}

/** The first way in which the payloads break the rule of their message, or null. `proof` says what authenticates MM5 and MM6. */
export const brokenRule = (
  message: Exclude<IkeV1MessageName, 'INFO'>,
  payloads: readonly Payload[],
  proof: 'SIG' | 'HASH' = 'SIG',
): string | null => {
  const rule = (message === 'MM5' || message === 'MM6') && proof === 'HASH' ? hashed : rules[message]
  const seen = new Map<PayloadType, number>()
  for (const payload of payloads) {
    const bounds = rule[payload.type]
    if (!bounds) return `${payload.type} payload in ${message}`
    const count = (seen.get(payload.type) ?? 0) + 1
    if (count > bounds[1]) return `more than ${bounds[1]} ${payload.type} payloads in ${message}`
    seen.set(payload.type, count)
  }
  for (const type of Object.keys(rule) as PayloadType[]) {
    const minimum = rule[type]?.[0] ?? 0
    if ((seen.get(type) ?? 0) < minimum) return `no ${type} payload in ${message}`
  }
  return null
}

/** The first payload of a type; rules have checked that it is there where it must be. */
export const find = <T extends PayloadType>(
  payloads: readonly Payload[],
  type: T,
): Extract<Payload, { type: T }> | undefined =>
  payloads.find((payload): payload is Extract<Payload, { type: T }> => payload.type === type)

export const all = <T extends PayloadType>(
  payloads: readonly Payload[],
  type: T,
): readonly Extract<Payload, { type: T }>[] =>
  payloads.filter((payload): payload is Extract<Payload, { type: T }> => payload.type === type)
