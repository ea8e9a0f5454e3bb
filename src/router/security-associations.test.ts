import { describe, expect, it } from 'vitest'
import { counting, flowOf, here, interfaceOf, ipsecConfiguration, there } from '../../test/support/ipsec.ts'
import { lineAt } from '../../test/support/selection-stubs.ts'
import type { ChildInstall } from '../ike/index.ts'
import { encapsulate, ivLength, type ProtectedFlow } from '../ipsec/index.ts'
import { encodeIpv4, ipProtocol, toHex } from '../wire/index.ts'
import { SecurityAssociations } from './security-associations.ts'

const configuration = ipsecConfiguration({
  interfaces: [interfaceOf('Ethernet0/0', here), interfaceOf('Tunnel1', '172.16.0.1', '255.255.255.252')],
  routes: [
    { network: '10.2.0.0', mask: '255.255.0.0', via: 'Tunnel1', at: lineAt(50) },
    { network: '10.3.0.0', mask: '255.255.0.0', via: 'Tunnel2', at: lineAt(51) },
  ],
})
const anything = flowOf().localProxy
const local = { address: here, port: 500 }
const spi = (octet: number): Uint8Array => Uint8Array.of(0x10, 0, 0, octet)

const install = (more: Partial<ChildInstall> = {}, child: Partial<ChildInstall['child']> = {}): ChildInstall => ({
  direction: 'out',
  sa: 1,
  connection: 1001,
  child: {
    flow: 'Tunnel1-head-0',
    localProxy: anything,
    remoteProxy: anything,
    encryption: 'esp-aes 128',
    authentication: 'esp-sha-hmac',
    transform: 'esp-aes esp-sha-hmac',
    mode: 'tunnel',
    keyLength: 36,
    seconds: 3600,
    kilobytes: 4_608_000,
    pfsGroup: null,
    ...child,
  },
  spi: spi(1),
  otherSpi: spi(2),
  keymat: counting(36),
  local,
  peer: { address: there, port: 500 },
  role: 'I',
  udpEncapsulation: false,
  ...more,
})

const database = (flows: readonly ProtectedFlow[] = [flowOf()]): SecurityAssociations =>
  new SecurityAssociations(configuration, flows)

const packet = encodeIpv4({
  source: '10.1.0.1',
  destination: '10.2.0.1',
  protocol: ipProtocol.ICMP,
  payload: counting(8),
})
const send = (sas: SecurityAssociations): ReturnType<SecurityAssociations['send']> => sas.send(packet, counting)
const usedSpi = (sas: SecurityAssociations): string => {
  const sent = send(sas)
  return sent.kind === 'sealed' ? toHex(sent.packet.subarray(0, 4)) : sent.kind
}

/** What the peer would send through its half of the inbound SA. */
const fromPeer = (sas: SecurityAssociations, sequence = 1): Uint8Array => {
  const [inbound] = sas.of('Tunnel1-head-0').inbound
  if (!inbound) throw new Error('no inbound SA')
  const back = encodeIpv4({
    source: '10.2.0.1',
    destination: '10.1.0.1',
    protocol: ipProtocol.ICMP,
    payload: counting(8),
  })
  const sealed = encapsulate({ ...inbound, sequence: sequence - 1 }, back, counting(ivLength(inbound)))
  if (!sealed.ok) throw new Error(sealed.reason)
  return sealed.packet
}

describe('outbound', () => {
  it('without an SA says which flow needs one, and of traffic outside all flows that none does', () => {
    expect(send(database())).toMatchObject({ kind: 'no-sa', flow: { name: 'Tunnel1-head-0' } })
    expect(send(database([]))).toEqual({ kind: 'no-flow' })
  })

  it('uses the newest SA of a flow, and the older one again when that is removed', () => {
    const sas = database()
    sas.install(0, install({ spi: spi(1) }))
    sas.install(0, install({ spi: spi(3) }))
    expect(usedSpi(sas)).toBe(toHex(spi(3)))
    sas.remove('out', spi(3), { address: there, port: 500 }, 'test')
    expect(usedSpi(sas)).toBe(toHex(spi(1)))
  })

  it('uses the SA whose part of the flow the packet belongs to', () => {
    const sas = database()
    const host = (address: string): ProtectedFlow['localProxy'] => ({ ...anything, address, mask: '255.255.255.255' })
    sas.install(0, install({ spi: spi(1) }, { remoteProxy: host('10.2.0.1') }))
    sas.install(0, install({ spi: spi(3) }, { remoteProxy: host('10.2.0.9') }))
    expect(usedSpi(sas)).toBe(toHex(spi(1)))
  })

  it('removes, of two SAs under one SPI, only that of the peer that chose it', () => {
    const other = flowOf({ name: 'Tunnel2-head-0', map: 'Tunnel2-head-0', peer: '192.0.2.3', peers: ['192.0.2.3'] })
    const sas = database([flowOf(), other])
    sas.install(0, install())
    sas.install(0, install({ peer: { address: '192.0.2.3', port: 500 } }, { flow: other.name }))
    expect(sas.remove('out', spi(1), { address: '192.0.2.3', port: 500 }, 'deleted')).toMatchObject([
      { name: 'ipsec:sa_deleted', data: { destination: '192.0.2.3' } },
    ])
    expect(sas.of(other.name).outbound).toEqual([])
    expect(sas.of('Tunnel1-head-0').outbound).toHaveLength(1)
  })

  it('gives no ports to ESP, and those of the NAT traversal to ESP in UDP', () => {
    const plain = database()
    plain.install(0, install())
    expect(send(plain)).toMatchObject({ from: { port: 0 }, to: { address: there, port: 0 }, udpEncapsulation: false })
    const udp = database()
    const ends = { local: { address: here, port: 4500 }, peer: { address: there, port: 33_000 } }
    udp.install(0, install({ ...ends, udpEncapsulation: true }))
    expect(send(udp)).toMatchObject({ from: { port: 4500 }, to: { port: 33_000 }, udpEncapsulation: true })
  })

  it('counts each packet once, and gives each its own number', () => {
    const sas = database()
    sas.install(0, install())
    const numbers = [1, 2, 3].map(() => {
      const sent = send(sas)
      return sent.kind === 'sealed' ? toHex(sent.packet.subarray(4, 8)) : sent.kind
    })
    expect(numbers).toEqual(['00000001', '00000002', '00000003'])
    expect(sas.of('Tunnel1-head-0').outbound).toMatchObject([{ packets: 3, sequence: 3, octets: 3 * packet.length }])
  })
})

describe('inbound', () => {
  const ready = (
    more: Partial<ChildInstall> = {},
    child: Partial<ChildInstall['child']> = {},
  ): SecurityAssociations => {
    const sas = database()
    sas.install(0, install({ direction: 'in', spi: spi(2), otherSpi: spi(1), ...more }, child))
    return sas
  }
  const from = { address: there, port: 0 }
  const to = { address: here, port: 0 }

  it('opens what the peer sends, once', () => {
    const sas = ready()
    const esp = fromPeer(sas)
    expect(sas.receive(from, to, esp)).toMatchObject({ kind: 'opened', volumeReached: null, connection: 1001 })
    expect(sas.receive(from, to, esp)).toMatchObject({ kind: 'dropped', event: { data: { reason: 'replayed' } } })
  })

  it.each([
    ['an SPI that nobody has', Uint8Array.of(0x66, 0, 0, 1, 0, 0, 0, 1), 'ipsec:invalid_spi'],
    ['too few octets for an SPI', Uint8Array.of(0x10), 'ipsec:invalid_spi'],
    ['no octets', new Uint8Array(0), 'ipsec:invalid_spi'],
    ['our SPI and nothing behind it', Uint8Array.of(...spi(2), 0, 0, 0, 1), 'ipsec:packet_dropped'],
  ])('drops %s, and says so', (_, esp, name) => {
    expect(ready().receive(from, to, esp)).toMatchObject({ kind: 'dropped', event: { name } })
  })

  it('does not take the SPI of one of our addresses on another', () => {
    const sas = ready()
    expect(sas.receive(from, { address: '198.51.100.1', port: 0 }, fromPeer(sas))).toMatchObject({
      event: { name: 'ipsec:invalid_spi' },
    })
  })

  it('E5: takes packets from another address only in UDP, where a NAT may have changed it', () => {
    const elsewhere = { address: '203.0.113.9', port: 4500 }
    const plain = ready()
    expect(plain.receive(elsewhere, to, fromPeer(plain))).toMatchObject({
      kind: 'dropped',
      event: { data: { reason: 'other-address' } },
    })
    const udp = ready({ udpEncapsulation: true })
    expect(udp.receive(elsewhere, to, fromPeer(udp)).kind).toBe('opened')
    // The way back does not follow: only IKE may move it, after an authenticated packet (RFC 7296 §2.23).
    expect(udp.of('Tunnel1-head-0').peerPort).toBe(500)
  })

  it('forgets an SA that was removed', () => {
    const sas = ready()
    const esp = fromPeer(sas)
    expect(sas.remove('in', spi(2), { address: there, port: 500 }, 'test')).toHaveLength(1)
    expect(sas.remove('in', spi(2), { address: there, port: 500 }, 'test')).toEqual([])
    expect(sas.receive(from, to, esp)).toMatchObject({ event: { name: 'ipsec:invalid_spi' } })
  })

  it('says once that the volume for a renewal is reached, and takes nothing beyond the whole', () => {
    const sas = ready({}, { kilobytes: 1 })
    const seen: string[] = []
    for (let sequence = 1; sequence <= 40; sequence += 1) {
      const result = sas.receive(from, to, fromPeer(sas, sequence))
      seen.push(
        result.kind === 'dropped' && result.event.name === 'ipsec:packet_dropped'
          ? result.event.data.reason
          : result.kind === 'opened' && result.volumeReached
            ? `renew ${toHex(result.volumeReached)}`
            : result.kind,
      )
    }
    // 28 octets each: 90 % of 1024 with the 33rd, all of it with the 37th.
    expect(seen[32]).toBe(`renew ${toHex(spi(2))}`)
    expect(seen.filter((one) => one.startsWith('renew'))).toHaveLength(1)
    expect(seen.slice(37)).toEqual(['volume-used-up', 'volume-used-up', 'volume-used-up'])
    expect(seen[36]).toBe('opened')
  })
})

describe('the counters of a flow', () => {
  it('go on over renewed and removed SAs, and count what failed on both ways', () => {
    const sas = database()
    send(sas)
    sas.install(0, install({ direction: 'in', spi: spi(2), otherSpi: spi(1) }))
    sas.install(0, install())
    send(sas)
    const esp = fromPeer(sas)
    const ends = [
      { address: there, port: 0 },
      { address: here, port: 0 },
    ] as const
    sas.receive(...ends, esp)
    sas.receive(...ends, esp)
    sas.install(0, install({ spi: spi(3) }))
    sas.remove('out', spi(1), { address: there, port: 500 }, 'renewed')
    send(sas)
    expect(sas.of('Tunnel1-head-0').counters).toEqual({
      encapsulated: 2,
      decapsulated: 1,
      sendErrors: 1,
      receiveErrors: 1,
    })
  })

  it('are those of the flow alone', () => {
    expect(database().of('Tunnel7').counters).toEqual({
      encapsulated: 0,
      decapsulated: 0,
      sendErrors: 0,
      receiveErrors: 0,
    })
  })
})

describe('installing', () => {
  it('numbers connections one after another, and hands out the keys under the outer addresses', () => {
    const sas = database()
    const inbound = sas.install(0, install({ direction: 'in', spi: spi(2), otherSpi: spi(1) }))
    const outbound = sas.install(0, install())
    expect([inbound, outbound].map(({ events }) => events[0]?.data)).toMatchObject([
      { connection: 1, direction: 'in', destination: here },
      { connection: 2, direction: 'out', destination: there },
    ])
    expect([inbound, outbound].map(({ keys }) => [keys.source, keys.destination])).toEqual([
      [there, here],
      [here, there],
    ])
    expect(outbound.keys.encryptionKey).toEqual(counting(16))
    expect(outbound.keys.authenticationKey).toEqual(counting(20, 17))
  })

  it('E4: takes KEYMAT of exactly the length that the algorithms need', () => {
    expect(() => database().install(0, install({ keymat: counting(35) }))).toThrow('KEYMAT of 35 octets')
    expect(() => database().install(0, install({ keymat: counting(37) }))).toThrow('KEYMAT of 37 octets')
  })
})
