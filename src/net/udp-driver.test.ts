import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { RouterDatagram, RouterEffect } from '../router/index.ts'
import { type Driven, type DriverProblem, type DriverReport, UdpDriver, type UdpDriverOptions } from './udp-driver.ts'

/*
 * Two drivers on two loopback addresses, at ports that need no privilege, each with a device that records what reaches
 * it and answers with the effects it was given.
 */
const EAST = '127.0.0.1'
const WEST = '127.0.0.2'

interface Recording extends Driven {
  readonly received: RouterDatagram[]
  readonly expired: string[]
  readonly crls: unknown[]
}

const device = (
  answers: Partial<Record<'initiate' | 'receive' | 'expire', readonly RouterEffect[]>> = {},
): Recording => {
  const [received, expired, crls]: [RouterDatagram[], string[], unknown[]] = [[], [], []]
  return {
    received,
    expired,
    crls,
    initiate: () => answers.initiate ?? [],
    ping: () => [],
    clear: () => [],
    rekey: () => [],
    certificate: () => [],
    receive: (_, datagram) => {
      received.push(datagram)
      return answers.receive ?? []
    },
    expire: (_, timer) => {
      expired.push(timer)
      return answers.expire ?? []
    },
    crl: (_, answer) => {
      crls.push(answer)
      return []
    },
  }
}

const send = (from: string, to: string, port: number, bytes: Uint8Array): RouterEffect => ({
  kind: 'send',
  message: 'MM1',
  datagram: { protocol: 'udp', from: { address: from, port }, to: { address: to, port }, bytes },
})

const freePort = async (): Promise<number> => {
  const socket = createSocket('udp4').bind(0, EAST)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

const eventually = async (what: () => boolean): Promise<void> => {
  for (let tries = 0; !what(); tries++) {
    if (tries > 500) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('the UDP driver', () => {
  const running: UdpDriver[] = []
  const problems: DriverProblem[] = []
  const reports: DriverReport[] = []

  const driver = (address: string, router: Driven, more: Partial<UdpDriverOptions>): UdpDriver => {
    const made = new UdpDriver({
      router,
      address,
      onReport: (report) => reports.push(report),
      onProblem: (problem) => problems.push(problem),
      ...more,
    })
    running.push(made)
    return made
  }

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()))
    problems.length = 0
    reports.length = 0
  })

  it('carries datagrams between ports 500 and 4500 of the engine, whatever ports it has bound', async () => {
    const ports = { ike: await freePort(), natT: await freePort() }
    const west = device({ receive: [send(WEST, EAST, 4500, Uint8Array.of(2))] })
    const east = device({ initiate: [send(EAST, WEST, 500, Uint8Array.of(1))] })
    const [one, two] = [driver(EAST, east, { ports }), driver(WEST, west, { ports })]
    expect([await one.start(), await two.start()]).toEqual([{ ok: true }, { ok: true }])

    one.initiate('flow')
    await eventually(() => east.received.length > 0)

    expect(west.received).toEqual([
      {
        protocol: 'udp',
        from: { address: EAST, port: 500 },
        to: { address: WEST, port: 500 },
        bytes: Uint8Array.of(1),
      },
    ])
    expect(east.received).toEqual([
      {
        protocol: 'udp',
        from: { address: WEST, port: 4500 },
        to: { address: EAST, port: 4500 },
        bytes: Uint8Array.of(2),
      },
    ])
    expect(problems).toEqual([])
  })

  it('tells the router which timer ran out, and forgets the disarmed', async () => {
    const router = device({
      initiate: [
        { kind: 'arm', timer: '1:retransmit', after: 5 },
        { kind: 'arm', timer: '1:dpd', after: 5 },
        { kind: 'disarm', timer: '1:dpd' },
      ],
      expire: [{ kind: 'phase1', sa: 1, outcome: 'down' }],
    })
    driver(EAST, router, {}).initiate('flow')
    await eventually(() => reports.length > 0)
    expect(router.expired).toEqual(['1:retransmit'])
    expect(reports).toEqual([{ kind: 'phase1', sa: 1, outcome: 'down' }])
  })

  it('answers a request for a CRL that cannot be had', async () => {
    const issuer = { der: new Uint8Array(0), rdns: [], ios: 'cn=CA1' }
    const request = { via: 'cdp', url: 'http://127.0.0.1:1/', issuer, trustpoint: 'CA1' } as const
    const router = device({ initiate: [{ kind: 'fetch-crl', ike: 1, sa: 7, request }] })
    driver(EAST, router, {}).initiate('flow')
    await eventually(() => router.crls.length > 0)
    expect(router.crls).toEqual([
      { ike: 1, sa: 7, url: request.url, crl: { unreachable: expect.stringContaining('ECONNREFUSED') } },
    ])
  })

  it('reports what it cannot send: ESP outside UDP, a port it has not, an address it may not use', async () => {
    const esp = { address: WEST, port: 0 }
    const router = device({
      initiate: [
        { kind: 'send', message: 'ESP', datagram: { protocol: 'esp', from: esp, to: esp, bytes: new Uint8Array(8) } },
        send(EAST, WEST, 501, new Uint8Array(1)),
        send(EAST, '255.255.255.255', 500, new Uint8Array(1)),
      ],
    })
    const one = driver(EAST, router, { ports: { ike: await freePort(), natT: await freePort() } })
    await one.start()
    one.initiate('flow')
    await eventually(() => problems.length === 3)
    expect(problems.map(({ kind }) => kind)).toEqual(['raw-esp', 'send', 'send'])
  })

  it('says why it cannot start, and keeps no port', async () => {
    const ports = { ike: await freePort(), natT: await freePort() }
    const occupant = createSocket('udp4').bind(ports.natT, EAST)
    await once(occupant, 'listening')
    const result = await driver(EAST, device(), { ports }).start()
    expect(result).toEqual({ ok: false, detail: expect.stringContaining('EADDRINUSE') })
    occupant.close()
    await once(occupant, 'close')

    expect(await driver(EAST, device(), { ports }).start()).toEqual({ ok: true })
  })

  it('sends what it was given before it stops, and does nothing afterwards', async () => {
    const ports = { ike: await freePort(), natT: await freePort() }
    const west = device()
    const router = device({
      initiate: [send(EAST, WEST, 500, Uint8Array.of(1)), { kind: 'arm', timer: 'a', after: 20 }],
    })
    const [one, two] = [driver(EAST, router, { ports }), driver(WEST, west, { ports })]
    await one.start()
    await two.start()
    one.initiate('flow')
    await one.stop()
    one.initiate('flow')
    await eventually(() => west.received.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(router.expired).toEqual([])
    expect(west.received).toHaveLength(1)
  })
})
