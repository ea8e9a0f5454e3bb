import type { Decoded, WireReject } from './isakmp-message.ts'

type Code = WireReject['code']

/** The error notify of RFC 2408 §3.14.1 that tells the peer; a particular reject may name a better one. */
const notifyTypes: Readonly<Record<Code, number>> = {
  truncated: 16,
  'bad-length': 30,
  'bad-version': 5,
  'bad-flags': 8,
  'bad-payload-length': 16,
  'bad-spi-size': 11,
  'bad-attribute': 16,
  'bad-next-payload': 1,
  'too-large': 16,
  'too-many-payloads': 16,
  'too-many-proposals': 16,
  'too-many-transforms': 16,
  'too-many-attributes': 16,
  'too-many-certificate-requests': 16,
  'too-many-spis': 16,
}

export const accept = <T>(value: T): Decoded<T> => ({ ok: true, value })

export const reject = (
  code: Code,
  offset: number,
  detail: string,
  notifyType: number = notifyTypes[code],
): Decoded<never> => ({ ok: false, reject: { code, offset, detail, notifyType } })
