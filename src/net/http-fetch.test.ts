import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { fetchOverHttp } from './http-fetch.ts'

describe('fetching a CRL over HTTP', () => {
  const servers: Server[] = []

  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.crl?of=CA1`
  }
  const limits = { timeout: 5_000, maxLength: 1_000, signal: new AbortController().signal }

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  it('asks for path and query once and returns the body', async () => {
    const asked: (string | undefined)[] = []
    const url = await serve((request, response) => {
      asked.push(request.url)
      response.end(Buffer.alloc(1_000, 7))
    })
    const answer = await fetchOverHttp(url, limits)
    expect(answer).toEqual({ status: 200, body: Buffer.alloc(1_000, 7) })
    expect(asked).toEqual(['/list.crl?of=CA1'])
  })

  it('hands on a status other than 200 and follows no redirect', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end())
    expect(await fetchOverHttp(url, limits)).toMatchObject({ status: 302 })
  })

  it('gives up on a body above the limit', async () => {
    const url = await serve((_, response) => response.end(Buffer.alloc(1_001)))
    expect(await fetchOverHttp(url, limits)).toEqual({ unreachable: 'more than 1000 octets' })
  })

  it('gives up on a server that trickles', async () => {
    const url = await serve((_, response) => {
      const trickle = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(trickle))
    })
    expect(await fetchOverHttp(url, { ...limits, timeout: 200 })).toEqual({ unreachable: 'no answer within 200 ms' })
  })

  it('ends when it is told to', async () => {
    const stop = new AbortController()
    const url = await serve(() => stop.abort())
    expect(await fetchOverHttp(url, { ...limits, signal: stop.signal })).toHaveProperty('unreachable')
  })

  it.each([
    ['a port where nobody serves', 'http://127.0.0.1:1/', /ECONNREFUSED/],
    ['another scheme', 'ldap://127.0.0.1/cn=CA1', /not an http URL/],
    ['no URL', 'CA1', /not an http URL/],
  ])('says why not: %s', async (_, url, why) => {
    expect(await fetchOverHttp(url, limits)).toEqual({ unreachable: expect.stringMatching(why) })
  })
})
