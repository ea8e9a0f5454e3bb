import { ipv4Number } from '../wire/index.ts'
import { EventQueue } from './event-queue.ts'
import { type Datagram, encodePacket, fragmentPacket } from './ipv4.ts'
import { type HostSettings, type LinkSettings, Topology, type Unreachable } from './topology.ts'

export interface NetworkSettings {
  /** What the clock shows at first: milliseconds since 1970 UTC. */
  readonly start: number
  /** More events than this in one `run` mean that something goes in circles. */
  readonly maxEvents?: number
}

/** A datagram that has arrived. `time` is milliseconds since 1970 UTC, in steps of a thousandth. */
export interface Delivery extends Datagram {
  readonly time: number
}

/** What an interceptor lets go on, perhaps altered; `delay` is milliseconds on top of the links' latency. */
export interface Passage {
  readonly datagram: Datagram
  readonly delay?: number
}

/** Sees each datagram when it leaves; an empty answer loses it, two passages duplicate it. */
export type Interceptor = (datagram: Datagram, time: number) => readonly Passage[]

export interface HttpResponse {
  readonly status: number
  readonly body: Uint8Array
}

/** A response, or why there is none. */
export type HttpAnswer = HttpResponse | { readonly unreachable: string }

/** `path` is what a request line says: with the query, beginning with a slash. */
export type HttpHandler = (path: string) => HttpResponse

/** What happens on the network. Times are milliseconds since 1970 UTC. */
export type NetworkEvent =
  /**
   * `packet` is the IPv4 packet as it leaves `host` by `interface`: what a capture shows. A datagram that is larger than
   * the MTU leaves in `fragments`; `fragment` counts them from 0.
   */
  | {
      readonly kind: 'sent'
      readonly time: number
      readonly host: string
      readonly interface: string
      readonly datagram: Datagram
      readonly packet: Uint8Array
      readonly fragment: number
      readonly fragments: number
    }
  | { readonly kind: 'delivered'; readonly time: number; readonly host: string; readonly datagram: Datagram }
  /** `host` is where it ended. */
  | {
      readonly kind: 'dropped'
      readonly time: number
      readonly host: string
      readonly datagram: Datagram
      readonly reason: DropReason
    }
  | {
      readonly kind: 'answered'
      readonly time: number
      readonly host: string
      readonly url: string
      readonly answer: HttpAnswer
    }

/** `fragment`: the datagram was in fragments, and somebody on its way throws those away. */
export type DropReason = Unreachable | 'intercepted' | 'nobody-listens' | 'fragment'

type Receiver = (delivery: Delivery) => void

const DEFAULT_MAX_EVENTS = 1_000_000

/** Of the four one-way trips of a request — SYN, SYN ACK, request, response — the server sees the third arrive. */
const SOMEWHERE = 5
const TRIPS_TO_SERVER = 3
const TRIPS_TO_CLIENT = 4

/**
 * A network with a clock of its own, for runs that repeat exactly: time passes only in `run`, from one event to the
 * next, and events of the same time happen in the order in which they were caused. Nothing here reads the wall clock
 * or a random source. Wrong calls (an unknown host, a host named twice) throw.
 */
export class VirtualNetwork {
  readonly #topology = new Topology()
  readonly #queue = new EventQueue()
  readonly #receivers = new Map<string, Receiver>()
  readonly #services = new Map<string, HttpHandler>()
  readonly #names = new Map<string, string>()
  readonly #identifications = new Map<string, number>()
  readonly #taps: ((event: NetworkEvent) => void)[] = []
  readonly #interceptors: Interceptor[] = []
  readonly #maxEvents: number
  /** In microseconds: integers add up exactly. */
  #now: number

  constructor({ start, maxEvents = DEFAULT_MAX_EVENTS }: NetworkSettings) {
    this.#now = microseconds(start)
    this.#maxEvents = maxEvents
  }

  /** Milliseconds since 1970 UTC. */
  now(): number {
    return this.#now / 1000
  }

  addHost(host: HostSettings): void {
    this.#topology.addHost(host)
  }

  addLink(link: LinkSettings): void {
    this.#topology.addLink(link)
  }

  /** Lets URLs name a host: what a name server or `ip host NAME ADDRESS` would say. */
  addName(name: string, address: string): void {
    this.#names.set(name.toLowerCase(), address)
  }

  /** Hands every datagram for one of the host's addresses to `receive`. */
  listen(host: string, receive: Receiver): void {
    this.#receivers.set(this.#topology.host(host).name, receive)
  }

  /** Shows everything that happens from now on. */
  tap(see: (event: NetworkEvent) => void): void {
    this.#taps.push(see)
  }

  /** Puts an interceptor on the way of every datagram, after those that are there. */
  intercept(interceptor: Interceptor): void {
    this.#interceptors.push(interceptor)
  }

  /** Undefined where `host` has a way to `destination` from that address of its own, if it is named, else why not. */
  whyUnreachable(host: string, destination: string, source?: string): Unreachable | undefined {
    const vrf = source === undefined ? undefined : this.#topology.vrfOf(host, source)
    const path = this.#topology.path(host, destination, vrf)
    return 'unreachable' in path ? path.unreachable : undefined
  }

  /** Whether a packet of that size, in octets, would be lost on its way because it is in fragments. */
  losesFragments(host: string, destination: string, source: string, octets: number): boolean {
    const path = this.#topology.path(host, destination, this.#topology.vrfOf(host, source), octets)
    return 'fragmentsEndAt' in path && path.fragmentsEndAt !== undefined
  }

  /** Sends from a host. The source address is not checked: a test may spoof. Never calls a receiver before `run`. */
  send(host: string, datagram: Datagram): void {
    const { address } = datagram.from
    const vrf = this.#topology.vrfOf(host, address)
    const packet = encodePacket(datagram, this.#nextIdentification(host))
    const path = this.#topology.path(host, datagram.to.address, vrf, packet.length)
    if ('unreachable' in path) {
      this.#drop(path.at, datagram, path.unreachable)
      return
    }
    const pieces = fragmentPacket(packet, path.mtu)
    const { outgoing } = path
    for (const [fragment, piece] of pieces.entries())
      this.#show({
        kind: 'sent',
        time: this.now(),
        host,
        interface: outgoing,
        datagram,
        packet: piece,
        fragment,
        fragments: pieces.length,
      })
    if (path.fragmentsEndAt !== undefined) {
      this.#drop(path.fragmentsEndAt, datagram, 'fragment')
      return
    }
    const passages = this.#passages(datagram)
    if (passages.length === 0) this.#drop(host, datagram, 'intercepted')
    for (const passage of passages) {
      this.schedule(path.latency + (passage.delay ?? 0), () => this.#deliver(path.to, passage.datagram))
    }
  }

  /** Runs `happen` after so many milliseconds. The answer cancels it. */
  schedule(after: number, happen: () => void): () => void {
    let cancelled = false
    this.#queue.add({
      time: this.#now + Math.max(0, microseconds(after)),
      happen: () => {
        if (!cancelled) happen()
      },
    })
    return () => {
      cancelled = true
    }
  }

  /** Answers HTTP requests to `address` and `port`. */
  serve(address: string, port: number, handler: HttpHandler): void {
    if (this.#topology.owner(address) === undefined) throw new Error(`no host has the address ${address}`)
    this.#services.set(`${address}:${port}`, handler)
  }

  /**
   * Fetches `url` from a host and hands the answer to `answered`, in a later event and exactly once. A URL that cannot
   * be read, a name that nobody knows, a missing route and a port on which nobody serves are answers too. `vrf`: the table
   * of the host by which it asks.
   */
  request(host: string, url: string, answered: (answer: HttpAnswer, time: number) => void, vrf?: string): void {
    const finish = (after: number, answer: HttpAnswer) =>
      this.schedule(after, () => {
        this.#show({ kind: 'answered', time: this.now(), host, url, answer })
        answered(answer, this.now())
      })

    const route = this.#route(host, url, vrf)
    if ('unreachable' in route) {
      finish(0, route)
      return
    }
    const { handler, latency, path } = route
    if (handler === undefined) {
      finish(2 * latency, { unreachable: `nobody serves ${url}` })
      return
    }
    this.schedule(TRIPS_TO_SERVER * latency, () => finish((TRIPS_TO_CLIENT - TRIPS_TO_SERVER) * latency, handler(path)))
  }

  /**
   * Lets things happen until nothing is left or, if given, the clock shows `until` or `isOver` says so after something
   * has happened. Answers how many events happened.
   */
  run(until: number = Number.POSITIVE_INFINITY, isOver: () => boolean = () => false): number {
    const end = microseconds(until)
    let happened = 0
    for (;;) {
      const next = this.#queue.peek()
      if (next === undefined || next.time > end) break
      if (happened === this.#maxEvents) {
        throw new Error(`more than ${this.#maxEvents} events by ${new Date(this.now()).toISOString()}: a loop?`)
      }
      this.#queue.take()
      this.#now = next.time
      next.happen()
      happened++
      if (isOver()) return happened
    }
    if (until !== Number.POSITIVE_INFINITY) this.#now = Math.max(this.#now, end)
    return happened
  }

  #passages(datagram: Datagram): readonly Passage[] {
    let passages: readonly Passage[] = [{ datagram }]
    for (const interceptor of this.#interceptors) {
      passages = passages.flatMap(({ datagram, delay = 0 }) =>
        interceptor(datagram, this.now()).map((next) => ({ ...next, delay: delay + (next.delay ?? 0) })),
      )
    }
    return passages
  }

  #deliver(host: string, datagram: Datagram): void {
    const receive = this.#receivers.get(host)
    if (receive === undefined) {
      this.#drop(host, datagram, 'nobody-listens')
      return
    }
    this.#show({ kind: 'delivered', time: this.now(), host, datagram })
    receive({ ...datagram, time: this.now() })
  }

  #drop(host: string, datagram: Datagram, reason: DropReason): void {
    this.#show({ kind: 'dropped', time: this.now(), host, datagram, reason })
  }

  #show(event: NetworkEvent): void {
    for (const see of this.#taps) see(event)
  }

  /** RFC 791's identification: a counter for each host. */
  #nextIdentification(host: string): number {
    const identification = ((this.#identifications.get(host) ?? 0) + 1) & 0xffff
    this.#identifications.set(host, identification)
    return identification
  }

  /** Where a URL leads from a host. The way back must exist too; both count the same latency. */
  #route(host: string, url: string, vrf: string | undefined): HttpRoute | { readonly unreachable: string } {
    if (!URL.canParse(url)) return { unreachable: `not a URL: ${url}` }
    const { protocol, hostname, port, pathname, search } = new URL(url)
    if (protocol !== 'http:') return { unreachable: `not an http URL: ${url}` }
    const address = ipv4Number(hostname) === undefined ? this.#names.get(hostname) : hostname
    if (address === undefined) return { unreachable: `no address for ${hostname}` }

    const handler = this.#services.get(`${address}:${port === '' ? 80 : port}`)
    const there = this.#topology.path(host, address, vrf)
    // Nobody knows where a host stands that is known by name only: no missing route is held against it.
    if (address !== hostname && 'unreachable' in there) return { handler, latency: SOMEWHERE, path: pathname + search }
    if ('unreachable' in there) return { unreachable: `${there.unreachable} at ${there.at}` }
    const source = this.#topology.host(host).interfaces.find(({ name }) => name === there.outgoing)
    const back = this.#topology.path(there.to, source?.address ?? address)
    if ('unreachable' in back) return { unreachable: `${back.unreachable} on the way back, at ${back.at}` }
    return { handler, latency: there.latency, path: pathname + search }
  }
}

interface HttpRoute {
  readonly handler: HttpHandler | undefined
  readonly latency: number
  readonly path: string
}

function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000)
}
