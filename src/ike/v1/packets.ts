import { type CipherName, cbcDecrypt, cbcEncrypt, cipherInfo, hash } from '../../crypto/index.ts'
import type { MessageName, PacketData, Role, SaState } from '../../trace/index.ts'
import type { Decoded, IsakmpHeader, Payload, PayloadChain, WireLimits } from '../../wire/index.ts'
import {
  decodePayloads,
  describePayload,
  encodeClearMessage,
  encodeEncryptedMessage,
  encodePayloads,
  firstPayloadType,
  headerLength,
  isakmpFlag,
  toHex,
  withNonEspMarker,
} from '../../wire/index.ts'
import type { Endpoint, Outbox } from '../effects.ts'
import type { Flight } from './session.ts'

export const natTPort = 4500

/** First eight octets of SHA-256: names a datagram in the trace and finds duplicates. */
export const digestOf = (message: Uint8Array): string => toHex(hash('sha256', message).subarray(0, 8))

/** Where a message goes and how it is printed. */
export interface Envelope {
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly cookieI: Uint8Array
  readonly cookieR: Uint8Array
  readonly role: Role
  readonly saState: SaState
  readonly message: MessageName
  readonly messageId: number
}

const describe = (payloads: readonly Payload[]): readonly string[] => payloads.map(describePayload)

/** Puts an ISAKMP message on its way; on port 4500 behind the non-ESP marker (RFC 3948 §2.2). */
const emit = (
  out: Outbox,
  envelope: Envelope,
  isakmp: Uint8Array,
  payloads: readonly string[],
  encrypted: boolean,
): Flight => {
  const packet: PacketData = {
    peer: envelope.peer.address,
    localPort: envelope.local.port,
    peerPort: envelope.peer.port,
    role: envelope.role,
    saState: envelope.saState,
    message: envelope.message,
    messageId: envelope.messageId,
    payloads,
    encrypted,
    length: isakmp.length,
    retransmission: 0,
    digest: digestOf(isakmp),
  }
  out.trace('ike:packet_sent', packet)
  return { message: envelope.message, datagram: transmit(out, envelope, isakmp), attempts: 0, packet }
}

const transmit = (
  out: Outbox,
  envelope: Pick<Envelope, 'local' | 'peer' | 'message'>,
  isakmp: Uint8Array,
): Uint8Array => {
  const behindMarker = envelope.local.port === natTPort || envelope.peer.port === natTPort
  const datagram = behindMarker ? withNonEspMarker(isakmp) : isakmp
  out.push({ kind: 'send', from: envelope.local, to: envelope.peer, bytes: datagram, message: envelope.message })
  return datagram
}

/** Sends the same bytes again; never rebuilt, so that the IV chain and the hashes stay as they were. */
export const resend = (
  out: Outbox,
  to: { readonly local: Endpoint; readonly peer: Endpoint },
  flight: Flight,
  retransmission: number,
): void => {
  out.trace('ike:packet_sent', { ...flight.packet, retransmission })
  out.push({ kind: 'send', from: to.local, to: to.peer, bytes: flight.datagram, message: flight.message })
}

export const sendClear = (
  out: Outbox,
  envelope: Envelope,
  exchangeType: number,
  payloads: readonly Payload[],
): Flight => {
  const isakmp = encodeClearMessage({
    initiatorCookie: envelope.cookieI,
    responderCookie: envelope.cookieR,
    exchangeType,
    flags: 0,
    messageId: envelope.messageId,
    payloads,
  })
  return emit(out, envelope, isakmp, describe(payloads), false)
}

/** What protects a message: RFC 2409 appendix B. `iv` is the last ciphertext block before it. */
export interface Protection {
  readonly cipher: CipherName
  readonly key: Uint8Array
  readonly iv: Uint8Array
}

/** Sends an encrypted message; the returned IV is for the message that follows in the same exchange. */
export const sendEncrypted = (
  out: Outbox,
  envelope: Envelope,
  exchangeType: number,
  payloads: readonly Payload[],
  protection: Protection,
): { readonly flight: Flight; readonly iv: Uint8Array } => {
  const { blockLength } = cipherInfo(protection.cipher)
  const plain = encodePayloads(payloads)
  const padded = new Uint8Array(Math.ceil(plain.length / blockLength) * blockLength)
  padded.set(plain)
  const ciphertext = cbcEncrypt(protection.cipher, protection.key, protection.iv, padded)
  const isakmp = encodeEncryptedMessage({
    initiatorCookie: envelope.cookieI,
    responderCookie: envelope.cookieR,
    nextPayload: firstPayloadType(payloads),
    exchangeType,
    flags: isakmpFlag.ENCRYPTION,
    messageId: envelope.messageId,
    ciphertext,
  })
  return { flight: emit(out, envelope, isakmp, describe(payloads), true), iv: ciphertext.slice(-blockLength) }
}

/** Decrypts and reads the body of an encrypted message. A body that is no multiple of the block, or reads as nonsense, is a reject. */
export const openEncrypted = (
  header: IsakmpHeader,
  isakmp: Uint8Array,
  protection: Protection,
  limits: WireLimits,
): Decoded<PayloadChain & { readonly plain: Uint8Array; readonly nextIv: Uint8Array }> => {
  const body = isakmp.subarray(headerLength)
  const { blockLength } = cipherInfo(protection.cipher)
  const opened = cbcDecrypt(protection.cipher, protection.key, protection.iv, body)
  if (!opened.ok)
    return {
      ok: false,
      reject: { code: 'bad-length', offset: headerLength, detail: opened.reject.detail, notifyType: 16 },
    }
  const chain = decodePayloads(header.nextPayload, opened.value, limits)
  if (!chain.ok) return chain
  return { ok: true, value: { ...chain.value, plain: opened.value, nextIv: body.slice(-blockLength) } }
}

export const traceReceived = (
  out: Outbox,
  envelope: Pick<Envelope, 'local' | 'peer' | 'role' | 'saState' | 'message' | 'messageId'>,
  isakmp: Uint8Array,
  payloads: readonly Payload[],
  encrypted: boolean,
  digest: string,
): void =>
  out.trace('ike:packet_received', {
    peer: envelope.peer.address,
    localPort: envelope.local.port,
    peerPort: envelope.peer.port,
    role: envelope.role,
    saState: envelope.saState,
    message: envelope.message,
    messageId: envelope.messageId,
    payloads: describe(payloads),
    encrypted,
    length: isakmp.length,
    retransmission: 0,
    digest,
  })

export const traceDecrypted = (
  out: Outbox,
  message: MessageName,
  messageId: number,
  payloads: readonly Payload[],
): void => out.trace('ike:payloads_decrypted', { message, messageId, payloads: describe(payloads) })
