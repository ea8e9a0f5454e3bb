import { deterministicRandom } from '../../src/crypto/index.ts'
import type {
  ChildInstall,
  CrlAnswer,
  Effect,
  Endpoint,
  Established,
  IkeV1Settings,
  Session,
} from '../../src/ike/index.ts'
import { IkeV1Endpoint } from '../../src/ike/index.ts'
import type { IsakmpPolicy, SelectionContext } from '../../src/selection/index.ts'
import type { EventName, TraceEvents } from '../../src/trace/index.ts'
import { defaultLimits, demuxUdp4500, toHex } from '../../src/wire/index.ts'
import { quickModeStub } from './quick-mode-stub.ts'
import { contextOf, lineAt } from './selection-stubs.ts'

/*
 *   A 192.0.2.1 ════ 192.0.2.2 B
 *
 * Two IKEv1 engines without routers around them, and a wire on which a test may drop, alter, repeat and reflect.
 */

export const addresses = { A: '192.0.2.1', B: '192.0.2.2' } as const
export type End = keyof typeof addresses
export const otherEnd = (end: End): End => (end === 'A' ? 'B' : 'A')

export interface Wired {
  readonly from: Endpoint
  readonly to: Endpoint
  readonly bytes: Uint8Array
  readonly message: string
}

export interface EndOptions {
  readonly selection?: Partial<SelectionContext>
  readonly settings?: Partial<IkeV1Settings>
  readonly pfsGroup?: number | null
  readonly childSeconds?: number
  /** What the crypto map of this end names: `set isakmp-profile`. */
  readonly profile?: string
}

export const policyOf = (more: Partial<IsakmpPolicy> = {}): IsakmpPolicy => ({
  priority: 10,
  encryption: { cipher: 'aes', bits: 128 },
  hash: 'sha',
  authentication: 'pre-share',
  group: 2,
  lifetime: 86_400,
  at: lineAt(5, 'crypto isakmp policy 10'),
  ...more,
})

export const keyringFor = (address: string, key: string, name = 'default'): SelectionContext['keyrings'][number] => ({
  name,
  keys: [{ match: { kind: 'address', address, mask: '255.255.255.255' }, key, at: lineAt(9) }],
})

/** IOS's times: 10 s, 5 attempts. */
const settingsOf = (more: Partial<IkeV1Settings> = {}): IkeV1Settings => ({
  retransmitAfter: 10_000,
  retransmitLimit: 5,
  halfOpenLifetime: 90_000,
  maxHalfOpen: 20,
  signatureNonce: 'deterministic',
  natTraversal: true,
  fragmentation: false,
  fragmentSize: 500,
  keepalive: null,
  exportKeys: false,
  limits: defaultLimits,
  ...more,
})

/** The selection of an end with one policy and one pre-shared key. */
const preShared = (end: End, more: Partial<SelectionContext> = {}): SelectionContext =>
  contextOf({
    router: end,
    hostname: end,
    isakmpDefaultPolicies: false,
    policies: [policyOf()],
    keyrings: [keyringFor(addresses[otherEnd(end)], 'Rather-long-secret-1')],
    ...more,
  })

export const endpointOf = (end: End, options: EndOptions = {}, seed = 'ikev1 pair'): IkeV1Endpoint =>
  new IkeV1Endpoint({
    selection: preShared(end, options.selection),
    quickMode: quickModeStub({ pfsGroup: options.pfsGroup ?? null, seconds: options.childSeconds ?? 3600 }),
    settings: settingsOf(options.settings),
    random: deterministicRandom(`${seed} ${end}`),
  })

/** The security associations that the effects of one end leave, by direction and SPI. */
export class Ledger {
  readonly #installed = new Map<string, ChildInstall>()

  apply(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'install')
        this.#installed.set(`${effect.install.direction} ${toHex(effect.install.spi)}`, effect.install)
      if (effect.kind === 'remove') this.#installed.delete(`${effect.direction} ${toHex(effect.spi)}`)
    }
  }

  /** SPI and keys, sorted: what one end sends with is what the other must receive with. */
  keys(direction: 'in' | 'out'): readonly string[] {
    return [...this.#installed.values()]
      .filter((install) => install.direction === direction)
      .map(({ spi, keymat }) => `${toHex(spi)} ${toHex(keymat)}`)
      .sort()
  }
}

const isEstablished = (session: Session): session is Established => session.state === 'ESTABLISHED'

/** Two engines, everything that they did, and a clock that stands still unless `advance` moves it. */
export class IkeV1Pair {
  readonly endpoints: Readonly<Record<End, IkeV1Endpoint>>
  readonly effects: Record<End, Effect[]> = { A: [], B: [] }
  readonly ledgers: Readonly<Record<End, Ledger>> = { A: new Ledger(), B: new Ledger() }
  /** Every datagram that an end sent, before the tap. */
  readonly wire: (Wired & { readonly sender: End })[] = []
  /** What arrives in a datagram's place: nothing, the same, something else, or several. */
  tap: (datagram: Wired, sender: End) => readonly Wired[] = (datagram) => [datagram]
  now: number = Date.UTC(2013, 5, 20, 12)
  readonly #options: Readonly<Record<End, EndOptions>>
  readonly #timers: Record<End, Map<string, number>> = { A: new Map(), B: new Map() }
  readonly #queue: { readonly receiver: End; readonly datagram: Wired }[] = []
  #delivering = false

  constructor(options: Partial<Record<End, EndOptions>> & { readonly both?: EndOptions; readonly seed?: string } = {}) {
    const of = (end: End): EndOptions => ({ ...options.both, ...options[end] })
    this.#options = { A: of('A'), B: of('B') }
    this.endpoints = { A: endpointOf('A', of('A'), options.seed), B: endpointOf('B', of('B'), options.seed) }
  }

  /** Lets an end act, and carries what is sent until nobody sends. */
  run(end: End, act: (endpoint: IkeV1Endpoint, now: number) => readonly Effect[]): readonly Effect[] {
    const effects = act(this.endpoints[end], this.now)
    this.effects[end].push(...effects)
    this.ledgers[end].apply(effects)
    for (const effect of effects) {
      if (effect.kind === 'arm') this.#timers[end].set(effect.timer, this.now + effect.after)
      if (effect.kind === 'disarm') this.#timers[end].delete(effect.timer)
      if (effect.kind !== 'send') continue
      this.wire.push({ ...effect, sender: end })
      for (const datagram of this.tap(effect, end)) this.#queue.push({ receiver: otherEnd(end), datagram })
    }
    this.#deliver()
    return effects
  }

  initiate(end: End = 'A', flow = 'flow'): void {
    this.run(end, (endpoint, now) =>
      endpoint.initiate(now, {
        local: { address: addresses[end], port: 500 },
        peer: { address: addresses[otherEnd(end)], port: 500 },
        profile: this.#options[end].profile ?? null,
        flow,
      }),
    )
  }

  /** Hands a datagram to an end as if it came from the network; returns what the end did. */
  inject(receiver: End, datagram: Pick<Wired, 'from' | 'to' | 'bytes'>): readonly Effect[] {
    const bytes = datagram.to.port === 4500 ? ikeOf(datagram.bytes) : datagram.bytes
    if (!bytes) return []
    return this.run(receiver, (endpoint, now) =>
      endpoint.receive(now, { local: datagram.to, peer: datagram.from, bytes }),
    )
  }

  crl(end: End, answer: { readonly sa: number; readonly url: string; readonly crl: CrlAnswer }): void {
    this.run(end, (endpoint, now) => endpoint.crl(now, answer))
  }

  /** Lets time pass: timers run out in their order, those of A before those of B at one instant. */
  advance(milliseconds: number): void {
    const end = this.now + milliseconds
    for (;;) {
      const due = (['A', 'B'] as const)
        .flatMap((name) => [...this.#timers[name]].map(([timer, at]) => ({ name, timer, at })))
        .sort((one, other) => one.at - other.at)[0]
      if (!due || due.at > end) break
      this.now = due.at
      this.#timers[due.name].delete(due.timer)
      this.run(due.name, (endpoint, now) => endpoint.expire(now, due.timer))
    }
    this.now = end
  }

  armed(end: End): readonly string[] {
    return [...this.#timers[end].keys()]
  }

  /** Loses every datagram of these messages, from one end or from both. */
  lose(messages: readonly string[], sender?: End): void {
    this.tap = (datagram, from) =>
      messages.includes(datagram.message) && (sender === undefined || sender === from) ? [] : [datagram]
  }

  sent(end: End, message?: string): readonly Wired[] {
    return this.wire.filter((each) => each.sender === end && (message === undefined || each.message === message))
  }

  /** Names of what went over the wire, in order: `A MM1`. */
  ladder(): readonly string[] {
    return this.wire.map(({ sender, message }) => `${sender} ${message}`)
  }

  data<N extends EventName>(end: End, name: N): readonly TraceEvents[N][] {
    return dataOf(this.effects[end], name)
  }

  sessions(end: End): readonly Session[] {
    return this.endpoints[end].sessions()
  }

  live(end: End): readonly Session[] {
    return this.sessions(end).filter(({ state }) => state !== 'DEAD')
  }

  /** The only established session of an end. */
  established(end: End): Established {
    const [session, ...more] = this.sessions(end).filter(isEstablished)
    if (!session || more.length > 0) throw new Error(`${end} has ${session ? more.length + 1 : 0} established sessions`)
    return session
  }

  #deliver(): void {
    if (this.#delivering) return
    this.#delivering = true
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.inject(next.receiver, next.datagram)
    } finally {
      this.#delivering = false
    }
  }
}

const ikeOf = (bytes: Uint8Array): Uint8Array | null => {
  const read = demuxUdp4500(bytes)
  return read.ok && read.value.kind === 'ike' ? read.value.message : null
}

/** The data of the events of one name. */
export const dataOf = <N extends EventName>(effects: readonly Effect[], name: N): readonly TraceEvents[N][] =>
  effects.flatMap((effect) =>
    effect.kind === 'trace' && effect.event.name === name ? [effect.event.data as TraceEvents[N]] : [],
  )
