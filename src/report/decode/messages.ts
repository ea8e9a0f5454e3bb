import { openIkeV2 } from '../../crypto/index.ts'
import type { DirectionRun, RunPacket } from '../../lab/index.ts'
import type { IkeV2Key } from '../../net/index.ts'
import {
  concat,
  decodeIkeV2Message,
  decodeIkeV2Payloads,
  decodeIpv4,
  decodeUdp,
  demuxUdp4500,
  equalBytes,
  type IkeV2Header,
  type IkeV2Payload,
  type IsakmpHeader,
  ikeMajorVersion,
  ikeV2Flag,
  type Payload,
} from '../../wire/index.ts'
import { IkeV1Decryption } from './ikev1-decryption.ts'

/** A message of a run, decoded by `wire` as a peer would, and decrypted with the keys that the lab's routers handed out. */
export type DecodedMessage =
  | { readonly version: 1; readonly header: IsakmpHeader; readonly payloads: readonly Payload[] | null }
  | { readonly version: 2; readonly header: IkeV2Header; readonly payloads: readonly IkeV2Payload[] | null }

/** The ISAKMP or IKEv2 message in a packet, or in all the IP fragments of one; null for ESP and all else. */
const messageOf = (fragments: readonly RunPacket[]): Uint8Array | null => {
  const parts = fragments.map(({ packet }) => decodeIpv4(packet))
  const [first] = parts
  if (!first?.ok) return null
  const udp = decodeUdp(concat(...parts.flatMap((part) => (part.ok ? [part.value.payload] : []))), first.value)
  if (!udp.ok) return null
  const { sourcePort, destinationPort, payload } = udp.value
  if (sourcePort !== 4500 && destinationPort !== 4500) return payload
  const inner = demuxUdp4500(payload)
  return inner.ok && inner.value.kind === 'ike' ? inner.value.message : null
}

/** The fragments of one message, by number, decrypted. */
type Pieces = Map<number, { readonly plain: Uint8Array; readonly firstInner: number }>

/** Opens a protected message of IKEv2. Null where no key fits, or while fragments are missing. */
const openProtected = (
  message: Uint8Array,
  header: IkeV2Header,
  protectedPayload: Extract<IkeV2Payload, { type: 'SK' | 'SKF' }>,
  keys: readonly IkeV2Key[],
  pieces: Pieces,
): readonly IkeV2Payload[] | null => {
  const key = keys.find(
    ({ initiatorSpi, responderSpi }) =>
      equalBytes(initiatorSpi, header.initiatorSpi) && equalBytes(responderSpi, header.responderSpi),
  )
  if (!key) return null
  const isInitiator = (header.flags & ikeV2Flag.INITIATOR) !== 0
  const opened = openIkeV2(
    {
      cipher: key.encryption,
      integrity: key.integrity,
      encryptionKey: isInitiator ? key.encryptionKeyI : key.encryptionKeyR,
      integrityKey: isInitiator ? key.integrityKeyI : key.integrityKeyR,
    },
    message,
    message.length - protectedPayload.data.length,
  )
  if (!opened.ok) return null
  const { firstInner } = protectedPayload
  if (protectedPayload.type === 'SK') return payloadsOf(firstInner, opened.value)
  pieces.set(protectedPayload.number, { plain: opened.value, firstInner })
  const whole = Array.from({ length: protectedPayload.total }, (_, index) => pieces.get(index + 1))
  const [first] = whole
  if (!first || whole.includes(undefined)) return null
  return payloadsOf(first.firstInner, concat(...whole.flatMap((piece) => (piece ? [piece.plain] : []))))
}

const payloadsOf = (firstInner: number, plain: Uint8Array): readonly IkeV2Payload[] | null => {
  const decoded = decodeIkeV2Payloads(firstInner, plain)
  return decoded.ok ? decoded.value : null
}

/**
 * Every message of a run by the digest under which the trace knows it. Payloads are null where nothing opens them: a key
 * that the two ends do not share, or a fragment whose message came together in another.
 */
export const decodedMessages = (run: DirectionRun): ReadonlyMap<string, DecodedMessage> => {
  const found = new Map<string, DecodedMessage>()
  const ikev1 = new IkeV1Decryption(run.keys.ikev1)
  const fragments = new Map<string, Pieces>()
  let arriving: RunPacket[] = []
  for (const packet of run.packets) {
    if (packet.digest === null || packet.repeated) continue
    const { number, total } = packet.fragment ?? { number: 1, total: 1 }
    arriving = number === 1 ? [packet] : [...arriving, packet]
    if (number < total) continue
    const message = messageOf(arriving)
    if (message === null) continue
    if (ikeMajorVersion(message) === 1) {
      const decoded = ikev1.read(message)
      if (decoded) found.set(packet.digest, { version: 1, ...decoded })
      continue
    }
    const decoded = decodeIkeV2Message(message)
    if (!decoded.ok) continue
    const { header, payloads } = decoded.value
    const last = payloads.at(-1)
    if (last?.type !== 'SK' && last?.type !== 'SKF') {
      found.set(packet.digest, { version: 2, header, payloads })
      continue
    }
    const of = `${packet.from} ${header.messageId} ${header.flags} ${Buffer.from(header.initiatorSpi).toString('hex')}`
    const pieces: Pieces = fragments.get(of) ?? new Map()
    fragments.set(of, pieces)
    found.set(packet.digest, {
      version: 2,
      header,
      payloads: openProtected(message, header, last, run.keys.ikev2, pieces),
    })
  }
  return found
}
