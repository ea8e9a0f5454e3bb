import { describe, expect, it } from 'vitest'
import { faults } from './faults.ts'
import type { Datagram } from './ipv4.ts'
import { type HttpAnswer, type NetworkEvent, VirtualNetwork } from './virtual-network.ts'

/**
 *   R1 10.0.0.1 ──── 10.0.0.254 ISP 20.0.0.254 ──── 20.0.0.2 R2        CA 10.0.0.9 on R1's segment
 *   loopback 1.1.1.1                                loopback 2.2.2.2
 */
const start = Date.UTC(2026, 0, 1)
const MASK24 = '255.255.255.0'

function house(latency = 5): VirtualNetwork {
  const network = new VirtualNetwork({ start })
  const anywhere = (via: string) => [{ network: '0.0.0.0', mask: '0.0.0.0', via }]
  network.addHost({
    name: 'R1',
    interfaces: [
      { name: 'Ethernet0/0', address: '10.0.0.1', mask: MASK24 },
      { name: 'Loopback0', address: '1.1.1.1', mask: '255.255.255.255' },
    ],
    routes: anywhere('10.0.0.254'),
  })
  network.addHost({
    name: 'R2',
    interfaces: [
      { name: 'Ethernet0/0', address: '20.0.0.2', mask: MASK24 },
      { name: 'Loopback0', address: '2.2.2.2', mask: '255.255.255.255' },
    ],
    routes: anywhere('Ethernet0/0'),
  })
  network.addHost({
    name: 'ISP',
    interfaces: [
      { name: 'a', address: '10.0.0.254', mask: MASK24 },
      { name: 'b', address: '20.0.0.254', mask: MASK24 },
    ],
    routes: [
      { network: '3.3.3.3', mask: '255.255.255.255', via: '10.0.0.1' },
      { network: '2.2.2.0', mask: MASK24, via: '20.0.0.2' },
    ],
  })
  network.addHost({ name: 'CA', interfaces: [{ name: 'eth0', address: '10.0.0.9', mask: MASK24 }] })
  const ends = (...pairs: (readonly [string, string])[]) => pairs.map(([host, name]) => ({ host, interface: name }))
  network.addLink({ ends: ends(['R1', 'Ethernet0/0'], ['ISP', 'a'], ['CA', 'eth0']), latency })
  network.addLink({ ends: ends(['R2', 'Ethernet0/0'], ['ISP', 'b']), latency })
  return network
}

/** R1 and a CA on a wire with a provider that takes what nobody else there has. */
function lineTo(answersForAll: boolean): VirtualNetwork {
  const network = new VirtualNetwork({ start })
  const out = { name: 'out', mask: MASK24 }
  network.addHost({
    name: 'R1',
    interfaces: [{ ...out, address: '10.0.0.1' }],
    routes: [{ network: '0.0.0.0', mask: '0.0.0.0', via: 'out' }],
  })
  network.addHost({ name: 'CA', interfaces: [{ ...out, address: '10.0.0.9' }] })
  network.addHost({
    name: 'ISP',
    interfaces: [
      { ...out, address: '10.0.0.254' },
      { name: 'far', address: '20.0.0.1', mask: MASK24 },
    ],
    answersForAll,
  })
  network.addLink({ ends: ['R1', 'CA', 'ISP'].map((host) => ({ host, interface: 'out' })) })
  return network
}

function datagram(from: string, to: string, ...bytes: number[]): Datagram {
  const port = 500
  return { protocol: 'udp', from: { address: from, port }, to: { address: to, port }, bytes: new Uint8Array(bytes) }
}

function watch(network: VirtualNetwork): NetworkEvent[] {
  const events: NetworkEvent[] = []
  network.tap((event) => events.push(event))
  return events
}

function dropped(events: readonly NetworkEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === 'dropped' ? `${event.reason} at ${event.host}` : []))
}

describe('a datagram', () => {
  it('gives what is sent into an interface to whoever answers for all addresses there, unless its owner stands there', () => {
    // The provider gets it, and knows no way on.
    expect(lineTo(true).whyUnreachable('R1', '30.0.0.1')).toBe('no-route')
    expect(lineTo(false).whyUnreachable('R1', '30.0.0.1')).toBe('no-neighbour')
    expect(lineTo(true).whyUnreachable('R1', '10.0.0.9')).toBeUndefined()
  })

  it('arrives after the latency of every link on its way', () => {
    const network = house(1.25)
    const arrived: unknown[] = []
    network.listen('R2', (delivery) => arrived.push(delivery))
    const sent = datagram('10.0.0.1', '20.0.0.2', 1, 2, 3)
    network.send('R1', sent)
    expect(arrived).toEqual([])
    network.run()
    expect(arrived).toEqual([{ ...sent, time: start + 2.5 }])
    expect(network.now()).toBe(start + 2.5)
  })

  it('follows the longest prefix, over gateways and interfaces, and back', () => {
    const network = house()
    expect(network.whyUnreachable('R1', '2.2.2.2')).toBeUndefined()
    expect(network.whyUnreachable('R2', '10.0.0.9')).toBeUndefined()
    expect(network.whyUnreachable('R1', '1.1.1.1')).toBeUndefined()
  })

  it.each([
    ['CA', '20.0.0.2', 'no-route at CA'],
    ['R2', '1.1.1.1', 'no-route at ISP'],
    ['R1', '10.0.0.77', 'no-neighbour at R1'],
    ['R1', '3.3.3.3', 'ttl-expired at ISP'],
  ])('from %s to %s is dropped: %s', (from, to, reason) => {
    const network = house()
    const events = watch(network)
    network.send(from, datagram('10.0.0.9', to))
    expect(network.run()).toBe(0)
    expect(dropped(events)).toEqual([reason])
    expect(network.whyUnreachable(from, to)).toBe(reason.split(' ')[0])
  })

  it('to a host that listens to nothing is dropped there', () => {
    const network = house()
    const events = watch(network)
    network.send('R1', datagram('10.0.0.1', '10.0.0.9'))
    network.run()
    expect(dropped(events)).toEqual(['nobody-listens at CA'])
  })

  it('is shown to taps when it leaves, as the IPv4 packet on the wire, and when it arrives', () => {
    const network = house()
    network.listen('R2', () => {})
    const events = watch(network)
    network.send('R1', datagram('10.0.0.1', '20.0.0.2', 0xab))
    network.run()
    expect(events.map(({ kind, time }) => [kind, time - start])).toEqual([
      ['sent', 0],
      ['delivered', 10],
    ])
    const [sent] = events
    if (sent?.kind !== 'sent') throw new Error('nothing was sent')
    expect([sent.host, sent.interface]).toEqual(['R1', 'Ethernet0/0'])
    expect(Buffer.from(sent.packet).toString('hex')).toBe(
      '4500001d00010000ff119dcc0a00000114000002' + '01f401f40009' + '32f1' + 'ab',
    )
  })

  it('meets the interceptors in turn, which lose, double, hold back and alter it', () => {
    const network = house()
    const arrived: string[] = []
    network.listen('R2', ({ time, bytes }) => arrived.push(`${time - start} ${bytes.join()}`))
    const events = watch(network)
    network.intercept((packet) => (packet.bytes[0] === 9 ? [] : [{ datagram: packet }, { datagram: packet, delay: 1 }]))
    network.intercept((packet) => [
      { datagram: { ...packet, bytes: packet.bytes.map((octet) => octet + 1) }, delay: 2 },
    ])
    network.send('R1', datagram('10.0.0.1', '20.0.0.2', 5))
    network.send('R1', datagram('10.0.0.1', '20.0.0.2', 9))
    network.run()
    expect(arrived).toEqual(['12 6', '13 6'])
    expect(dropped(events)).toEqual(['intercepted at R1'])
  })
})

describe('faults', () => {
  function run(seed: number): readonly string[] {
    const network = house()
    const arrived: string[] = []
    network.listen('R2', ({ time, bytes }) => arrived.push(`${time} ${bytes.join()}`))
    network.intercept(faults({ seed, drop: 0.2, duplicate: 0.2, delay: 0.3, alter: 0.2 }))
    for (let i = 0; i < 200; i++) network.send('R1', datagram('10.0.0.1', '20.0.0.2', i, 0, 0, 0))
    network.run()
    return arrived
  }

  it('repeat exactly with the same seed and differ with another', () => {
    expect(run(7)).toEqual(run(7))
    expect(run(7)).not.toEqual(run(8))
  })

  it('are of every kind, about as often as asked for', () => {
    const seen = run(7).map((line) => line.split(/[ ,]/).map(Number))
    expect(seen.length).toBeGreaterThan(140)
    expect(seen.length).toBeLessThan(240)
    expect(seen.some(([time = 0]) => time > start + 10)).toBe(true)
    expect(seen.some(([, , ...rest]) => rest.some((octet) => octet !== 0))).toBe(true)
  })
})

describe('the clock', () => {
  it('runs timers in order of time, then of arming, and lets them be cancelled', () => {
    const network = house()
    const ran: string[] = []
    network.schedule(2, () => ran.push('c'))
    network.schedule(1, () => ran.push('a'))
    const cancel = network.schedule(1, () => ran.push('cancelled'))
    network.schedule(1, () => network.schedule(0, () => ran.push('b')))
    cancel()
    network.run()
    expect(ran).toEqual(['a', 'b', 'c'])
  })

  it('stops where it is told to, and goes on from there', () => {
    const network = house()
    const ran: number[] = []
    for (const after of [1, 2, 3]) network.schedule(after, () => ran.push(after))
    network.run(start + 2)
    expect([ran, network.now()]).toEqual([[1, 2], start + 2])
    network.run(start + 10)
    expect([ran, network.now()]).toEqual([[1, 2, 3], start + 10])
  })

  it('says so when a run does not end', () => {
    const network = new VirtualNetwork({ start, maxEvents: 100 })
    const again = () => {
      network.schedule(1, again)
    }
    again()
    expect(() => network.run()).toThrow('more than 100 events by 2026-01-01T00:00:00.100Z')
  })
})

describe('an HTTP request', () => {
  function fetched(url: string, from = 'R1'): { readonly after: number; readonly answer: HttpAnswer } {
    const network = house()
    network.addName('ca.example.com', '10.0.0.9')
    network.serve('10.0.0.9', 80, (path) => ({ status: 200, body: new TextEncoder().encode(path) }))
    const answers: { readonly after: number; readonly answer: HttpAnswer }[] = []
    const events = watch(network)
    network.request(from, url, (answer, time) => answers.push({ after: time - start, answer }))
    expect(answers).toEqual([])
    network.run()
    expect(events.map(({ kind }) => kind)).toEqual(['answered'])
    const [only, ...more] = answers
    if (only === undefined || more.length > 0) throw new Error(`${answers.length} answers`)
    return only
  }

  it.each(['http://10.0.0.9/a.crl?x=1', 'http://CA.example.com:80/a.crl?x=1'])('is answered by %s', (url) => {
    expect(fetched(url)).toEqual({ after: 20, answer: { status: 200, body: new TextEncoder().encode('/a.crl?x=1') } })
  })

  it.each([
    ['http://10.0.0.9:8080/', 10, 'nobody serves http://10.0.0.9:8080/'],
    ['http://10.0.0.77/', 0, 'no-neighbour at R1'],
    ['http://nowhere.example.com/', 0, 'no address for nowhere.example.com'],
    ['ldap://10.0.0.9/', 0, 'not an http URL: ldap://10.0.0.9/'],
    ['crl', 0, 'not a URL: crl'],
  ])('for %s fails after %d ms: %s', (url, after, unreachable) => {
    expect(fetched(url)).toEqual({ after, answer: { unreachable } })
  })

  it('needs a way back', () => {
    expect(fetched('http://10.0.0.9/', 'R2').answer).toEqual({ unreachable: 'no-route on the way back, at CA' })
  })
})

describe('a host with several tables', () => {
  const network = new VirtualNetwork({ start })
  network.addHost({
    name: 'R1',
    interfaces: [
      { name: 'a', address: '10.0.0.1', mask: MASK24, vrf: 'FRONT' },
      { name: 'b', address: '20.0.0.1', mask: MASK24 },
    ],
    routes: [{ network: '30.0.0.0', mask: MASK24, via: '10.0.0.2', vrf: 'FRONT' }],
  })
  network.addHost({
    name: 'R2',
    interfaces: [
      { name: 'a', address: '10.0.0.2', mask: MASK24 },
      { name: 'c', address: '30.0.0.2', mask: MASK24 },
    ],
  })
  network.addLink({
    ends: [
      { host: 'R1', interface: 'a' },
      { host: 'R2', interface: 'a' },
    ],
  })

  it('routes a packet by the table of the address from which it is sent', () => {
    expect(network.whyUnreachable('R1', '30.0.0.2', '10.0.0.1')).toBeUndefined()
    expect(network.whyUnreachable('R1', '30.0.0.2', '20.0.0.1')).toBe('no-route')
    expect(network.whyUnreachable('R1', '10.0.0.2')).toBe('no-route')
    expect(network.whyUnreachable('R2', '10.0.0.1', '30.0.0.2')).toBeUndefined()
  })
})

describe('a datagram that is larger than the MTU', () => {
  const large = { ...datagram('10.0.0.1', '20.0.0.2'), bytes: new Uint8Array(3000) }
  const run = (change: { readonly mtu?: number; readonly wire?: boolean; readonly host?: boolean }) => {
    const { mtu, wire = false, host = false } = change
    const network = new VirtualNetwork({ start })
    const seen: NetworkEvent[] = []
    for (const [name, address] of [
      ['R1', '10.0.0.1'],
      ['R2', '20.0.0.2'],
    ] as const)
      network.addHost({
        name,
        interfaces: [{ name: 'a', address, mask: MASK24 }],
        routes: [{ network: '0.0.0.0', mask: '0.0.0.0', via: 'a' }],
        dropsFragments: host && name === 'R2',
      })
    const ends = ['R1', 'R2'].map((name) => ({ host: name, interface: 'a' }))
    network.addLink({ ends, dropsFragments: wire, ...(mtu === undefined ? {} : { mtu }) })
    network.tap((event) => seen.push(event))
    network.listen('R2', () => {})
    network.send('R1', large)
    network.run()
    return { lost: network.losesFragments('R1', '20.0.0.2', '10.0.0.1', 3028), seen }
  }
  const kinds = ({ seen }: ReturnType<typeof run>): readonly string[] => seen.map(({ kind }) => kind)

  it('leaves in fragments and arrives whole', () => {
    const { seen, lost } = run({})
    expect(seen.map((event) => (event.kind === 'sent' ? event.packet.length : event.kind))).toEqual([
      1500,
      1500,
      68,
      'delivered',
    ])
    expect(lost).toBe(false)
  })

  it('is lost where the wire or the host throws fragments away, and passes where the MTU is larger', () => {
    for (const change of [{ wire: true }, { host: true }]) {
      expect(kinds(run(change))).toEqual(['sent', 'sent', 'sent', 'dropped'])
      expect(run(change).seen.at(-1)).toMatchObject({ host: 'R2', reason: 'fragment' })
      expect(run(change).lost).toBe(true)
    }
    expect(kinds(run({ wire: true, host: true, mtu: 3028 }))).toEqual(['sent', 'delivered'])
  })
})
