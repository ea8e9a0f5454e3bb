import { describe, expect, it } from 'vitest'
import { type End, Pair, type Site } from '../../../test/support/router-pair.ts'
import type { RouterDatagram, RouterEffect } from '../../router/index.ts'

/*
 *   R1 (initiator)                                  R2 (responder)
 *   IKE_SA_INIT  SA, KE, N, NAT-D…            →
 *                                             ←     IKE_SA_INIT  SA, KE, N, NAT-D…
 *   IKE_AUTH     SK {IDi, AUTH, SA, TSi, TSr} →
 *                                             ←     IKE_AUTH     SK {IDr, AUTH, SA, TSi, TSr}
 *   CREATE_CHILD_SA, INFORMATIONAL …          ⇄
 */

const ikev2: Site = { version: 2 }
const both = (site: Site = ikev2): Pair => new Pair({ R1: site, R2: site })
const up = (site: Site = ikev2): Pair => {
  const pair = both(site)
  pair.run('R1', (router, now) => router.initiate(now, router.flows[0]?.name ?? ''))
  return pair
}
const installed = (pair: Pair, end: End): number =>
  pair.data(end, 'ipsec:sa_installed').length - pair.data(end, 'ipsec:sa_deleted').length
const ikeSas = (pair: Pair, end: End): number =>
  pair.data(end, 'ike:v2_sa_established').length -
  pair.data(end, 'ike:v2_sa_deleted').filter(({ status }) => status === 'READY').length
const effectsOf = (pair: Pair, end: End): readonly RouterEffect[] => pair.effects[end]
const timers = (pair: Pair, end: End): ReadonlyMap<string, number> => {
  const armed = new Map<string, number>()
  for (const effect of effectsOf(pair, end)) {
    if (effect.kind === 'arm') armed.set(effect.timer, effect.after)
    if (effect.kind === 'disarm') armed.delete(effect.timer)
  }
  return armed
}
const timerOf = (pair: Pair, end: End, kind: string): string => {
  const name = [...timers(pair, end).keys()].find((timer) => timer.includes(kind))
  if (name === undefined) throw new Error(`${end} has no timer ${kind}`)
  return name
}

describe('IKE_SA_INIT and IKE_AUTH', () => {
  it('two messages each way make an IKE SA and a child, and traffic passes', () => {
    const pair = up()
    expect(pair.sent('R1', 'IKE_SA_INIT request')).toHaveLength(1)
    expect(pair.sent('R2', 'IKE_AUTH response')).toHaveLength(1)
    pair.ping('R1')
    pair.ping('R2')
    expect([pair.replies('R1'), pair.replies('R2')]).toEqual([1, 1])
  })

  it('ends with nothing on either side when the shared keys differ, and both say so', () => {
    const pair = new Pair({ R1: { version: 2, ikev2: { key: 'one' } }, R2: { version: 2, ikev2: { key: 'other' } } })
    pair.run('R1', (router, now) => router.initiate(now, router.flows[0]?.name ?? ''))
    expect(pair.data('R2', 'ike:rejected')).toMatchObject([
      { code: 'shared-key-mismatch', notify: 'AUTHENTICATION_FAILED' },
    ])
    expect(pair.data('R1', 'ike:v2_notify_received')).toMatchObject([{ notify: 'AUTHENTICATION_FAILED' }])
    expect([installed(pair, 'R1'), installed(pair, 'R2')]).toEqual([0, 0])
  })

  it('the responder names another group, and the initiator follows once', () => {
    const pair = new Pair({
      R1: { version: 2, ikev2: { proposal: ['encryption aes-cbc-128', 'integrity sha256', 'group 19 20'] } },
      R2: { version: 2, ikev2: { proposal: ['encryption aes-cbc-128', 'integrity sha256', 'group 20'] } },
    })
    pair.run('R1', (router, now) => router.initiate(now, router.flows[0]?.name ?? ''))
    expect(pair.data('R1', 'ike:v2_group_changed')).toEqual([{ from: 19, to: 20 }])
    expect(ikeSas(pair, 'R1')).toBe(1)
  })

  it('no proposal in common is NO_PROPOSAL_CHOSEN, and the initiator gives up when no better answer comes', () => {
    const pair = new Pair({
      R1: { version: 2, ikev2: { proposal: ['encryption aes-cbc-128', 'integrity sha256', 'group 19'] } },
      R2: { version: 2, ikev2: { proposal: ['encryption aes-cbc-256', 'integrity sha256', 'group 19'] } },
    })
    pair.run('R1', (router, now) => router.initiate(now, router.flows[0]?.name ?? ''))
    expect(pair.data('R2', 'ike:rejected')).toMatchObject([{ code: 'no-common-ikev2-proposal' }])
    expect(pair.data('R1', 'ike:v2_sa_deleted')).toEqual([])
    pair.run('R1', (router, now) => router.expire(now, timerOf(pair, 'R1', 'retransmit')))
    expect(pair.data('R1', 'ike:v2_sa_deleted')).toHaveLength(1)
    expect(pair.sent('R1', 'IKE_SA_INIT request')).toHaveLength(1)
  })

  it('asks for a cookie and keeps nothing of a peer that does not bring it (attacks D1)', () => {
    const pair = new Pair({ R1: ikev2, R2: { ...ikev2, globalLines: ['crypto ikev2 cookie-challenge 0'] } })
    pair.run('R1', (router, now) => router.initiate(now, router.flows[0]?.name ?? ''))
    expect(pair.data('R2', 'ike:v2_cookie').map(({ what }) => what)).toEqual(['asked for', 'good'])
    expect(pair.data('R1', 'ike:v2_cookie').map(({ what }) => what)).toEqual(['returned'])
    expect(ikeSas(pair, 'R2')).toBe(1)
  })

  it('long messages travel in fragments where both ends can', () => {
    const site: Site = { version: 2, globalLines: ['crypto ikev2 fragmentation mtu 200'] }
    const pair = up(site)
    expect(pair.sent('R1', 'IKE_AUTH request').length).toBeGreaterThan(1)
    expect(ikeSas(pair, 'R2')).toBe(1)
    pair.ping('R1')
    expect(pair.replies('R1')).toBe(1)
  })

  it('an initiator that rejects the responder leaves it half-open, as IOS does (ios-semantics §0.3 item 7)', () => {
    const pair = new Pair({ R1: { version: 2, ikev2: { matchRemote: 'identity remote fqdn nobody.test' } }, R2: ikev2 })
    pair.run('R1', (router, now) => router.initiate(now, router.flows[0]?.name ?? ''))
    expect(pair.data('R1', 'ike:rejected')).toMatchObject([{ code: 'peer-identity-outside-profile' }])
    expect([installed(pair, 'R1'), installed(pair, 'R2')]).toEqual([0, 2])
  })
})

describe('repeated messages (attacks D9)', () => {
  it('the same request gets the same answer, byte for byte, and is not executed again', () => {
    const pair = up()
    for (const message of ['IKE_SA_INIT request', 'IKE_AUTH request']) {
      const [request] = pair.sent('R1', message)
      const [answer] = pair.sent('R2', message.replace('request', 'response'))
      const before = pair.effects.R2.length
      if (request) pair.effects.R2.push(...pair.routers.R2.receive(pair.now, request))
      const again = pair.effects.R2.slice(before).filter((effect) => effect.kind === 'send')
      if (message === 'IKE_AUTH request') expect(again.map(({ datagram }) => datagram.bytes)).toEqual([answer?.bytes])
      expect(installed(pair, 'R2')).toBe(2)
    }
  })

  it('a request that is lost goes out again, twice as late each time, and is given up in the end', () => {
    const pair = both()
    pair.tap = () => null
    pair.run('R1', (router, now) => router.initiate(now, router.flows[0]?.name ?? ''))
    const waits: number[] = []
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const wait = [...timers(pair, 'R1')].find(([timer]) => timer.endsWith('retransmit'))
      if (!wait) break
      waits.push(wait[1])
      pair.run('R1', (router, now) => router.expire(now, wait[0]))
    }
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 64_000])
    expect(pair.data('R1', 'ike:v2_sa_deleted')).toMatchObject([{ reason: 'peer does not answer' }])
  })

  it('a responder sends nothing on its own account (attacks D3)', () => {
    const pair = both()
    pair.tap = (datagram) => (datagram.from.address === '192.0.2.2' ? null : datagram)
    pair.run('R1', (router, now) => router.initiate(now, router.flows[0]?.name ?? ''))
    expect([...timers(pair, 'R2').keys()].filter((timer) => timer.includes('retransmit'))).toEqual([])
  })
})

describe('renewals', () => {
  const spis = (pair: Pair, end: End): readonly string[] => {
    const gone = pair.data(end, 'ipsec:sa_deleted').map(({ spi }) => spi)
    return pair.data(end, 'ipsec:sa_installed').flatMap(({ spi }) => (gone.includes(spi) ? [] : [spi]))
  }

  for (const end of ['R1', 'R2'] as const) {
    it(`${end} renews the child: new SPIs, the old ones gone on both sides, traffic passes`, () => {
      const pair = up()
      const old = spis(pair, end)
      pair.run(end, (router, now) => router.expire(now, timerOf(pair, end, 'child:soft')))
      expect(spis(pair, 'R1')).toHaveLength(2)
      expect(new Set(spis(pair, 'R1'))).toEqual(new Set(spis(pair, 'R2')))
      expect(spis(pair, end).filter((spi) => old.includes(spi))).toEqual([])
      pair.ping('R2')
      expect(pair.replies('R2')).toBe(1)
    })

    it(`${end} renews the IKE SA: the children live on under the new one`, () => {
      const pair = up()
      const old = spis(pair, end)
      pair.run(end, (router, now) => router.expire(now, timerOf(pair, end, ':rekey')))
      expect([ikeSas(pair, 'R1'), ikeSas(pair, 'R2')]).toEqual([1, 1])
      expect(spis(pair, end)).toEqual(old)
      // The new IKE SA serves: a child is renewed under it.
      pair.run(end, (router, now) => router.expire(now, timerOf(pair, end, 'child:soft')))
      expect(spis(pair, 'R1')).toHaveLength(2)
      expect(new Set(spis(pair, 'R1'))).toEqual(new Set(spis(pair, 'R2')))
    })
  }

  /** Both ends do the same thing before either hears of the other: their first messages cross. */
  const crossing = (pair: Pair, timer: (end: End) => string): void => {
    const held: { readonly to: End; readonly datagram: RouterDatagram }[] = []
    const pass = pair.tap
    pair.tap = (datagram) => {
      held.push({ to: datagram.to.address === '192.0.2.1' ? 'R1' : 'R2', datagram })
      return null
    }
    for (const end of ['R1', 'R2'] as const) pair.run(end, (router, now) => router.expire(now, timer(end)))
    pair.tap = pass
    for (const { to, datagram } of held) pair.run(to, (router, now) => router.receive(now, datagram))
  }

  it('both renew the child at once: one new pair is left, the same on both sides (RFC 7296 §2.8.1)', () => {
    const pair = up()
    crossing(pair, (end) => timerOf(pair, end, 'child:soft'))
    expect(spis(pair, 'R1')).toHaveLength(2)
    expect(new Set(spis(pair, 'R1'))).toEqual(new Set(spis(pair, 'R2')))
    expect([ikeSas(pair, 'R1'), ikeSas(pair, 'R2')]).toEqual([1, 1])
    pair.ping('R1')
    expect(pair.replies('R1')).toBe(1)
  })

  it('both renew the IKE SA at once: one is left, with the child (RFC 7296 §2.8.2)', () => {
    const pair = up()
    const old = spis(pair, 'R1')
    crossing(pair, (end) => timerOf(pair, end, ':rekey'))
    expect([ikeSas(pair, 'R1'), ikeSas(pair, 'R2')]).toEqual([1, 1])
    expect(spis(pair, 'R1')).toEqual(old)
    pair.run('R1', (router, now) => router.expire(now, timerOf(pair, 'R1', 'child:soft')))
    expect(spis(pair, 'R1')).toHaveLength(2)
    expect(new Set(spis(pair, 'R1'))).toEqual(new Set(spis(pair, 'R2')))
  })

  it('one renews the IKE SA while the other renews the child: TEMPORARY_FAILURE, and later it succeeds (RFC 7296 §2.25)', () => {
    const pair = up()
    crossing(pair, (end) => timerOf(pair, end, end === 'R1' ? ':rekey' : 'child:soft'))
    expect([ikeSas(pair, 'R1'), ikeSas(pair, 'R2')]).toEqual([1, 1])
    expect(spis(pair, 'R1')).toHaveLength(2)
    expect(new Set(spis(pair, 'R1'))).toEqual(new Set(spis(pair, 'R2')))
  })

  it('both delete the child at once: it is gone, and nobody waits (RFC 7296 §1.4.1)', () => {
    const pair = up()
    crossing(pair, (end) => timerOf(pair, end, 'child:hard'))
    expect([spis(pair, 'R1'), spis(pair, 'R2')]).toEqual([[], []])
    expect([ikeSas(pair, 'R1'), ikeSas(pair, 'R2')]).toEqual([1, 1])
    pair.ping('R1')
    pair.ping('R1', 2)
    expect(pair.replies('R1')).toBe(1)
  })

  it('both close the IKE SA at once: nothing is left on either side', () => {
    const pair = up()
    crossing(pair, (end) => timerOf(pair, end, ':lifetime'))
    expect([ikeSas(pair, 'R1'), ikeSas(pair, 'R2')]).toEqual([0, 0])
    expect([spis(pair, 'R1'), spis(pair, 'R2')]).toEqual([[], []])
  })
})

describe('what may not change the state', () => {
  const unchanged = (pair: Pair, end: End, datagram: RouterDatagram): void => {
    const before = JSON.stringify(pair.routers[end].snapshot(pair.now))
    pair.effects[end].push(...pair.routers[end].receive(pair.now, datagram))
    expect(JSON.stringify(pair.routers[end].snapshot(pair.now))).toBe(before)
  }

  it('a message that is reflected to its sender', () => {
    const pair = up()
    for (const message of ['IKE_SA_INIT request', 'IKE_AUTH request'])
      for (const { bytes, from, to } of pair.sent('R1', message))
        unchanged(pair, 'R1', { protocol: 'udp', from: to, to: from, bytes })
    expect(pair.data('R1', 'ike:ignored').map(({ reason }) => reason)).toContain('reflected')
  })

  it('any octet of an encrypted message that is changed', () => {
    const pair = up()
    const [original] = pair.sent('R1', 'IKE_AUTH request')
    if (!original) throw new Error('no IKE_AUTH')
    const fresh = both()
    fresh.tap = (datagram) => (isAuth(datagram) ? null : datagram)
    fresh.run('R1', (router, now) => router.initiate(now, router.flows[0]?.name ?? ''))
    const [request] = fresh.sent('R1', 'IKE_AUTH request')
    if (!request) throw new Error('no IKE_AUTH')
    for (let index = 0; index < request.bytes.length; index += 7) {
      const bytes = request.bytes.slice()
      bytes[index] = (bytes[index] ?? 0) ^ 0x10
      fresh.effects.R2.push(...fresh.routers.R2.receive(fresh.now, { ...request, bytes }))
      expect(ikeSas(fresh, 'R2')).toBe(0)
    }
    fresh.effects.R2.push(...fresh.routers.R2.receive(fresh.now, request))
    expect(ikeSas(fresh, 'R2')).toBe(1)
  })

  it('CREATE_CHILD_SA and INFORMATIONAL before IKE_AUTH is done (attacks A8)', () => {
    const pair = both()
    pair.tap = (datagram) => (isAuth(datagram) ? null : datagram)
    pair.run('R1', (router, now) => router.initiate(now, router.flows[0]?.name ?? ''))
    const [request] = pair.sent('R1', 'IKE_AUTH request')
    if (!request) throw new Error('no IKE_AUTH')
    for (const exchange of [36, 37]) {
      const bytes = request.bytes.slice()
      bytes[exchangeOffset(request)] = exchange
      unchanged(pair, 'R2', { ...request, bytes })
    }
    expect(pair.data('R2', 'ike:ignored').map(({ reason }) => reason)).toEqual(['out-of-state', 'out-of-state'])
  })
})

const header = (datagram: RouterDatagram): number => (datagram.to.port === 4500 ? 4 : 0)
const exchangeOffset = (datagram: RouterDatagram): number => header(datagram) + 18
const isAuth = (datagram: RouterDatagram): boolean =>
  datagram.protocol === 'udp' && datagram.bytes[exchangeOffset(datagram)] === 35
