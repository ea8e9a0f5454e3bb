import type { ChildInstall, Endpoint } from '../ike/index.ts'
import {
  decapsulate,
  encapsulate,
  type IpsecConfiguration,
  ivLength,
  newAssociation,
  outboundFlow,
  type ProtectedFlow,
  type SecurityAssociation,
  selectorsMatch,
  transformText,
  unwrap,
  volumeState,
} from '../ipsec/index.ts'
import { type EventBody, event } from '../trace/index.ts'
import { decodeIpv4, ipProtocol, toHex } from '../wire/index.ts'
import type { EspKeys } from './effects.ts'

/** IOS numbers its IPsec connections from 1 in pairs; the lab counts likewise. */
const firstConnection = 1

type SendResult =
  | { readonly kind: 'no-flow' }
  | { readonly kind: 'no-sa'; readonly flow: ProtectedFlow }
  | { readonly kind: 'refused'; readonly spi: string; readonly reason: string; readonly peer: string }
  | {
      readonly kind: 'sealed'
      readonly packet: Uint8Array
      readonly from: Endpoint
      readonly to: Endpoint
      readonly udpEncapsulation: boolean
      readonly connection: number
      readonly event: EventBody
      /** The inbound SPI of a pair that has carried its volume. */
      readonly volumeReached: Uint8Array | null
    }

type ReceiveResult =
  | {
      readonly kind: 'opened'
      readonly inner: Uint8Array
      readonly connection: number
      readonly event: EventBody
      /** The SPI of an SA that has carried its volume. */
      readonly volumeReached: Uint8Array | null
    }
  | { readonly kind: 'dropped'; readonly event: EventBody }

interface Entry {
  association: SecurityAssociation
  readonly otherSpi: Uint8Array
  readonly peer: Endpoint
  readonly local: Endpoint
  readonly ikeConnection: number
}

/** Packets of a flow, over all the SAs that it has had. */
export interface FlowCounters {
  readonly encapsulated: number
  readonly decapsulated: number
  readonly sendErrors: number
  readonly receiveErrors: number
}

const noPackets: FlowCounters = { encapsulated: 0, decapsulated: 0, sendErrors: 0, receiveErrors: 0 }

/** An SA may cover a part of its flow: the packet must stand between the SA's own proxy identities. */
const covers = ({ localProxy, remoteProxy }: SecurityAssociation, packet: Uint8Array): boolean => {
  const read = decodeIpv4(packet)
  return read.ok && selectorsMatch(read.value, localProxy, remoteProxy)
}

/** A packet has carried the SA over the volume at which it is renewed. */
const reachedVolume = (before: SecurityAssociation, after: SecurityAssociation): boolean =>
  volumeState(before) === 'fresh' && volumeState(after) !== 'fresh'

const spiText = (spi: Uint8Array): string => toHex(spi).toUpperCase()

/** The SA database of one router: the only place in which SAs live and count. */
export class SecurityAssociations {
  readonly #configuration: IpsecConfiguration
  readonly #flows: readonly ProtectedFlow[]
  readonly #inbound = new Map<string, Entry>()
  /** By flow, newest last: the newest is used. */
  readonly #outbound = new Map<string, Entry[]>()
  readonly #counters = new Map<string, FlowCounters>()
  #nextConnection = firstConnection

  constructor(configuration: IpsecConfiguration, flows: readonly ProtectedFlow[]) {
    this.#configuration = configuration
    this.#flows = flows
  }

  /** Every SA of a flow and what they carried, for `show crypto ipsec sa`. */
  of(flow: string): {
    readonly counters: FlowCounters
    readonly inbound: readonly SecurityAssociation[]
    readonly outbound: readonly SecurityAssociation[]
    readonly peerPort: number | null
  } {
    const inbound = [...this.#inbound.values()].filter(({ association }) => association.flow === flow)
    return {
      counters: this.#counters.get(flow) ?? noPackets,
      inbound: inbound.map(({ association }) => association),
      outbound: (this.#outbound.get(flow) ?? []).map(({ association }) => association),
      peerPort: inbound[0]?.peer.port ?? null,
    }
  }

  install(now: number, request: ChildInstall): { readonly events: readonly EventBody[]; readonly keys: EspKeys } {
    const { child, direction, local, peer } = request
    const flow = this.#flows.find(({ name }) => name === child.flow)
    const association = newAssociation({
      direction,
      spi: request.spi,
      flow: child.flow,
      encryption: child.encryption as SecurityAssociation['encryption'],
      authentication: child.authentication as SecurityAssociation['authentication'],
      mode: child.mode,
      local: local.address,
      remote: peer.address,
      localProxy: child.localProxy,
      remoteProxy: child.remoteProxy,
      keymat: request.keymat,
      lifetime: { seconds: child.seconds, kilobytes: child.kilobytes },
      created: now,
      connection: this.#nextConnection++,
      udpEncapsulation: request.udpEncapsulation,
      pfsGroup: child.pfsGroup,
    })
    const entry: Entry = { association, otherSpi: request.otherSpi, peer, local, ikeConnection: request.connection }
    if (direction === 'in') this.#inbound.set(toHex(request.spi), entry)
    else this.#outbound.set(child.flow, [...(this.#outbound.get(child.flow) ?? []), entry])
    const [source, destination] = direction === 'in' ? [peer.address, local.address] : [local.address, peer.address]
    return {
      events: [
        event('ipsec:sa_installed', {
          destination,
          spi: spiText(request.spi),
          transform: transformText(association),
          connection: association.connection,
          direction,
          local: local.address,
          remote: peer.address,
          localProxy: child.localProxy,
          remoteProxy: child.remoteProxy,
          seconds: child.seconds,
          kilobytes: child.kilobytes,
          interface: flow?.interface ?? child.flow,
          map: flow?.map ?? child.flow,
        }),
      ],
      keys: {
        source,
        destination,
        spi: request.spi,
        encryption: association.encryption,
        encryptionKey: association.encryptionKey,
        authentication: association.authentication,
        authenticationKey: association.authenticationKey,
      },
    }
  }

  /** An outbound SA is known by its SPI and `peer`, which chose it: two peers may choose the same one (RFC 4301 §4.1). */
  remove(direction: 'in' | 'out', spi: Uint8Array, peer: Endpoint, reason: string): readonly EventBody[] {
    const key = toHex(spi)
    const gone: SecurityAssociation[] = []
    if (direction === 'in') {
      const entry = this.#inbound.get(key)
      if (entry) gone.push(entry.association)
      this.#inbound.delete(key)
    } else
      for (const [flow, entries] of this.#outbound) {
        const isGone = (entry: Entry): boolean =>
          toHex(entry.association.spi) === key && entry.peer.address === peer.address
        gone.push(...entries.filter(isGone).map(({ association }) => association))
        this.#outbound.set(
          flow,
          entries.filter((entry) => !isGone(entry)),
        )
      }
    return gone.map((association) =>
      event('ipsec:sa_deleted', {
        destination: direction === 'in' ? association.local : association.remote,
        spi: spiText(spi),
        reason,
        transform: transformText(association),
        connection: association.connection,
      }),
    )
  }

  /** A packet of this router's own: into the SA of the flow that takes it. */
  send(packet: Uint8Array, random: (octets: number) => Uint8Array): SendResult {
    const way = outboundFlow(this.#configuration, this.#flows, packet)
    if (!way) return { kind: 'no-flow' }
    const entry = this.#outbound
      .get(way.flow.name)
      ?.findLast(({ association }) => covers(association, way.inner) && volumeState(association) !== 'expired')
    if (!entry) {
      this.#count(way.flow.name, 'sendErrors')
      return { kind: 'no-sa', flow: way.flow }
    }
    const { association } = entry
    const sealed = encapsulate(association, way.inner, random(ivLength(association)))
    if (!sealed.ok) {
      this.#count(way.flow.name, 'sendErrors')
      return { kind: 'refused', spi: spiText(association.spi), reason: sealed.reason, peer: association.remote }
    }
    entry.association = sealed.association
    this.#count(way.flow.name, 'encapsulated')
    return {
      kind: 'sealed',
      packet: sealed.packet,
      from: association.udpEncapsulation ? entry.local : { ...entry.local, port: 0 },
      to: association.udpEncapsulation ? entry.peer : { ...entry.peer, port: 0 },
      udpEncapsulation: association.udpEncapsulation,
      connection: entry.ikeConnection,
      event: event('ipsec:packet_sent', {
        spi: spiText(association.spi),
        sequence: sealed.association.sequence,
        inner: describe(packet),
        length: sealed.packet.length,
        peer: association.remote,
      }),
      volumeReached: reachedVolume(association, sealed.association) ? entry.otherSpi : null,
    }
  }

  /** An ESP packet from the network. A packet that is not authentic changes nothing. */
  receive(from: Endpoint, to: Endpoint, packet: Uint8Array): ReceiveResult {
    const key = toHex(packet.subarray(0, 4))
    const entry = this.#inbound.get(key)
    const drop = (flow: string, reason: string): ReceiveResult => {
      this.#count(flow, 'receiveErrors')
      return {
        kind: 'dropped',
        event: event('ipsec:packet_dropped', { spi: key.toUpperCase(), reason, peer: from.address }),
      }
    }
    if (!entry || entry.local.address !== to.address)
      return {
        kind: 'dropped',
        event: event('ipsec:invalid_spi', {
          destination: to.address,
          source: from.address,
          spi: key.toUpperCase(),
          interface: this.#interfaceOf(to.address),
        }),
      }
    const before = entry.association
    const { flow } = before
    if (entry.peer.address !== from.address && !before.udpEncapsulation) return drop(flow, 'other-address')
    if (volumeState(before) === 'expired') return drop(flow, 'volume-used-up')
    const opened = decapsulate(before, packet)
    entry.association = opened.association
    if (!opened.ok) return drop(flow, opened.reason)
    const user = unwrap(
      this.#flows.find(({ name }) => name === flow),
      opened.packet,
    )
    if (!user) return drop(flow, 'inner-packet-malformed')
    this.#count(flow, 'decapsulated')
    return {
      kind: 'opened',
      inner: user,
      connection: entry.ikeConnection,
      volumeReached: reachedVolume(before, opened.association) ? before.spi : null,
      event: event('ipsec:packet_received', {
        spi: key.toUpperCase(),
        sequence: opened.sequence,
        inner: describe(user),
        length: packet.length,
        peer: from.address,
      }),
    }
  }

  #count(flow: string, what: keyof FlowCounters): void {
    const counters = this.#counters.get(flow) ?? noPackets
    this.#counters.set(flow, { ...counters, [what]: counters[what] + 1 })
  }

  #interfaceOf(address: string): string {
    return (
      this.#configuration.interfaces.find(({ addresses }) => addresses.some((own) => own.address === address))?.name ??
      ''
    )
  }
}

const describe = (packet: Uint8Array): string => {
  const read = decodeIpv4(packet)
  if (!read.ok) return 'unreadable packet'
  const { source, destination, protocol } = read.value
  return `${source} > ${destination} ${protocol === ipProtocol.ICMP ? 'ICMP' : `protocol ${protocol}`}`
}
