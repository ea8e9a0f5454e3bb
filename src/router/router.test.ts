import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type End, Pair, routerOf } from '../../test/support/router-pair.ts'
import type { RouterDatagram, RouterEffect } from './effects.ts'

const both: readonly End[] = ['R1', 'R2']
const kinds = ['ipsec-tunnel', 'gre-tunnel', 'crypto-map'] as const

const versions = [1, 2] as const
const sites = kinds.flatMap((kind) => versions.map((version) => ({ kind, version })))

describe.each(sites)('two routers, $kind, IKEv$version', (site) => {
  it.each(both)('%s pings: the first packet starts the negotiation, the next goes through the tunnel', (end) => {
    const pair = new Pair({ R1: site, R2: site })
    pair.ping(end, 1)
    expect(pair.replies(end)).toBe(0)
    for (const one of both) expect(pair.data(one, 'ipsec:sa_installed')).toHaveLength(2)
    pair.ping(end, 2)
    expect(pair.replies(end)).toBe(1)
    expect(pair.sent(end, 'ESP')).toHaveLength(1)
    expect(pair.sent(end, site.version === 1 ? 'QM1' : 'IKE_AUTH request')).toHaveLength(1)
  })

  it('shows the SAs and what they carried', () => {
    const pair = new Pair({ R1: site, R2: site })
    pair.ping('R1', 1)
    pair.ping('R1', 2)
    const [flow] = pair.routers.R2.snapshot(pair.now).ipsecFlows
    expect(flow).toMatchObject({ packets: { encapsulated: 1, decapsulated: 1 }, remote: '192.0.2.1', upFor: 0 })
    expect(pair.routers.R1.snapshot(pair.now).ipsecFlows[0]?.packets).toEqual({
      encapsulated: 1,
      decapsulated: 1,
      // The packet that started the negotiation.
      sendErrors: 1,
      receiveErrors: 0,
    })
    expect(flow?.inbound.map(({ spi }) => spi)).toEqual(
      pair.routers.R1.snapshot(pair.now).ipsecFlows[0]?.outbound.map(({ spi }) => spi),
    )
  })
})

describe.each(versions)('every transform set with IKEv%i', (version) => {
  it.each([
    'esp-des esp-md5-hmac',
    'esp-3des esp-sha-hmac',
    'esp-aes 192 esp-sha384-hmac',
    'esp-null esp-sha512-hmac',
    'esp-aes 256',
    'esp-sha256-hmac',
    'esp-gcm',
    'esp-gcm 256',
    'esp-gmac 192',
  ])('%s, with perfect forward secrecy and without', (transformSet) => {
    for (const protection of [[], ['set pfs group19']]) {
      const site = { version, transformSet, protection }
      const pair = new Pair({ R1: site, R2: site })
      pair.ping('R1', 1)
      pair.ping('R1', 2)
      expect(pair.replies('R1')).toBe(1)
    }
  })

  it('of another kind at the other end does not come up', () => {
    const pair = new Pair({
      R1: { version, transformSet: 'esp-gcm 256' },
      R2: { version, transformSet: 'esp-gcm 128' },
    })
    pair.ping('R1', 1)
    expect(pair.data('R1', 'ipsec:sa_installed')).toEqual([])
    expect(pair.data('R2', 'ike:rejected')).toMatchObject([{ code: 'transform-mismatch' }])
  })
})

describe('what the network carries', () => {
  it('is ESP behind the addresses of the tunnel, and nothing in it is readable', () => {
    const pair = new Pair()
    pair.ping('R1', 1)
    pair.ping('R1', 2)
    const [packet] = pair.sent('R1', 'ESP')
    expect(packet).toMatchObject({ protocol: 'esp', from: { address: '192.0.2.1' }, to: { address: '192.0.2.2' } })
    expect(Buffer.from(packet?.bytes ?? []).includes(Buffer.from('abcdabcdabcd', 'hex'))).toBe(false)
  })

  it('is the same, octet for octet, when everything is done again', () => {
    const bytes = (): string => {
      const pair = new Pair()
      pair.ping('R1', 1)
      pair.ping('R1', 2)
      return JSON.stringify(pair.effects)
    }
    expect(bytes()).toBe(bytes())
  })
})

describe('a router without the way', () => {
  it('sends nothing for traffic that no flow takes', () => {
    const router = routerOf('R1')
    const request = { source: '10.1.0.1', destination: '203.0.113.1', identifier: 1, sequence: 1 }
    expect(router.ping(0, request)).toEqual([])
  })

  it('does not know flows that it does not have: that is the caller at fault', () => {
    expect(() => routerOf('R1').initiate(0, 'Tunnel77-head-0')).toThrow('R1 has no flow Tunnel77-head-0')
  })

  it('answers no echo request for an address that is not its own', () => {
    const pair = new Pair()
    pair.ping('R1', 1)
    pair.run('R1', (router, now) =>
      router.ping(now, { source: '10.1.0.1', destination: '10.2.0.99', identifier: 1, sequence: 2 }),
    )
    expect(pair.data('R2', 'ipsec:packet_received')).toHaveLength(1)
    expect(pair.replies('R1')).toBe(0)
  })
})

describe.each(versions)('traffic volume, IKEv%i', (version) => {
  /** Room for some 102 pings of 100 octets. */
  const plain = { version }
  const site = { version, kilobytes: 10 }
  const packets = Math.ceil((10 * 1024) / 100)
  const pingOften = (pair: Pair, end: End, count: number): void => {
    pair.ping(end, 1)
    for (let sequence = 2; sequence < count + 2; sequence += 1) pair.ping(end, sequence)
  }

  it.each([
    ['both', site, site],
    ['the sender', site, plain],
    ['the receiver', plain, site],
  ] as const)('set by %s: the SAs are renewed before it is used up, and no packet is lost', (_, R1, R2) => {
    const pair = new Pair({ R1, R2 })
    pingOften(pair, 'R1', 3 * packets)
    expect(pair.data('R1', 'ipsec:sa_installed').length).toBeGreaterThan(2)
    expect(pair.replies('R1')).toBe(3 * packets)
  })

  it('is the end of an SA that could not be renewed: no packet goes beyond it', () => {
    const pair = new Pair({ R1: site, R2: site })
    pair.tap = (datagram) => (datagram.protocol === 'esp' || !isUp(pair) ? datagram : null)
    pingOften(pair, 'R1', packets + 20)
    expect(pair.sent('R1', 'ESP')).toHaveLength(packets)
    expect(pair.replies('R1')).toBe(packets)
  })
})

const isUp = (pair: Pair): boolean => pair.replies('R1') > 0

describe('`responder-only`', () => {
  const waits = { protection: ['responder-only'] }

  it.each([1, 2] as const)('begins no negotiation of IKEv%i, and says why', (version) => {
    const pair = new Pair({ R1: { ...waits, version }, R2: { version } })
    pair.ping('R1', 1)
    expect(pair.effects.R1.some(({ kind }) => kind === 'send')).toBe(false)
    expect(pair.data('R1', 'ike:rejected')).toMatchObject([
      { message: version === 1 ? 'MM1' : 'IKE_SA_INIT request', code: 'responder-only', peer: '192.0.2.2' },
    ])
  })

  it.each([1, 2] as const)('answers one of IKEv%i, and the tunnel carries traffic both ways', (version) => {
    const pair = new Pair({ R1: { ...waits, version }, R2: { version } })
    pair.ping('R2', 1)
    pair.ping('R2', 2)
    pair.ping('R1', 3)
    expect([pair.replies('R1'), pair.replies('R2')]).toEqual([1, 1])
  })

  it.each([
    ['leaves the renewal to the other end', waits, 0],
    ['without it, this end renews as well', {}, 1],
  ])('%s', (_, site, renewals) => {
    const pair = new Pair({ R1: site })
    pair.ping('R2', 1)
    const armed = pair.effects.R1.flatMap((effect) => (effect.kind === 'arm' ? [effect.timer] : []))
    const timer = armed.findLast((name) => name.startsWith('child:soft'))
    if (timer === undefined) throw new Error('a child has a lifetime')
    pair.run('R1', (router, now) => router.expire(now, timer))
    expect(pair.sent('R1', 'QM1')).toHaveLength(renewals)
  })
})

describe('`no crypto isakmp enable`', () => {
  const off = { globalLines: ['no crypto isakmp enable'] }

  it('starts no negotiation, and says why', () => {
    const pair = new Pair({ R1: off })
    pair.ping('R1', 1)
    expect(pair.effects.R1.some(({ kind }) => kind === 'send')).toBe(false)
    expect(pair.data('R1', 'ike:rejected')).toMatchObject([{ code: 'isakmp-disabled', peer: '192.0.2.2' }])
  })

  it('answers none, and says why', () => {
    const pair = new Pair({ R2: off })
    pair.ping('R1', 1)
    expect(pair.effects.R2.some(({ kind }) => kind === 'send')).toBe(false)
    expect(pair.data('R2', 'ike:rejected')).toMatchObject([
      { message: 'MM1', code: 'isakmp-disabled', notify: null, peer: '192.0.2.1' },
    ])
    expect(pair.routers.R2.snapshot(pair.now).isakmpSas).toEqual([])
  })

  it('is silent towards what opens no negotiation', () => {
    const datagram = (bytes: Uint8Array): RouterDatagram => ({
      protocol: 'udp',
      from: { address: '192.0.2.1', port: 500 },
      to: { address: '192.0.2.2', port: 500 },
      bytes,
    })
    const router = routerOf('R2', off)
    expect(router.receive(0, datagram(new Uint8Array(3)))).toEqual([])
    expect(router.receive(0, datagram(new Uint8Array(28).fill(0x11)))).toEqual([])
  })
})

describe.each(versions)('a negotiation of IKEv%i', (version) => {
  const first = version === 1 ? 'MM1' : 'IKE_SA_INIT request'
  const newPair = (): Pair => new Pair({ R1: { version }, R2: { version } })
  const lost = (): Pair => {
    const pair = newPair()
    pair.tap = () => null
    pair.ping('R1', 1)
    return pair
  }

  it('is begun once, however many packets ask for it', () => {
    const pair = lost()
    pair.ping('R1', 2)
    pair.run('R1', (router, now) => router.initiate(now, 'Tunnel1-head-0'))
    expect(pair.sent('R1', first)).toHaveLength(1)
  })

  it('goes on when a lost message is sent again: the timer that was armed does it', () => {
    const pair = lost()
    const armed = pair.effects.R1.flatMap((effect) => (effect.kind === 'arm' ? [effect] : []))
    pair.tap = (datagram) => datagram
    for (const { timer, after } of armed) {
      pair.now += after
      pair.run('R1', (router, now) => router.expire(now, timer))
    }
    expect(pair.sent('R1', first).length).toBeGreaterThan(1)
    expect(pair.data('R1', 'ipsec:sa_installed')).toHaveLength(2)
  })

  it('knows no timers but its own', () => {
    const pair = lost()
    expect(pair.routers.R1.expire(pair.now, 'nobody armed this')).toEqual([])
  })

  it('leaves nothing behind at either end when it is cleared', () => {
    const pair = newPair()
    pair.ping('R1', 1)
    pair.run('R1', (router, now) => router.clear(now))
    for (const end of both) {
      const { ipsecFlows } = pair.routers[end].snapshot(pair.now)
      expect(ipsecFlows.flatMap(({ inbound, outbound }) => [...inbound, ...outbound])).toEqual([])
      expect(pair.data(end, 'ipsec:sa_deleted')).toHaveLength(2)
    }
    pair.ping('R1', 2)
    pair.ping('R1', 3)
    expect(pair.replies('R1')).toBe(1)
  })
})

describe('ESP on the wire', () => {
  /** A tunnel that is up, and the first ESP packet that R1 sent through it. */
  const captured = (): { readonly pair: Pair; readonly packet: RouterDatagram } => {
    const pair = new Pair()
    pair.ping('R1', 1)
    pair.ping('R1', 2)
    const [packet] = pair.sent('R1', 'ESP')
    if (!packet) throw new Error('no ESP')
    return { pair, packet }
  }
  const dropReasons = (pair: Pair): readonly string[] =>
    pair.data('R2', 'ipsec:packet_dropped').map(({ reason }) => reason)
  const deliver = (pair: Pair, packet: RouterDatagram): void =>
    pair.run('R2', (router, now) => router.receive(now, packet))

  it('E1: that is sent again is dropped, and not answered again', () => {
    const { pair, packet } = captured()
    const before = pair.replies('R1')
    deliver(pair, packet)
    expect(dropReasons(pair)).toEqual(['replayed'])
    expect(pair.replies('R1')).toBe(before)
  })

  it('E2: that was changed is dropped, and the packet itself still gets through', () => {
    const pair = new Pair()
    pair.ping('R1', 1)
    pair.tap = (datagram) => {
      if (datagram.protocol !== 'esp' || datagram.to.address !== '192.0.2.2') return datagram
      deliver(pair, { ...datagram, bytes: datagram.bytes.map((octet, index) => (index === 30 ? octet ^ 1 : octet)) })
      return datagram
    }
    pair.ping('R1', 2)
    expect(dropReasons(pair)).toEqual(['icv-invalid'])
    expect(pair.replies('R1')).toBe(1)
  })

  it('E5: on port 4500 is told from IKE by its first four octets, and a keepalive changes nothing', () => {
    const { pair, packet } = captured()
    const at4500 = (bytes: Uint8Array): RouterDatagram => ({
      protocol: 'udp',
      from: { ...packet.from, port: 4500 },
      to: { ...packet.to, port: 4500 },
      bytes,
    })
    deliver(pair, at4500(packet.bytes))
    expect(dropReasons(pair)).toEqual(['replayed'])
    const before = pair.effects.R2.length
    deliver(pair, at4500(Uint8Array.of(0xff)))
    deliver(pair, at4500(Uint8Array.of(0, 0)))
    expect(pair.effects.R2).toHaveLength(before)
    deliver(pair, at4500(Uint8Array.of(0, 0, 0, 0, ...packet.bytes)))
    expect(pair.events('R2').at(-1)?.name).toBe('ike:ignored')
  })
})

describe.each(versions)('bytes from the network, IKEv%i', (version) => {
  const isHarmless = (effects: readonly RouterEffect[]): boolean =>
    effects.every(({ kind }) => kind === 'event' || kind === 'send' || kind === 'arm' || kind === 'disarm')

  it('never throw, and leave a tunnel that is up as it was', () => {
    const pair = new Pair({ R1: { version }, R2: { version } })
    pair.ping('R1', 1)
    const from = { address: '192.0.2.1', port: 500 }
    const to = { address: '192.0.2.2', port: 500 }
    const messages = version === 1 ? ['MM1', 'MM5', 'QM1'] : ['IKE_SA_INIT request', 'IKE_AUTH request']
    const templates = messages.flatMap((message) => pair.sent('R1', message))
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc
            .tuple(fc.constantFrom(...templates), fc.nat(10_000), fc.integer({ min: 1, max: 255 }))
            .map(([{ bytes }, at, mask]) =>
              bytes.map((octet, index) => (index === at % bytes.length ? octet ^ mask : octet)),
            ),
        ),
        fc.constantFrom(500, 4500, 0),
        (bytes, port) => {
          const effects = pair.routers.R2.receive(pair.now, {
            protocol: port === 0 ? 'esp' : 'udp',
            from: { ...from, port },
            to: { ...to, port },
            bytes,
          })
          expect(isHarmless(effects)).toBe(true)
        },
      ),
      { seed: 500, numRuns: 2000 },
    )
    pair.ping('R1', 2)
    expect(pair.replies('R1')).toBe(1)
  })
})
