import { deterministicRandom } from '../crypto/index.ts'
import { messageDigest } from '../ike/index.ts'
import { outboundFlow, type ProtectedFlow, protectedFlows } from '../ipsec/index.ts'
import {
  type EspKey,
  type IkeV1Key,
  type IkeV2Key,
  type NetworkEvent,
  octetsUpToIsakmpHeader,
  type VirtualNetwork,
} from '../net/index.ts'
import { Router, type RouterEffect, type RouterSnapshot } from '../router/index.ts'
import { noIkeV2 } from '../selection/index.ts'
import type { TraceEvent } from '../trace/index.ts'
import { encodeIpv4, ipProtocol } from '../wire/index.ts'
import type { DirectionRun, RunPacket } from './direction-run.ts'
import type { Lab, LabRouter } from './lab.ts'
import { fetchFor, isOwnAddress, networkOf, ownAddress, readCertificate, readList } from './surroundings.ts'

/** IOS's ping waits two seconds for each reply. */
const pingEvery = 2000
/** A failed negotiation has died by retransmission by then, and no SA that an end was left with can have expired: 120 s are the least. */
const longestRun = 119_000
/** Once traffic has passed there is nothing left to see. */
const afterLastPing = 1000

interface Recorder {
  readonly events: TraceEvent[]
  readonly packets: RunPacket[]
  readonly ikev1: IkeV1Key[]
  readonly ikev2: IkeV2Key[]
  readonly esp: EspKey[]
  readonly dropped: { readonly host: string; readonly to: string; readonly reason: string }[]
  replies: number
  /** An end asks whether its peer lives. */
  looksForPeer: boolean
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((octet, index) => octet === b[index])

/** Runs one direction: the initiator pings from loopback to loopback, and everything that follows is recorded. */
export const runDirection = (
  lab: Lab,
  initiator: LabRouter,
  responder: LabRouter,
  flow: ProtectedFlow,
): DirectionRun => {
  const network = networkOf(lab)
  const record: Recorder = {
    events: [],
    packets: [],
    ikev1: [],
    ikev2: [],
    esp: [],
    dropped: [],
    replies: 0,
    looksForPeer: false,
  }
  recordPackets(network, record)
  const routers = new Map<string, Router>()
  for (const { name, configuration, store, abilities, clockOffset } of lab.routers) {
    // A router's random octets depend on its name and the direction, not on what else the lab runs.
    const random = deterministicRandom(`ikewise lab ${initiator.name} initiates ${name}`)
    routers.set(
      name,
      new Router({
        name,
        configuration,
        store,
        knobs: lab.knobs,
        ...(abilities ? { abilities } : {}),
        ...(clockOffset === undefined ? {} : { clockOffset }),
        random,
        settings: { exportKeys: true, signatureNonce: 'deterministic' },
        // Live, whoever asks for a URL is asked twice (attacks A18); IOS looks it up.
        ikeV2Settings: { fetchCertificates: (configuration.ikev2 ?? noIkeV2).httpUrlCert },
      }),
    )
  }
  const attachments = [...routers].map(([name, router]) => attach(lab, network, name, router, record))
  const start = attachments.find(({ name }) => name === initiator.name)
  if (!start) throw new Error(`no router ${initiator.name} in the lab`)
  const ends = pingEnds(lab, initiator, responder, flow)
  const count = ends ? lab.pingCount : 0
  if (ends && count > 0)
    for (let sequence = 0; sequence < count; sequence += 1)
      network.schedule(sequence * pingEvery, () =>
        start.apply(start.router.ping(network.now(), { ...ends, identifier: 1, sequence })),
      )
  else network.schedule(0, () => start.apply(start.router.initiate(network.now(), flow.name)))
  const lastPing = lab.clock + Math.max(0, count - 1) * pingEvery + afterLastPing
  network.run(lastPing)
  const up = lab.routers
    .filter(({ name }) => name === initiator.name || name === responder.name)
    .every(({ name }) => isUp(routers.get(name)?.snapshot(network.now())))
  if (!up) network.run(lab.clock + longestRun, () => record.looksForPeer && isDecided(record, routers, network.now()))
  return {
    initiator: initiator.name,
    responder: responder.name,
    events: record.events,
    packets: record.packets,
    keys: { ikev1: dedupe(record.ikev1), ikev2: dedupeV2(record.ikev2), esp: record.esp },
    dropped: record.dropped,
    routers: new Map([...routers].map(([name, router]) => [name, router.snapshot(network.now())])),
    ping: ends ? { sent: count, received: record.replies } : null,
    end: network.now(),
  }
}

const isLookingForPeer = (event: TraceEvent): boolean =>
  event.name === 'ike:dpd_sent' || (event.name === 'ike:v2_dpd' && event.data.what === 'sent')

/** What dead peer detection does to what a negotiation has left behind is none of its outcome. */
const isDecided = ({ events }: Recorder, routers: ReadonlyMap<string, Router>, now: number): boolean =>
  events.some(({ name }) => name === 'ike:rejected') ||
  [...routers.values()].some((router) => isUp(router.snapshot(now)))

const isUp = (snapshot: RouterSnapshot | undefined): boolean =>
  snapshot?.ipsecFlows.some(({ inbound, outbound }) => inbound.length > 0 && outbound.length > 0) ?? false

/**
 * Both ends hand out the same phase 1 key, unless their pre-shared keys differ. Then that of the initiator opens MM5, the
 * last message before they part; it derives its key after the responder.
 */
const dedupe = (keys: readonly IkeV1Key[]): readonly IkeV1Key[] =>
  keys.filter((key, index) => keys.findLastIndex((other) => sameBytes(other.cookieI, key.cookieI)) === index)

const dedupeV2 = (keys: readonly IkeV2Key[]): readonly IkeV2Key[] =>
  keys.filter(
    (key, index) =>
      keys.findIndex(
        (other) => sameBytes(other.initiatorSpi, key.initiatorSpi) && sameBytes(other.responderSpi, key.responderSpi),
      ) === index,
  )

interface Attachment {
  readonly name: string
  readonly router: Router
  readonly apply: (effects: readonly RouterEffect[]) => void
}

/** Lets a router's effects happen on the network, and the network's events reach the router. */
const attach = (lab: Lab, network: VirtualNetwork, name: string, router: Router, record: Recorder): Attachment => {
  const timers = new Map<string, () => void>()
  const apply = (effects: readonly RouterEffect[]): void => {
    for (const effect of effects) perform(effect)
  }
  const perform = (effect: RouterEffect): void => {
    switch (effect.kind) {
      case 'send':
        if (isOwnAddress(lab, name, effect.datagram.to.address)) {
          record.dropped.push({ host: name, to: effect.datagram.to.address, reason: ownAddress })
          break
        }
        pendingMessage.set(effect.datagram.bytes, effect.message)
        network.send(name, effect.datagram)
        break
      case 'arm':
        timers.get(effect.timer)?.()
        timers.set(
          effect.timer,
          network.schedule(effect.after, () => {
            timers.delete(effect.timer)
            apply(router.expire(network.now(), effect.timer))
          }),
        )
        break
      case 'disarm':
        timers.get(effect.timer)?.()
        timers.delete(effect.timer)
        break
      case 'fetch-crl': {
        const { url, vrf } = effect.request
        fetchFor(lab, network, { router: name, url, vrf }, (answer) => {
          apply(router.crl(network.now(), { ike: effect.ike, sa: effect.sa, url, crl: readList(answer) }))
        })
        break
      }
      case 'event':
        record.events.push(effect.event)
        record.looksForPeer ||= isLookingForPeer(effect.event)
        break
      case 'phase1-keys':
        record.ikev1.push({ cookieI: effect.cookieI, key: effect.key })
        break
      case 'ikev2-keys':
        record.ikev2.push(effect.keys as IkeV2Key)
        break
      case 'esp-keys':
        if (
          !record.esp.some(
            ({ spi, destination }) => destination === effect.keys.destination && sameBytes(spi, effect.keys.spi),
          )
        )
          record.esp.push(effect.keys as EspKey)
        break
      case 'echo-reply':
        record.replies += 1
        break
      case 'fetch-certificate': {
        const { sa, url } = effect
        fetchFor(lab, network, { router: name, url }, (answer) => {
          apply(router.certificate(network.now(), { sa, url, der: readCertificate(answer) }))
        })
        break
      }
      case 'phase1':
        break
    }
  }
  network.listen(name, ({ protocol, from, to, bytes, time }) =>
    apply(router.receive(time, { protocol, from, to, bytes })),
  )
  return { name, router, apply }
}

const nonEspMarkerLength = 4

/** The name under which the trace knows a message: its digest, without the non-ESP marker. */
const digestOf = ({
  bytes,
  from,
  to,
  protocol,
}: {
  readonly bytes: Uint8Array
  readonly from: { readonly port: number }
  readonly to: { readonly port: number }
  readonly protocol: string
}): string | null =>
  protocol === 'udp'
    ? messageDigest(from.port === 4500 || to.port === 4500 ? bytes.subarray(nonEspMarkerLength) : bytes)
    : null

/** What each datagram is, until the tap sees the packet that carries it. */
const pendingMessage = new WeakMap<Uint8Array, RunPacket['message']>()

/** IKEv2 chains no IVs: its repetitions are shown whole. */
const isIkeV1 = (message: RunPacket['message']): boolean => !message.includes(' ')

const recordPackets = (network: VirtualNetwork, record: Recorder): void => {
  /** Whether each datagram left before, by its octets; fragments of one datagram are told of together. */
  const seen = new Map<string, boolean>()
  network.tap((event: NetworkEvent) => {
    if (event.kind === 'dropped')
      record.dropped.push({ host: event.host, to: event.datagram.to.address, reason: event.reason })
    if (event.kind !== 'sent') return
    const { datagram, host, packet, time, fragment, fragments } = event
    const message = pendingMessage.get(datagram.bytes) ?? 'INFO'
    const key = Buffer.from(datagram.bytes).toString('base64')
    if (fragment === 0) seen.set(key, seen.has(key))
    const repeated = datagram.protocol === 'udp' && (seen.get(key) ?? false)
    const port = datagram.to.port === 4500 || datagram.from.port === 4500 ? 4500 : 500
    record.packets.push({
      time,
      interface: host,
      packet,
      from: host,
      to: datagram.to.address,
      message,
      // Wireshark would chain the IV through a repeated message and call it malformed: it is cut behind its header.
      ...(repeated && isIkeV1(message) && fragment === 0 ? { octets: octetsUpToIsakmpHeader(port) } : {}),
      repeated,
      digest: digestOf(datagram),
      ...(fragments === 1 ? {} : { fragment: { number: fragment + 1, total: fragments } }),
    })
  })
}

/**
 * Loopback to loopback where both have one: the traffic that the tunnel is for. Null where the initiator's routes or access
 * lists give that traffic to another tunnel, or to none: then the negotiation is begun without it.
 */
const pingEnds = (
  lab: Lab,
  initiator: LabRouter,
  responder: LabRouter,
  flow: ProtectedFlow,
): { readonly source: string; readonly destination: string } | null => {
  const loopback = ({ configuration }: LabRouter): string | undefined =>
    configuration.ipsec.interfaces.find(({ name, shutdown }) => /^loopback/i.test(name) && !shutdown)?.addresses[0]
      ?.address
  const source = loopback(initiator)
  const destination = loopback(responder)
  if (source === undefined || destination === undefined || lab.pingCount === 0) return null
  const { ipsec } = initiator.configuration
  const packet = encodeIpv4({
    source,
    destination,
    protocol: ipProtocol.ICMP,
    identification: 0,
    payload: new Uint8Array(icmpHeaderLength),
  })
  const taken = outboundFlow(ipsec, protectedFlows(ipsec), packet)?.flow
  return taken?.name === flow.name ? { source, destination } : null
}

const icmpHeaderLength = 8
