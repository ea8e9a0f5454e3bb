import type { CrlAnswer, Effect, Endpoint, IkeV1Settings, IkeV2Settings } from '../ike/index.ts'
import { IkeV1Endpoint, IkeV2Endpoint } from '../ike/index.ts'
import type { RouterConfiguration } from '../ios/index.ts'
import { type ProtectedFlow, protectedFlows } from '../ipsec/index.ts'
import type { CertificateStore } from '../pki/index.ts'
import { type Abilities, effectivePolicies, type Knobs, type SelectionContext } from '../selection/index.ts'
import type { EventBody } from '../trace/index.ts'
import { decodeHeader, demuxUdp4500, ikeMajorVersion, isZero } from '../wire/index.ts'
import { childPort } from './child-port.ts'
import { type EchoRequest, echoIn, echoReply, echoRequest } from './echo.ts'
import type { IkeVersion, RouterDatagram, RouterEffect } from './effects.ts'
import { type Device, eventOf, perform } from './perform.ts'
import { quickModePort } from './quick-mode-port.ts'
import { isakmpOff, type Refusal, whyNotBegun } from './refusals.ts'
import { SecurityAssociations } from './security-associations.ts'
import { selectionContext } from './selection-context.ts'
import { ikeV2SettingsOf, settingsOf } from './settings.ts'
import { type RouterSnapshot, snapshotOf } from './snapshot.ts'

export interface RouterOptions {
  /** What the trace and reports call it; the configuration's host name where it is not given. */
  readonly name?: string
  readonly configuration: RouterConfiguration
  readonly store: CertificateStore
  readonly knobs: Knobs
  /** What its release can do; everything where it is not said. */
  readonly abilities?: Abilities
  /** Milliseconds by which its clock is ahead of the time that it is given; negative: behind. */
  readonly clockOffset?: number
  /** Random octets: seeded in the lab, the system's when live. */
  readonly random: (octets: number) => Uint8Array
  readonly settings?: Partial<IkeV1Settings>
  /** What IKEv2 has of its own, or otherwise than `settings` says for both. */
  readonly ikeV2Settings?: Partial<IkeV2Settings>
}

const ikePort = 500
const natTPort = 4500

/** Timers of IKEv2 beside those of IKEv1, whose sessions are counted on their own. */
const ikeV2Timer = 'v2 '

/**
 * One device: configuration, certificate store, IKE and IPsec wired together. Datagrams, expired timers and commands go
 * in, effects come out; times are milliseconds since 1970 UTC.
 */
export class Router {
  readonly name: string
  readonly flows: readonly ProtectedFlow[]
  readonly #options: RouterOptions
  readonly #selection: SelectionContext
  readonly #ike: IkeV1Endpoint
  readonly #ikeV2: IkeV2Endpoint
  readonly #associations: SecurityAssociations
  readonly #device: Device

  constructor(options: RouterOptions) {
    const { configuration, store, knobs, abilities, random } = options
    this.#options = options
    this.name = options.name ?? configuration.hostname
    this.flows = protectedFlows(configuration.ipsec)
    this.#selection = selectionContext({
      name: this.name,
      configuration,
      store,
      knobs,
      ...(abilities ? { abilities } : {}),
    })
    const settings = settingsOf(configuration, options.settings ?? {})
    this.#associations = new SecurityAssociations(configuration.ipsec, this.flows)
    this.#device = { name: this.name, associations: this.#associations, exportKeys: settings.exportKeys }
    this.#ike = new IkeV1Endpoint({
      selection: this.#selection,
      quickMode: quickModePort(this.flows, knobs),
      settings,
      random,
    })
    this.#ikeV2 = new IkeV2Endpoint({
      selection: this.#selection,
      children: childPort(this.flows, knobs),
      settings: ikeV2SettingsOf(settings, options.ikeV2Settings ?? {}),
      random,
    })
  }

  /** Negotiates for a flow, as traffic would. Throws where there is no flow of that name: the caller knows the names. */
  initiate(now: number, flowName: string): readonly RouterEffect[] {
    const flow = this.flows.find(({ name }) => name === flowName)
    if (!flow) throw new Error(`${this.name} has no flow ${flowName}`)
    const obstacle = whyNotBegun(flow, this.#options.configuration)
    if (obstacle) return [this.#refuse(now, flow.peer, obstacle)]
    if (flow.ikev2Profile)
      return this.#performV2(
        now,
        this.#ikeV2.initiate(this.#own(now), {
          local: { address: flow.localAddress, port: ikePort },
          peer: { address: flow.peer, port: ikePort },
          profile: flow.ikev2Profile.name,
          flow: flow.name,
        }),
      )
    return this.#perform(
      now,
      this.#ike.initiate(this.#own(now), {
        local: { address: flow.localAddress, port: ikePort },
        peer: { address: flow.peer, port: ikePort },
        profile: flow.isakmpProfile?.name ?? null,
        flow: flow.name,
      }),
    )
  }

  /** An echo request from one of our addresses. What finds no SA is dropped and starts the negotiation, as on IOS. */
  ping(now: number, request: EchoRequest): readonly RouterEffect[] {
    return this.#sendInner(now, echoRequest(request))
  }

  /** What arrives from the network for one of our addresses. Never throws on its content. */
  receive(now: number, datagram: RouterDatagram): readonly RouterEffect[] {
    if (datagram.protocol === 'esp') return this.#receiveEsp(now, datagram.from, datagram.to, datagram.bytes)
    if (datagram.to.port !== natTPort) return this.#receiveIke(now, datagram.from, datagram.to, datagram.bytes)
    const inner = demuxUdp4500(datagram.bytes)
    if (!inner.ok || inner.value.kind === 'keepalive') return []
    if (inner.value.kind === 'esp') return this.#receiveEsp(now, datagram.from, datagram.to, inner.value.packet)
    return this.#receiveIke(now, datagram.from, datagram.to, inner.value.message)
  }

  /** A timer that was armed has run out. */
  expire(now: number, timer: string): readonly RouterEffect[] {
    if (timer.startsWith(ikeV2Timer))
      return this.#performV2(now, this.#ikeV2.expire(this.#own(now), timer.slice(ikeV2Timer.length)))
    return this.#perform(now, this.#ike.expire(this.#own(now), timer))
  }

  /** The answer to a `fetch-crl`. */
  crl(
    now: number,
    answer: { readonly ike: IkeVersion; readonly sa: number; readonly url: string; readonly crl: CrlAnswer },
  ): readonly RouterEffect[] {
    return answer.ike === 2
      ? this.#performV2(now, this.#ikeV2.crl(this.#own(now), answer))
      : this.#perform(now, this.#ike.crl(this.#own(now), answer))
  }

  /** `clear crypto session`: ends everything and tells the peers. */
  clear(now: number): readonly RouterEffect[] {
    return [
      ...this.#ike.sessions().flatMap(({ id }) => this.#perform(now, this.#ike.clear(this.#own(now), id))),
      ...this.#ikeV2.sessions().flatMap(({ id }) => this.#performV2(now, this.#ikeV2.clear(this.#own(now), id))),
    ]
  }

  /** Renews an IKEv2 SA, or its children, at once; every one that is there. */
  rekey(now: number, what: 'ike' | 'child'): readonly RouterEffect[] {
    return this.#ikeV2.sessions().flatMap((session) => {
      if (session.state !== 'ESTABLISHED') return []
      const spis = what === 'ike' ? [null] : session.children.map(({ inbound }) => inbound)
      return spis.flatMap((spi) => this.#performV2(now, this.#ikeV2.rekey(this.#own(now), session.id, spi)))
    })
  }

  /** The answer to a `fetch-certificate`. */
  certificate(
    now: number,
    answer: {
      readonly sa: number
      readonly url: string
      readonly der: Uint8Array | { readonly unreachable: string }
    },
  ): readonly RouterEffect[] {
    return this.#performV2(now, this.#ikeV2.certificate(this.#own(now), answer))
  }

  snapshot(now: number): RouterSnapshot {
    return snapshotOf(this.#own(now), {
      configuration: this.#options.configuration,
      store: this.#options.store,
      policies: effectivePolicies(this.#selection),
      sessions: this.#ike.sessions(),
      ikeV2Sessions: this.#ikeV2.sessions(),
      flows: this.flows,
      associations: this.#associations,
    })
  }

  /** The time that its own clock shows. */
  #own(now: number): number {
    return now + (this.#options.clockOffset ?? 0)
  }

  #event(now: number, connection: number, body: EventBody): RouterEffect {
    return eventOf(this.name, now, connection, body)
  }

  #perform(now: number, effects: readonly Effect[]): readonly RouterEffect[] {
    return perform(this.#device, { now, own: this.#own(now) }, effects)
  }

  /** Timers and answers of IKEv2 are told apart from those of IKEv1. */
  #performV2(now: number, effects: readonly Effect[]): readonly RouterEffect[] {
    return this.#perform(now, effects).map((effect) => {
      if (effect.kind === 'arm' || effect.kind === 'disarm') return { ...effect, timer: `${ikeV2Timer}${effect.timer}` }
      return effect.kind === 'fetch-crl' ? { ...effect, ike: 2 } : effect
    })
  }

  #traffic(now: number, peer: string, direction: 'in' | 'out'): void {
    this.#ike.traffic(this.#own(now), peer, direction)
    this.#ikeV2.traffic(this.#own(now), peer, direction)
  }

  #sendInner(now: number, packet: Uint8Array): readonly RouterEffect[] {
    const sealed = this.#associations.send(packet, this.#options.random)
    switch (sealed.kind) {
      case 'no-flow':
        return []
      case 'no-sa':
        return this.initiate(now, sealed.flow.name)
      case 'refused':
        return [
          this.#event(now, 0, {
            name: 'ipsec:packet_dropped',
            data: { spi: sealed.spi, reason: sealed.reason, peer: sealed.peer },
          }),
        ]
      case 'sealed': {
        this.#traffic(now, sealed.to.address, 'out')
        return [
          this.#event(now, sealed.connection, sealed.event),
          {
            kind: 'send',
            datagram: {
              protocol: sealed.udpEncapsulation ? 'udp' : 'esp',
              from: sealed.from,
              to: sealed.to,
              bytes: sealed.packet,
            },
            message: 'ESP',
          },
          ...this.#renew(now, sealed.volumeReached),
        ]
      }
    }
  }

  #receiveIke(now: number, from: Endpoint, to: Endpoint, bytes: Uint8Array): readonly RouterEffect[] {
    if ((ikeMajorVersion(bytes) ?? 0) >= 2)
      return this.#performV2(now, this.#ikeV2.receive(this.#own(now), { local: to, peer: from, bytes }))
    if (!this.#options.configuration.isakmpDisabled)
      return this.#perform(now, this.#ike.receive(this.#own(now), { local: to, peer: from, bytes }))
    const header = decodeHeader(bytes)
    const opens = header.ok && header.value.majorVersion === 1 && isZero(header.value.responderCookie)
    return opens ? [this.#refuse(now, from.address, isakmpOff)] : []
  }

  /** Nothing is sent, not even why. */
  #refuse(now: number, peer: string, why: Refusal): RouterEffect {
    return this.#event(now, 0, { name: 'ike:rejected', data: { ...why, notify: null, peer } })
  }

  #receiveEsp(now: number, from: Endpoint, to: Endpoint, bytes: Uint8Array): readonly RouterEffect[] {
    const opened = this.#associations.receive(from, to, bytes)
    if (opened.kind !== 'opened') return [this.#event(now, 0, opened.event)]
    this.#traffic(now, from.address, 'in')
    return [
      this.#event(now, opened.connection, opened.event),
      // What the packet brings about leaves first: a renewal ends the SA that it is sealed with.
      ...this.#deliver(now, opened.inner),
      ...this.#renew(now, opened.volumeReached),
    ]
  }

  /** `spi`: of the inbound SA of a pair that has carried its volume. */
  #renew(now: number, spi: Uint8Array | null): readonly RouterEffect[] {
    if (spi === null) return []
    return [
      ...this.#perform(now, this.#ike.volumeReached(this.#own(now), spi)),
      ...this.#performV2(now, this.#ikeV2.volumeReached(this.#own(now), spi)),
    ]
  }

  /** A packet that came out of a tunnel: an echo request for one of our addresses is answered. */
  #deliver(now: number, packet: Uint8Array): readonly RouterEffect[] {
    const echo = echoIn(packet)
    if (!echo || !this.#isOwn(echo.destination)) return []
    const { source, destination, identifier, sequence } = echo
    if (echo.kind === 'reply') return [{ kind: 'echo-reply', from: source, to: destination, identifier, sequence }]
    return this.#sendInner(now, echoReply(echo))
  }

  #isOwn(address: string): boolean {
    return this.#options.configuration.ipsec.interfaces.some(
      ({ addresses, shutdown }) => !shutdown && addresses.some((own) => own.address === address),
    )
  }
}
