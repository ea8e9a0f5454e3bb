import { cbcEncrypt, cipherInfo, informationalHash, phase2Iv, quickModeHash1 } from '../../src/crypto/index.ts'
import type { Established } from '../../src/ike/index.ts'
import {
  concat,
  encodeClearMessage,
  encodeEncryptedMessage,
  encodePayloads,
  exchangeType,
  firstPayloadType,
  isakmpFlag,
  type Payload,
} from '../../src/wire/index.ts'

/** Messages that no honest engine sends, or sends only once: for the tests of what is not believed. */

export const cookiesOf = ({ cookieI, cookieR }: Pick<Established, 'cookieI' | 'cookieR'>): Uint8Array =>
  concat(cookieI, cookieR)

export const notifyPayload = (
  notifyType: number,
  more: Partial<Extract<Payload, { type: 'NOTIFY' }>> = {},
): Extract<Payload, { type: 'NOTIFY' }> => ({
  type: 'NOTIFY',
  doi: 1,
  protocolId: 1,
  spi: new Uint8Array(0),
  notifyType,
  data: new Uint8Array(0),
  ...more,
})

/** A DELETE of phase 1 by its cookies, or of ESP by SPIs. */
export const deletePayload = (protocolId: 1 | 3, spis: readonly Uint8Array[]): Payload => ({
  type: 'DELETE',
  doi: 1,
  protocolId,
  spiSize: protocolId === 1 ? 16 : 4,
  spis,
})

interface Fields {
  readonly messageId: number
  readonly exchange?: number
  readonly flags?: number
}

/** A message in clear under the cookies of a session. */
export const clearMessage = (
  session: Pick<Established, 'cookieI' | 'cookieR'>,
  payloads: readonly Payload[],
  { messageId, exchange = exchangeType.INFORMATIONAL, flags = 0 }: Fields,
): Uint8Array =>
  encodeClearMessage({
    initiatorCookie: session.cookieI,
    responderCookie: session.cookieR,
    exchangeType: exchange,
    flags,
    messageId,
    payloads,
  })

/** A message of phase 2 under the session's keys. `hash` is what stands in the HASH payload; the right one where it is not given. */
export const protectedMessage = (
  session: Established,
  payloads: readonly Payload[],
  fields: Fields & { readonly hash?: Uint8Array },
): Uint8Array => {
  const { messageId, exchange = exchangeType.INFORMATIONAL, flags = isakmpFlag.ENCRYPTION } = fields
  const { agreement, keys } = session
  const compute = exchange === exchangeType.QUICK_MODE ? quickModeHash1 : informationalHash
  const data = fields.hash ?? compute(agreement.hash, keys.skeyidA, messageId, encodePayloads(payloads))
  const all: readonly Payload[] = [{ type: 'HASH', data }, ...payloads]
  return sealed(session, firstPayloadType(all), encodePayloads(all), { messageId, exchange, flags })
}

/** Octets that are encrypted as the first message of a phase 2 exchange. */
export const sealed = (
  session: Established,
  nextPayload: number,
  plain: Uint8Array,
  { messageId, exchange = exchangeType.INFORMATIONAL, flags = isakmpFlag.ENCRYPTION }: Fields,
): Uint8Array => {
  const { cipher, hash } = session.agreement
  const { blockLength } = cipherInfo(cipher)
  const padded = new Uint8Array(Math.max(1, Math.ceil(plain.length / blockLength)) * blockLength)
  padded.set(plain)
  const iv = phase2Iv(hash, session.iv, messageId, blockLength)
  return encodeEncryptedMessage({
    initiatorCookie: session.cookieI,
    responderCookie: session.cookieR,
    nextPayload,
    exchangeType: exchange,
    flags,
    messageId,
    ciphertext: cbcEncrypt(cipher, session.keys.encryptionKey, iv, padded),
  })
}
