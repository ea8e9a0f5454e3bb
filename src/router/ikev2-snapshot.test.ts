import { describe, expect, it } from 'vitest'
import { type End, Pair, type Site } from '../../test/support/router-pair.ts'
import { showCommand } from '../ios/index.ts'

const site: Site = { version: 2, kind: 'crypto-map', transformSet: 'esp-gcm 256' }
const state = (pair: Pair, end: End) => pair.routers[end].snapshot(pair.now).ikev2Sas

/** A pair between which a message is lost, again and again. */
const losing = (message: string): Pair => {
  const pair = new Pair({ R1: site, R2: site })
  const lost = (): ReadonlySet<Uint8Array> =>
    new Set((['R1', 'R2'] as const).flatMap((end) => pair.sent(end, message).map(({ bytes }) => bytes)))
  pair.tap = (datagram) => (lost().has(datagram.bytes) ? null : datagram)
  return pair
}

describe('an IKEv2 SA in the snapshot of a router', () => {
  it('shows what both ends have agreed on and proved', () => {
    const pair = new Pair({ R1: site, R2: site })
    pair.ping('R1')
    pair.now += 53_900
    const [r1] = state(pair, 'R1')
    const [r2] = state(pair, 'R2')
    expect(r1).toMatchObject({
      id: 1,
      local: '192.0.2.1',
      remote: '192.0.2.2',
      role: 'initiator',
      status: 'READY',
      agreed: { encryption: 'aes-cbc-128', integrity: 'sha256', prf: 'sha256', group: 19 },
      authSign: 'PSK',
      authVerify: 'PSK',
      localId: '192.0.2.1',
      remoteId: '192.0.2.2',
      lifetime: 86400,
      activeSeconds: 53,
      nextMessageIds: { local: 2, remote: 0 },
      window: { local: 5, remote: 5 },
      deadPeerDetection: null,
      behindNat: 'none',
      fragmentationMtu: null,
      profile: 'PEER',
    })
    expect(r2).toMatchObject({
      role: 'responder',
      nextMessageIds: { local: 0, remote: 2 },
      window: { local: 5, remote: 5 },
      localSpi: r1?.remoteSpi,
      remoteSpi: r1?.localSpi,
      localId: r1?.remoteId,
    })
  })

  it('has its children with the selectors of the crypto map', () => {
    const pair = new Pair({ R1: site, R2: site })
    pair.ping('R1')
    const network = (start: string, end: string) => [{ start, end, protocol: 0, startPort: 0, endPort: 65535 }]
    const [child, ...others] = state(pair, 'R1')[0]?.children ?? []
    expect(others).toEqual([])
    expect(child).toMatchObject({
      local: network('10.1.0.0', '10.1.0.255'),
      remote: network('10.2.0.0', '10.2.0.255'),
      encryption: 'esp-gcm 256',
      authentication: null,
      mode: 'tunnel',
    })
    const [mirrored] = state(pair, 'R2')[0]?.children ?? []
    expect(mirrored).toMatchObject({ inboundSpi: child?.outboundSpi, outboundSpi: child?.inboundSpi })
  })

  it('takes lifetime, DPD, window and fragments from the configuration', () => {
    const own: Site = {
      ...site,
      globalLines: ['crypto ikev2 window 9', 'crypto ikev2 dpd 30 4 periodic', 'crypto ikev2 fragmentation mtu 1400'],
    }
    const pair = new Pair({ R1: own, R2: site })
    pair.ping('R1')
    expect(state(pair, 'R1')[0]).toMatchObject({
      window: { local: 9, remote: 5 },
      deadPeerDetection: { interval: 30, retry: 4 },
      // R2 has not said that it reads fragments.
      fragmentationMtu: null,
    })
    expect(state(pair, 'R2')[0]).toMatchObject({ window: { local: 5, remote: 9 }, deadPeerDetection: null })
    const both = new Pair({ R1: own, R2: own })
    both.ping('R1')
    expect(state(both, 'R2')[0]).toMatchObject({ fragmentationMtu: 1400 })
  })

  it('knows as much as the negotiation has come to', () => {
    const first = losing('IKE_SA_INIT request')
    first.ping('R1')
    expect(state(first, 'R2')).toEqual([])
    expect(state(first, 'R1')).toMatchObject([
      {
        status: 'IN-NEG',
        agreed: null,
        authSign: null,
        remoteSpi: '0000000000000000',
        nextMessageIds: { local: 1, remote: 0 },
        lifetime: 86400,
        activeSeconds: 0,
        children: [],
      },
    ])
    const second = losing('IKE_AUTH request')
    second.ping('R1')
    expect(state(second, 'R1')).toMatchObject([
      { status: 'IN-NEG', agreed: { group: 19 }, authSign: 'PSK', authVerify: null, nextMessageIds: { local: 2 } },
    ])
    expect(state(second, 'R2')).toMatchObject([
      { status: 'IN-NEG', role: 'responder', agreed: { group: 19 }, profile: null, nextMessageIds: { remote: 1 } },
    ])
  })

  it('stays for a while once it has died, without children', () => {
    const pair = new Pair({ R1: site, R2: site })
    pair.ping('R1')
    pair.run('R1', (router, now) => router.clear(now))
    expect(state(pair, 'R2')).toMatchObject([{ status: 'DELETE', children: [] }])
    expect(showCommand(['crypto', 'ikev2', 'sa'], pair.routers.R2.snapshot(pair.now))).toMatchObject({ ok: true })
  })
})
