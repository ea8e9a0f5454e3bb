import type { IkeV2MessageName } from '../../trace/index.ts'
import type { IkeV2Payload, IkeV2PayloadType } from '../../wire/index.ts'

/**
 * Which payloads may stand in which message, how often: declared, not coded (RFC 7296 appendix C). `[min, max]`. A
 * response may be an error notify alone, so what a success needs is asked for where it is read. Order does not matter
 * (RFC 7296 §2.5), unknown payloads without the critical bit are passed over.
 */
type Rule = Partial<Record<IkeV2PayloadType, readonly [min: number, max: number]>>

const anywhere: Rule = { VID: [0, 32], NOTIFY: [0, 32], UNKNOWN: [0, 32] }
const anyChild: Rule = { SA: [0, 1], TSi: [0, 1], TSr: [0, 1] }

const rules: Readonly<Record<IkeV2MessageName, Rule>> = {
  'IKE_SA_INIT request': { ...anywhere, SA: [1, 1], KE: [1, 1], NONCE: [1, 1] },
  'IKE_SA_INIT response': { ...anywhere, SA: [0, 1], KE: [0, 1], NONCE: [0, 1], CERTREQ: [0, 8] },
  'IKE_AUTH request': {
    ...anywhere,
    ...anyChild,
    IDi: [1, 1],
    CERT: [0, 16],
    CERTREQ: [0, 8],
    IDr: [0, 1],
    AUTH: [0, 1],
    CP: [0, 1],
  },
  'IKE_AUTH response': { ...anywhere, ...anyChild, IDr: [0, 1], CERT: [0, 16], AUTH: [0, 1], CP: [0, 1], EAP: [0, 1] },
  'CREATE_CHILD_SA request': { ...anywhere, ...anyChild, SA: [1, 1], NONCE: [1, 1], KE: [0, 1] },
  'CREATE_CHILD_SA response': { ...anywhere, ...anyChild, NONCE: [0, 1], KE: [0, 1] },
  'INFORMATIONAL request': { ...anywhere, DELETE: [0, 16], CP: [0, 1] },
  'INFORMATIONAL response': { ...anywhere, DELETE: [0, 16], CP: [0, 1] },
}

/** The rule that a message breaks, in words; null where it breaks none. */
export const brokenRule = (message: IkeV2MessageName, payloads: readonly IkeV2Payload[]): string | null => {
  const rule = rules[message]
  const counts = new Map<IkeV2PayloadType, number>()
  for (const { type } of payloads) counts.set(type, (counts.get(type) ?? 0) + 1)
  for (const [type, count] of counts) {
    const allowed = rule[type]
    if (!allowed) return `${type} may not stand in ${message}`
    if (count > allowed[1]) return `${type} stands ${count} times in ${message}, at most ${allowed[1]} may`
  }
  for (const [type, range] of Object.entries(rule))
    if (range && (counts.get(type as IkeV2PayloadType) ?? 0) < range[0]) return `${message} lacks ${type}`
  return null
}

/** A member of the union may stand for several types: TSi and TSr. */
type OfType<T extends IkeV2PayloadType> = IkeV2Payload extends infer P
  ? P extends { readonly type: infer U }
    ? T extends U
      ? P & { readonly type: T }
      : never
    : never
  : never

export const find = <T extends IkeV2PayloadType>(payloads: readonly IkeV2Payload[], type: T): OfType<T> | undefined =>
  payloads.find((payload): payload is OfType<T> => payload.type === type)

export const all = <T extends IkeV2PayloadType>(payloads: readonly IkeV2Payload[], type: T): readonly OfType<T>[] =>
  payloads.filter((payload): payload is OfType<T> => payload.type === type)

export const notifyOf = (payloads: readonly IkeV2Payload[], notifyType: number): OfType<'NOTIFY'> | undefined =>
  all(payloads, 'NOTIFY').find((payload) => payload.notifyType === notifyType)

/** The first notify that reports an error (RFC 7296 §3.10.1: types below 16384). */
export const errorNotify = (payloads: readonly IkeV2Payload[]): OfType<'NOTIFY'> | undefined =>
  all(payloads, 'NOTIFY').find(({ notifyType }) => notifyType > 0 && notifyType < firstStatusType)

const firstStatusType = 16384
