import type { IkeV2Exchange, IkeV2MessageName } from '../../trace/index.ts'
import {
  decodeIkeV2Header,
  decodeIkeV2Message,
  type IkeV2Header,
  type IkeV2Payload,
  ikeV2ExchangeType,
  ikeV2Flag,
  nameOf,
  toHex,
} from '../../wire/index.ts'
import type { Endpoint, Outbox } from '../effects.ts'
import type { IkeV2Settings } from './context.ts'
import { traceIgnored } from './decisions.ts'
import { brokenRule } from './message-rules.ts'
import { criticalUnknown, openMessage } from './opening.ts'
import { describeAll, digestOf } from './packets.ts'
import { messageName, type SaInitAnswered, type Session } from './session.ts'
import { ignored, type Turn } from './turn.ts'

/** A datagram that is an IKEv2 message; what is encrypted in it is not opened yet. */
export interface Arrived {
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly header: IkeV2Header
  readonly exchange: IkeV2Exchange
  readonly isResponse: boolean
  readonly name: IkeV2MessageName
  readonly message: Uint8Array
  readonly digest: string
  readonly payloads: readonly IkeV2Payload[]
}

const isExchange = (name: string | undefined): name is IkeV2Exchange =>
  name === 'IKE_SA_INIT' || name === 'IKE_AUTH' || name === 'CREATE_CHILD_SA' || name === 'INFORMATIONAL'

/** Reads a datagram without its keys; null: it is traced and ignored. */
export const readDatagram = (
  out: Outbox,
  { local, peer, bytes }: { readonly local: Endpoint; readonly peer: Endpoint; readonly bytes: Uint8Array },
  { limits }: IkeV2Settings,
): Arrived | null => {
  const header = decodeIkeV2Header(bytes)
  if (!header.ok) {
    traceIgnored(out, 'unknown', peer.address, header.reject.code, header.reject.detail)
    return null
  }
  const exchange = nameOf(ikeV2ExchangeType, header.value.exchangeType)
  if (!isExchange(exchange)) {
    traceIgnored(out, 'unknown', peer.address, 'unsupported-exchange', `exchange type ${header.value.exchangeType}`)
    return null
  }
  const isResponse = (header.value.flags & ikeV2Flag.RESPONSE) !== 0
  const name = messageName(exchange, isResponse)
  const decoded = decodeIkeV2Message(bytes, limits)
  if (!decoded.ok) {
    traceIgnored(out, name, peer.address, decoded.reject.code, decoded.reject.detail)
    return null
  }
  return {
    local,
    peer,
    header: header.value,
    exchange,
    isResponse,
    name,
    message: bytes,
    digest: digestOf(bytes),
    payloads: decoded.value.payloads,
  }
}

export const traceReceived = (out: Outbox, { local, peer, name, header, payloads, message, digest }: Arrived): void => {
  const last = payloads.at(-1)
  out.trace('ike:v2_packet_received', {
    local: local.address,
    peer: peer.address,
    localPort: local.port,
    peerPort: peer.port,
    message: name,
    messageId: header.messageId,
    initiatorSpi: toHex(header.initiatorSpi),
    responderSpi: toHex(header.responderSpi),
    payloads: describeAll(payloads),
    encrypted: last?.type === 'SK' || last?.type === 'SKF',
    ...(last?.type === 'SKF' ? { fragment: { number: last.number, total: last.total } } : {}),
    length: message.length,
    retransmission: 0,
    digest,
  })
}

/** A session that can open what its peer protects. */
type Opening = Extract<Session, { readonly keys: unknown }> & { readonly keys: NonNullable<SaInitAnswered['keys']> }

/** What is inside a protected message; null: it was ignored, or more fragments are awaited. */
export const openArrived = (turn: Turn, session: Opening, arrived: Arrived): readonly IkeV2Payload[] | null => {
  const { life, out } = turn
  const { name, header, payloads, message } = arrived
  const opened = openMessage(
    session,
    { message, messageId: header.messageId, payloads, name },
    life.fragments.get(session.id) ?? null,
    life.options.settings.limits,
  )
  switch (opened.kind) {
    case 'refused':
      return ignored(turn, session, name, opened.reason, opened.detail)
    case 'malformed':
      return ignored(turn, session, name, 'malformed', opened.detail)
    case 'fragment':
      traceReceived(out, arrived)
      life.fragments.set(session.id, opened.partial)
      return null
    case 'payloads': {
      life.fragments.delete(session.id)
      traceReceived(out, arrived)
      out.trace('ike:v2_payloads_decrypted', { message: name, payloads: describeAll(opened.payloads) })
      // A broken request under an established SA is answered, not ignored: see requests.ts.
      if (session.state === 'ESTABLISHED' && !arrived.isResponse) return opened.payloads
      const broken = brokenRule(name, opened.payloads)
      if (broken !== null) return ignored(turn, session, name, 'payload-not-allowed', broken)
      const critical = criticalUnknown(opened.payloads)
      return critical
        ? ignored(turn, session, name, 'unsupported-critical-payload', `payload type ${critical.payloadType}`)
        : opened.payloads
    }
    default: {
      const never: never = opened
      throw new Error(`unknown result ${String(never)}`)
    }
  }
}
