import {
  hash,
  type IkeV2Keys,
  type IkeV2Protection,
  ikeV2CipherInfo,
  ikeV2DataLength,
  openIkeV2,
  sealIkeV2,
} from '../../crypto/index.ts'
import type { IkeV2Exchange, IkeV2PacketData } from '../../trace/index.ts'
import {
  concat,
  type Decoded,
  decodeIkeV2Payloads,
  describeIkeV2Payload,
  encodeIkeV2Message,
  encodeIkeV2Payloads,
  firstIkeV2PayloadType,
  type IkeV2Header,
  type IkeV2Payload,
  ikeV2ExchangeType,
  ikeV2Flag,
  ikeV2NotifyType,
  ikeV2ProtectedHead,
  nameOf,
  toHex,
  u16Bytes,
  u32Bytes,
  type WireLimits,
  withNonEspMarker,
} from '../../wire/index.ts'
import type { Endpoint, Outbox } from '../effects.ts'
import { type Flight, messageName, type Suite } from './session.ts'

export const natTPort = 4500

/** First eight octets of SHA-256: names a message in the trace and finds duplicates. */
export const digestOf = (message: Uint8Array): string => toHex(hash('sha256', message).subarray(0, 8))

export const describeAll = (payloads: readonly IkeV2Payload[]): readonly string[] => payloads.map(describeIkeV2Payload)

export const notifyName = (notifyType: number): string => nameOf(ikeV2NotifyType, notifyType) ?? `notify ${notifyType}`

/** Where a message goes, in whose name. `role`: of the sender in the IKE SA. */
export interface Envelope {
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly spiI: Uint8Array
  readonly spiR: Uint8Array
  readonly role: 'I' | 'R'
  readonly exchange: IkeV2Exchange
  readonly response: boolean
  readonly messageId: number
}

const wireEnvelope = (
  envelope: Envelope,
): Pick<IkeV2Header, 'initiatorSpi' | 'responderSpi' | 'exchangeType' | 'flags' | 'messageId'> => ({
  initiatorSpi: envelope.spiI,
  responderSpi: envelope.spiR,
  exchangeType: ikeV2ExchangeType[envelope.exchange],
  flags: (envelope.role === 'I' ? ikeV2Flag.INITIATOR : 0) | (envelope.response ? ikeV2Flag.RESPONSE : 0),
  messageId: envelope.messageId,
})

const packetData = (
  envelope: Envelope,
  message: Uint8Array,
  payloads: readonly string[],
  encrypted: boolean,
): IkeV2PacketData => ({
  local: envelope.local.address,
  peer: envelope.peer.address,
  localPort: envelope.local.port,
  peerPort: envelope.peer.port,
  message: messageName(envelope.exchange, envelope.response),
  messageId: envelope.messageId,
  initiatorSpi: toHex(envelope.spiI),
  responderSpi: toHex(envelope.spiR),
  payloads,
  encrypted,
  length: message.length,
  retransmission: 0,
  digest: digestOf(message),
})

/** Puts a message on its way; to or from port 4500 behind the non-ESP marker (RFC 7296 §2.23). */
const emit = (out: Outbox, envelope: Envelope, message: Uint8Array, packet: IkeV2PacketData): Uint8Array => {
  const marked = envelope.local.port === natTPort || envelope.peer.port === natTPort
  const datagram = marked ? withNonEspMarker(message) : message
  out.trace('ike:v2_packet_sent', packet)
  out.push({ kind: 'send', from: envelope.local, to: envelope.peer, bytes: datagram, message: packet.message })
  return datagram
}

/** Sends the same bytes again, never rebuilt. */
export const resend = (
  out: Outbox,
  to: { readonly local: Endpoint; readonly peer: Endpoint },
  flight: Flight,
  retransmission: number,
): void => {
  for (const [index, datagram] of flight.datagrams.entries()) {
    const packet = flight.packets[index]
    if (packet) out.trace('ike:v2_packet_sent', { ...packet, retransmission })
    out.push({ kind: 'send', from: to.local, to: to.peer, bytes: datagram, message: flight.message })
  }
}

/** A message in clear: IKE_SA_INIT, and what answers messages that belong to no SA. */
export const sendClear = (
  out: Outbox,
  envelope: Envelope,
  payloads: readonly IkeV2Payload[],
): { readonly flight: Flight; readonly message: Uint8Array } => {
  const message = encodeIkeV2Message({ ...wireEnvelope(envelope), payloads })
  const packet = packetData(envelope, message, describeAll(payloads), false)
  const datagram = emit(out, envelope, message, packet)
  return {
    flight: {
      message: packet.message,
      messageId: envelope.messageId,
      datagrams: [datagram],
      packets: [packet],
      attempts: 0,
    },
    message,
  }
}

/** The keys with which a side protects what it sends (RFC 7296 §2.14). */
export const protectionOf = (suite: Suite, keys: IkeV2Keys, sender: 'I' | 'R'): IkeV2Protection => ({
  cipher: suite.encryption,
  integrity: suite.integrity,
  encryptionKey: sender === 'I' ? keys.skEi : keys.skEr,
  integrityKey: sender === 'I' ? keys.skAi : keys.skAr,
})

/**
 * CBC wants an IV that nobody can foretell; a counter mode wants one that never comes twice under its key, and message
 * id, direction and fragment number never do (RFC 5282 §3.1).
 */
const ivFor = (
  protection: IkeV2Protection,
  envelope: Envelope,
  fragment: number,
  random: (octets: number) => Uint8Array,
): Uint8Array => {
  const { aead, ivLength } = ikeV2CipherInfo(protection.cipher)
  return aead
    ? concat(Uint8Array.of(0, envelope.response ? 1 : 0), u16Bytes(fragment), u32Bytes(envelope.messageId))
    : random(ivLength)
}

export interface Sending {
  readonly protection: IkeV2Protection
  readonly random: (octets: number) => Uint8Array
  /** Octets of the largest IKE message that travels whole; null: no fragments (RFC 7383). */
  readonly fragmentSize: number | null
}

/** Sends an encrypted message, in fragments where it is too long and the peer can read them. */
export const sendProtected = (
  out: Outbox,
  envelope: Envelope,
  payloads: readonly IkeV2Payload[],
  { protection, random, fragmentSize }: Sending,
): Flight => {
  const name = messageName(envelope.exchange, envelope.response)
  out.trace('ike:v2_payloads_encrypting', { message: name, payloads: describeAll(payloads) })
  const plain = encodeIkeV2Payloads(payloads)
  const first = firstIkeV2PayloadType(payloads)
  const wire = wireEnvelope(envelope)
  const dataLength = ikeV2DataLength(protection, plain.length)
  const head = ikeV2ProtectedHead(wire, first, dataLength)
  const pieces =
    fragmentSize !== null && head.length + dataLength > fragmentSize
      ? piecesOf(plain, fragmentPlainLength(protection, head.length + fragmentFields, fragmentSize))
      : [plain]
  const fragmented = pieces.length > 1
  if (fragmented)
    out.trace('ike:v2_fragmented', { message: name, fragments: pieces.length, size: head.length + dataLength })
  const sent = pieces.map((piece, index) => {
    const number = index + 1
    const aad = fragmented
      ? ikeV2ProtectedHead(wire, index === 0 ? first : 0, ikeV2DataLength(protection, piece.length), {
          number,
          total: pieces.length,
        })
      : head
    const iv = ivFor(protection, envelope, fragmented ? number : 0, random)
    const message = sealIkeV2(protection, aad, iv, piece)
    const packet = {
      ...packetData(envelope, message, [fragmented ? 'SKF' : 'ENCR'], true),
      ...(fragmented ? { fragment: { number, total: pieces.length } } : {}),
    }
    return { datagram: emit(out, envelope, message, packet), packet }
  })
  return {
    message: name,
    messageId: envelope.messageId,
    datagrams: sent.map(({ datagram }) => datagram),
    packets: sent.map(({ packet }) => packet),
    attempts: 0,
  }
}

/** Fragment number and total (RFC 7383 §2.5). */
const fragmentFields = 4
const smallestPiece = 64

/** The most octets of plaintext whose fragment stays within the size. */
const fragmentPlainLength = (protection: IkeV2Protection, headLength: number, size: number): number => {
  let length = Math.max(size - headLength, smallestPiece)
  while (length > smallestPiece && headLength + ikeV2DataLength(protection, length) > size) length -= 1
  return length
}

const piecesOf = (plain: Uint8Array, length: number): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(plain.length / length) }, (_, index) =>
    plain.subarray(index * length, (index + 1) * length),
  )

/** Opens the SK or SKF payload that ends a message: the plaintext, or why it does not open. */
export const openProtected = (
  protection: IkeV2Protection,
  message: Uint8Array,
  payload: Extract<IkeV2Payload, { type: 'SK' | 'SKF' }>,
): { readonly ok: true; readonly plain: Uint8Array } | { readonly ok: false; readonly detail: string } => {
  const opened = openIkeV2(protection, message, message.length - payload.data.length)
  return opened.ok ? { ok: true, plain: opened.value } : { ok: false, detail: opened.reject.detail }
}

export const readInner = (
  firstInner: number,
  plain: Uint8Array,
  limits: WireLimits,
): Decoded<readonly IkeV2Payload[]> => decodeIkeV2Payloads(firstInner, plain, limits)
