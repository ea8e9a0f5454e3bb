/** Why bytes from outside cannot be used. The codes are stable: reports, tests and documents name them. */
export type CryptoRejectCode =
  | 'not-whole-blocks'
  | 'tag-invalid'
  | 'dh-public-length'
  | 'dh-public-out-of-range'
  | 'dh-public-wrong-order'
  | 'dh-public-not-on-curve'

export interface CryptoReject {
  readonly code: CryptoRejectCode
  readonly detail: string
}

export type CryptoResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reject: CryptoReject }

export const accept = <T>(value: T): CryptoResult<T> => ({ ok: true, value })

export const reject = (code: CryptoRejectCode, detail: string): CryptoResult<never> => ({
  ok: false,
  reject: { code, detail },
})
