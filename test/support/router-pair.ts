import { deterministicRandom } from '../../src/crypto/index.ts'
import { Router, type RouterDatagram, type RouterEffect } from '../../src/router/index.ts'
import { defaultKnobs } from '../../src/selection/index.ts'
import type { EventName, TraceEvent, TraceEvents } from '../../src/trace/index.ts'
import { accepted } from './ios-configuration.ts'

/*
 *   10.1.0.1 ── R1 192.0.2.1 ════ 192.0.2.2 R2 ── 10.2.0.1
 *
 * Two routers with a pre-shared key, and a wire without delay that a test can tap, cut and forge on.
 */

const ends = {
  R1: { own: '192.0.2.1', peer: '192.0.2.2', inside: '10.1.0.1', network: '10.1.0.0', far: '10.2.0.0' },
  R2: { own: '192.0.2.2', peer: '192.0.2.1', inside: '10.2.0.1', network: '10.2.0.0', far: '10.1.0.0' },
} as const
export type End = keyof typeof ends

export interface Site {
  /** Of IKE; 1 where it is not given. */
  readonly version?: 1 | 2
  /** Of IKEv2: the lines of the proposal, the shared key, what `match` the peer must fit. */
  readonly ikev2?: { readonly proposal?: readonly string[]; readonly key?: string; readonly matchRemote?: string }
  readonly transformSet?: string
  /** More lines of `crypto ipsec profile`, or of the crypto map. */
  readonly protection?: readonly string[]
  readonly globalLines?: readonly string[]
  /** The volume of an SA; less than IOS takes from its configuration, so that a test need not send millions of octets. */
  readonly kilobytes?: number
  /** A tunnel interface with `tunnel mode ipsec ipv4`, or GRE, or a crypto map with one permit entry. */
  readonly kind?: 'ipsec-tunnel' | 'gre-tunnel' | 'crypto-map'
  readonly accessList?: readonly string[]
}

const ikeV1Lines = (peer: string): readonly string[] => [
  'crypto isakmp policy 10',
  ' encr aes',
  ' hash sha256',
  ' authentication pre-share',
  ' group 19',
  `crypto isakmp key Rather-long-secret-1 address ${peer}`,
]

const ikeV2Lines = (
  own: string,
  peer: string,
  { proposal, key, matchRemote }: NonNullable<Site['ikev2']>,
): readonly string[] => [
  'crypto ikev2 proposal SUITE',
  ...(proposal ?? ['encryption aes-cbc-128', 'integrity sha256', 'group 19']).map((line) => ` ${line}`),
  'crypto ikev2 policy SUITE',
  ' proposal SUITE',
  'crypto ikev2 keyring KEYS',
  ' peer THEM',
  `  address ${peer}`,
  `  pre-shared-key ${key ?? 'Rather-long-secret-1'}`,
  'crypto ikev2 profile PEER',
  ` match ${matchRemote ?? `identity remote address ${peer} 255.255.255.255`}`,
  ` identity local address ${own}`,
  ' authentication local pre-share',
  ' authentication remote pre-share',
  ' keyring local KEYS',
]

export const configurationOf = (end: End, site: Site = {}): string => {
  const { own, peer, inside, network, far } = ends[end]
  const { kind = 'ipsec-tunnel', transformSet = 'esp-aes esp-sha-hmac', globalLines = [], version = 1 } = site
  const protection = [...(version === 2 ? ['set ikev2-profile PEER'] : []), ...(site.protection ?? [])]
  const map = kind === 'crypto-map'
  return [
    `hostname ${end}`,
    ...globalLines,
    ...(version === 2 ? ikeV2Lines(own, peer, site.ikev2 ?? {}) : ikeV1Lines(peer)),
    `crypto ipsec transform-set TS ${transformSet}`,
    ...(map
      ? [
          'ip access-list extended ACL',
          ...(site.accessList ?? [`permit ip ${network} 0.0.0.255 ${far} 0.0.0.255`]).map((line) => ` ${line}`),
          'crypto map CMAP 10 ipsec-isakmp',
          ` set peer ${peer}`,
          ' set transform-set TS',
          ...protection.map((line) => ` ${line}`),
          ' match address ACL',
        ]
      : ['crypto ipsec profile P', ' set transform-set TS', ...protection.map((line) => ` ${line}`)]),
    'interface Loopback0',
    ` ip address ${inside} 255.255.255.0`,
    'interface Ethernet0/0',
    ` ip address ${own} 255.255.255.0`,
    ...(map ? [' crypto map CMAP'] : []),
    ...(map
      ? [`ip route ${far} 255.255.255.0 ${peer}`]
      : [
          'interface Tunnel1',
          ` ip address ${end === 'R1' ? '172.16.0.1' : '172.16.0.2'} 255.255.255.252`,
          ' tunnel source Ethernet0/0',
          ` tunnel destination ${peer}`,
          ...(kind === 'ipsec-tunnel' ? [' tunnel mode ipsec ipv4'] : []),
          ' tunnel protection ipsec profile P',
          `ip route ${far} 255.255.255.0 Tunnel1`,
        ]),
    'end',
    '',
  ].join('\n')
}

/** A router of the pair. `random` repeats for the same name. */
export const routerOf = (end: End, site: Site = {}): Router => {
  const configuration = accepted(configurationOf(end, site))
  const { ipsec } = configuration
  const lifetime = { ...ipsec.lifetime, ...(site.kilobytes === undefined ? {} : { kilobytes: site.kilobytes }) }
  return new Router({
    name: end,
    configuration: { ...configuration, ipsec: { ...ipsec, lifetime } },
    store: { trustpoints: [] },
    knobs: defaultKnobs,
    random: deterministicRandom(`router pair ${end}`),
  })
}

/** Two routers and all that they did. Packets travel at once; timers run out only when a test says so. */
export class Pair {
  readonly routers: Readonly<Record<End, Router>>
  readonly effects: Record<End, RouterEffect[]> = { R1: [], R2: [] }
  /** What became of each datagram: null loses it. */
  tap: (datagram: RouterDatagram) => RouterDatagram | null = (datagram) => datagram
  now: number = Date.UTC(2013, 5, 20, 12)

  constructor(sites: Partial<Record<End, Site>> = {}) {
    this.routers = { R1: routerOf('R1', sites.R1), R2: routerOf('R2', sites.R2) }
  }

  /** Lets a router do something, and carries what it sends to the other, and so on until nobody sends. */
  run(end: End, act: (router: Router, now: number) => readonly RouterEffect[]): void {
    const other = end === 'R1' ? 'R2' : 'R1'
    const effects = act(this.routers[end], this.now)
    this.effects[end].push(...effects)
    for (const effect of effects) {
      const datagram = effect.kind === 'send' ? this.tap(effect.datagram) : null
      if (datagram) this.run(other, (router, now) => router.receive(now, datagram))
    }
  }

  ping(end: End, sequence = 1): void {
    const source = ends[end].inside
    const destination = ends[end === 'R1' ? 'R2' : 'R1'].inside
    this.run(end, (router, now) => router.ping(now, { source, destination, identifier: 1, sequence }))
  }

  events(end: End): readonly TraceEvent[] {
    return this.effects[end].flatMap((effect) => (effect.kind === 'event' ? [effect.event] : []))
  }

  /** The data of the events of one name. */
  data<N extends EventName>(end: End, name: N): readonly TraceEvents[N][] {
    return this.events(end).flatMap((event) => (event.name === name ? [event.data as TraceEvents[N]] : []))
  }

  sent(end: End, message: string): readonly RouterDatagram[] {
    return this.effects[end].flatMap((effect) =>
      effect.kind === 'send' && effect.message === message ? [effect.datagram] : [],
    )
  }

  replies(end: End): number {
    return this.effects[end].filter(({ kind }) => kind === 'echo-reply').length
  }
}
