import type { DirectionRun, RunPacket } from '../lab/index.ts'
import type { CapturedPacket } from '../net/index.ts'
import { explain } from '../prove/index.ts'
import type { TraceEvent } from '../trace/index.ts'

type Sent = Extract<TraceEvent, { name: 'ike:packet_sent' | 'ike:v2_packet_sent' }>

const isSent = (event: TraceEvent | undefined): event is Sent =>
  event?.name === 'ike:packet_sent' || event?.name === 'ike:v2_packet_sent'

/** The first sending of a packet in the trace. */
const sendingOf = (run: DirectionRun, packet: RunPacket): { readonly event: Sent; readonly index: number } | null => {
  const index = run.events.findIndex((event) => isSent(event) && event.data.digest === packet.digest)
  const event = run.events[index]
  return isSent(event) ? { event, index } : null
}

/** What the router decided between the packet that it received and this one: why the packet is as it is. */
const decisionsBefore = (run: DirectionRun, router: string, index: number): readonly string[] => {
  const out: string[] = []
  for (let at = index - 1; at >= 0; at -= 1) {
    const event = run.events[at]
    if (event?.router !== router) continue
    if (isSent(event)) break
    if (event.name !== 'ike:decision') continue
    const { what, why } = explain(event, at)
    out.unshift(why === '' ? what : `${what}: ${why}`)
  }
  return out
}

/** What a message of IKEv2 holds stands in the event before it; of a fragment it is what the whole holds. */
const payloadsOf = (
  run: DirectionRun,
  { event, index }: { readonly event: Sent; readonly index: number },
): readonly string[] => {
  if (event.name === 'ike:packet_sent' || !event.data.encrypted) return event.data.payloads
  for (let at = index - 1; at >= 0; at -= 1) {
    const before = run.events[at]
    if (before?.name === 'ike:v2_payloads_encrypting' && before.router === event.router) return before.data.payloads
  }
  return event.data.payloads
}

const espComment = (run: DirectionRun, packet: RunPacket): string => {
  const event = run.events.find(
    (candidate) =>
      candidate.name === 'ipsec:packet_sent' && candidate.router === packet.from && candidate.time === packet.time,
  )
  return event?.name === 'ipsec:packet_sent'
    ? `ESP, SPI 0x${event.data.spi}, sequence ${event.data.sequence}: ${event.data.inner}`
    : 'ESP'
}

const commentOf = (run: DirectionRun, packet: RunPacket): string => {
  const { fragment } = packet
  // Wireshark puts the message together in the last.
  if (fragment && fragment.number < fragment.total)
    return `${packet.message}, IP fragment ${fragment.number} of ${fragment.total}`
  if (packet.message === 'ESP') return espComment(run, packet)
  const head = `${packet.message}, ${packet.from} sends`
  if (packet.repeated)
    return packet.octets === undefined
      ? `${head} again`
      : `${head} again; cut behind the ISAKMP header, so that Wireshark keeps the chain of IVs`
  const sending = sendingOf(run, packet)
  if (!sending) return head
  return [`${head} ${payloadsOf(run, sending).join(' ')}`, ...decisionsBefore(run, packet.from, sending.index)].join(
    '\n',
  )
}

/** The packets of a run with comments that say what each is and which decisions made it so. */
export const commentedPackets = (run: DirectionRun): readonly CapturedPacket[] =>
  run.packets.map((packet) => ({
    time: packet.time,
    interface: packet.interface,
    packet: packet.packet,
    ...(packet.octets === undefined ? {} : { octets: packet.octets }),
    comment: commentOf(run, packet),
  }))
