import { Reader, Writer } from './bytes.ts'
import { decodeHeader, headerLength, isEncrypted, writeHeader } from './header.ts'
import type { ClearMessage, Decoded, IsakmpHeader, Payload } from './isakmp-message.ts'
import { defaultLimits, type WireLimits } from './limits.ts'
import { decodeChain, firstPayloadType, writeChain } from './payload-chain.ts'
import { accept, reject } from './reject.ts'

const lengthOffset = 24

/**
 * A message whose encryption bit is clear: header and payloads, RFC 2408 §3. Nothing may follow the last payload.
 * The payloads alias `datagram`. Offsets of a reject count from the start of `datagram`.
 */
export const decodeClearMessage = (datagram: Uint8Array, limits: WireLimits = defaultLimits): Decoded<ClearMessage> => {
  if (datagram.length > limits.maxMessage)
    return reject('too-large', 0, `a message of ${datagram.length} octets, the limit is ${limits.maxMessage}`)
  const header = decodeHeader(datagram)
  if (!header.ok) return header
  if (isEncrypted(header.value)) return reject('bad-flags', 19, 'the message is encrypted')
  const chain = decodeChain(header.value.nextPayload, new Reader(datagram, headerLength), limits)
  if (!chain.ok) return chain
  const { payloads, padding } = chain.value
  if (padding.length > 0)
    return reject('bad-length', datagram.length - padding.length, `${padding.length} octets behind the last payload`)
  return accept({ header: header.value, payloads })
}

/** The header's fields that a sender chooses; the version is 1.0 and the length follows from the content. */
type Envelope = Pick<IsakmpHeader, 'initiatorCookie' | 'responderCookie' | 'exchangeType' | 'flags' | 'messageId'>

/** The 28 octets of a header, as given: `length` is not checked against anything. */
export const encodeHeader = (header: IsakmpHeader): Uint8Array => {
  const writer = new Writer(headerLength)
  writeHeader(writer, header)
  return writer.finish()
}

export const encodeClearMessage = (message: Envelope & { readonly payloads: readonly Payload[] }): Uint8Array => {
  const writer = new Writer()
  begin(writer, message, firstPayloadType(message.payloads))
  writeChain(writer, message.payloads)
  writer.patchU32(lengthOffset, writer.length)
  return writer.finish()
}

/** `nextPayload` is the first payload inside `ciphertext`; `flags` come from the caller, encryption bit included. */
export const encodeEncryptedMessage = (
  message: Envelope & { readonly nextPayload: number; readonly ciphertext: Uint8Array },
): Uint8Array => {
  const writer = new Writer(headerLength + message.ciphertext.length)
  begin(writer, message, message.nextPayload)
  writer.bytes(message.ciphertext)
  writer.patchU32(lengthOffset, writer.length)
  return writer.finish()
}

const begin = (writer: Writer, envelope: Envelope, nextPayload: number): void => {
  writeHeader(writer, {
    initiatorCookie: envelope.initiatorCookie,
    responderCookie: envelope.responderCookie,
    nextPayload,
    majorVersion: 1,
    minorVersion: 0,
    exchangeType: envelope.exchangeType,
    flags: envelope.flags,
    messageId: envelope.messageId,
    length: 0,
  })
}
