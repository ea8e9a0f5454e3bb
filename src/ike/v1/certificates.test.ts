import { describe, expect, it } from 'vitest'
import { type End, type EndOptions, IkeV1Pair, otherEnd, policyOf } from '../../../test/support/ikev1-pair.ts'
import { caUrl, labCrl, labTrustpoint } from '../../../test/support/lab-certificates.ts'
import type { IkeV1Settings } from './context.ts'

/*
 *   MM1  HDR, SA                                 -->
 *                                                <--     MM2  HDR, SA
 *   MM3  HDR, KE, Ni, CERTREQ…, NAT-D            -->
 *                                                <--     MM4  HDR, KE, Nr, CERTREQ…, NAT-D
 *   MM5  HDR*, IDii, CERT, SIG_I                 -->
 *                                                <--     MM6  HDR*, IDir, CERT, SIG_R
 */

const signing = (
  end: End,
  kind: 'rsa' | 'ec' = 'rsa',
  more: { readonly check?: boolean; readonly ca?: string; readonly settings?: Partial<IkeV1Settings> } = {},
): EndOptions => ({
  selection: {
    keyrings: [],
    policies: [policyOf({ authentication: kind === 'rsa' ? 'rsa-sig' : 'ecdsa-sig', group: 19, hash: 'sha256' })],
    store: { trustpoints: [labTrustpoint(end, kind, more)] },
  },
  ...(more.settings ? { settings: more.settings } : {}),
})

const both = (
  ...more: Parameters<typeof signing> extends [End, ...infer Rest] ? Rest : never
): Record<End, EndOptions> => ({
  A: signing('A', ...more),
  B: signing('B', ...more),
})

describe.each(['rsa', 'ec'] as const)('main mode with %s signatures', (kind) => {
  it.each(['A', 'B'] as const)('comes up with %s as initiator; each knows the other by its certificate', (end) => {
    const pair = new IkeV1Pair(both(kind))
    pair.initiate(end)
    for (const one of ['A', 'B'] as const) {
      expect(pair.established(one)).toMatchObject({
        ownTrustpoint: 'TP',
        peerCertificate: { serial: otherEnd(one) === 'A' ? '0A' : '0B' },
      })
      expect(pair.data(one, 'ike:signature_checked')).toEqual([{ good: true, kind: 'SIG' }])
    }
    expect(pair.ledgers.A.keys('out')).toEqual(pair.ledgers.B.keys('in'))
    expect(pair.established('A').keys).toEqual(pair.established('B').keys)
  })
})

describe('certificates that do not serve', () => {
  it('of another CA at the initiator: it has none for the CERTREQ of MM4, and says nothing more', () => {
    const pair = new IkeV1Pair({ A: signing('A', 'rsa', { ca: 'cn=Other,o=lab' }), B: signing('B') })
    pair.initiate('A')
    expect(pair.ladder()).toEqual(['A MM1', 'B MM2', 'A MM3', 'B MM4'])
    expect(pair.data('A', 'ike:rejected')).toMatchObject([{ message: 'MM4', code: 'no-certificate-for-any-request' }])
    pair.advance(120_000)
    expect(pair.sessions('B')).toMatchObject([{ state: 'DEAD', diedIn: 'MM_KEY_EXCH' }])
  })

  it('of the other kind of key: no policy is common', () => {
    const pair = new IkeV1Pair({ A: signing('A', 'rsa'), B: signing('B', 'ec') })
    pair.initiate('A')
    expect(pair.data('B', 'ike:rejected')).toMatchObject([{ code: 'no-common-policy' }])
  })
})

describe('a CRL that has to be fetched', () => {
  const waiting = (): IkeV1Pair => {
    const pair = new IkeV1Pair({ A: signing('A', 'rsa', { check: true }), B: signing('B', 'rsa', { check: true }) })
    pair.initiate('A')
    return pair
  }
  const requestAt = (pair: IkeV1Pair, end: End): { readonly sa: number; readonly url: string } => {
    const request = pair.effects[end].findLast((effect) => effect.kind === 'fetch-crl')
    if (request?.kind !== 'fetch-crl') throw new Error('no CRL was asked for')
    return { sa: request.sa, url: request.request.url }
  }

  it('halts MM5, then MM6; both go on with its answer, and every step is told once', () => {
    const pair = waiting()
    expect(pair.sent('B', 'MM6')).toEqual([])
    expect(requestAt(pair, 'B').url).toBe(caUrl)
    pair.crl('B', { ...requestAt(pair, 'B'), crl: labCrl([]) })
    expect(pair.sent('B', 'MM6')).toHaveLength(1)
    expect(pair.live('A')).toMatchObject([{ state: 'I_MM5' }])
    pair.crl('A', { ...requestAt(pair, 'A'), crl: labCrl([]) })
    expect(pair.ledgers.A.keys('out')).toEqual(pair.ledgers.B.keys('in'))
    expect(pair.ledgers.A.keys('out')).toHaveLength(1)
    for (const end of ['A', 'B'] as const) {
      expect(pair.data(end, 'ike:peer_identity')).toHaveLength(1)
      expect(pair.data(end, 'ike:peer_certificate')).toHaveLength(1)
      expect(pair.data(end, 'pki:validation_begun')).toHaveLength(1)
      expect(pair.data(end, 'ike:signature_checked')).toHaveLength(1)
    }
  })

  it('is not asked for again while it is on its way, whatever the peer repeats', () => {
    const pair = waiting()
    pair.advance(20_000)
    expect(pair.sent('A', 'MM5').length).toBeGreaterThan(1)
    expect(pair.effects.B.filter(({ kind }) => kind === 'fetch-crl')).toHaveLength(1)
    pair.crl('B', { ...requestAt(pair, 'B'), crl: labCrl([]) })
    pair.crl('A', { ...requestAt(pair, 'A'), crl: labCrl([]) })
    expect(pair.ledgers.A.keys('out')).toHaveLength(1)
  })

  it('is kept: the next negotiation does not ask', () => {
    const pair = waiting()
    for (const end of ['B', 'A'] as const) pair.crl(end, { ...requestAt(pair, end), crl: labCrl([]) })
    const { id } = pair.established('A')
    pair.run('A', (endpoint, now) => endpoint.clear(now, id))
    pair.initiate('A')
    expect(pair.ledgers.A.keys('out')).toHaveLength(1)
    expect(pair.effects.A.filter(({ kind }) => kind === 'fetch-crl')).toHaveLength(1)
  })

  it.each([
    ['that revokes the peer', { crl: labCrl(['A']) }, 'revoked'],
    ['that cannot be had', { crl: { unreachable: 'no answer' } }, 'revocation-status-unknown'],
  ])('%s ends with the peer refused; it gets no MM6', (_, answer, code) => {
    const pair = waiting()
    pair.crl('B', { ...requestAt(pair, 'B'), ...answer })
    expect(pair.data('B', 'ike:rejected')).toMatchObject([{ message: 'MM5', code }])
    pair.advance(120_000)
    expect(pair.sent('B', 'MM6')).toEqual([])
    for (const end of ['A', 'B'] as const)
      expect(pair.sessions(end)).toMatchObject([{ state: 'DEAD', diedIn: 'MM_KEY_EXCH' }])
  })

  it('that comes after the session has ended is kept, and wakes nobody', () => {
    const pair = waiting()
    const request = requestAt(pair, 'B')
    pair.lose(['MM5'])
    pair.advance(200_000)
    expect(pair.live('B')).toEqual([])
    pair.crl('B', { ...request, crl: labCrl([]) })
    expect(pair.live('B')).toEqual([])
    expect(pair.sent('B', 'MM6')).toEqual([])
  })

  it('of the responder refused by the initiator leaves the half-open SA that IOS leaves', () => {
    const pair = waiting()
    pair.crl('B', { ...requestAt(pair, 'B'), crl: labCrl([]) })
    pair.crl('A', { ...requestAt(pair, 'A'), crl: labCrl(['B']) })
    expect(pair.data('A', 'ike:rejected')).toMatchObject([{ message: 'MM6', code: 'revoked' }])
    pair.advance(120_000)
    expect(pair.live('A')).toEqual([])
    expect(pair.established('B').children).toEqual([])
  })
})

describe('fragments', () => {
  const settings = { fragmentation: true, fragmentSize: 300 }

  it.each(['A', 'B'] as const)('carry MM5 and MM6 where both ends announce them, %s begins', (end) => {
    const pair = new IkeV1Pair(both('rsa', { settings }))
    pair.initiate(end)
    expect(pair.ledgers.A.keys('out')).toHaveLength(1)
    const [first] = pair.sent(end, 'MM5')
    expect(pair.sent(end, 'MM5').length).toBeGreaterThan(2)
    expect(first?.bytes.length).toBeLessThanOrEqual(300)
  })

  it('are not sent to a peer that has not announced them', () => {
    const pair = new IkeV1Pair({ A: signing('A', 'rsa', { settings }), B: signing('B') })
    pair.initiate('A')
    expect(pair.sent('A', 'MM5')).toHaveLength(1)
    expect(pair.ledgers.A.keys('out')).toHaveLength(1)
  })

  it.each([
    ['in reverse', (count: number) => Array.from({ length: count }, (_, index) => count - 1 - index)],
    ['twice each', (count: number) => Array.from({ length: 2 * count }, (_, index) => index >> 1)],
  ])('may come %s', (_, order) => {
    const pair = new IkeV1Pair(both('rsa', { settings }))
    pair.lose(['MM5'])
    pair.initiate('A')
    pair.lose([])
    const pieces = pair.sent('A', 'MM5')
    for (const index of order(pieces.length)) {
      const piece = pieces[index]
      if (piece) pair.inject('B', piece)
    }
    expect(pair.ledgers.A.keys('out')).toHaveLength(1)
  })

  it('one of which is lost are sent again, all of them', () => {
    const pair = new IkeV1Pair(both('rsa', { settings }))
    let seen = 0
    pair.tap = (datagram) => {
      if (datagram.message === 'MM5') seen += 1
      return datagram.message === 'MM5' && seen === 2 ? [] : [datagram]
    }
    pair.initiate('A')
    expect(pair.ledgers.A.keys('out')).toEqual([])
    pair.advance(10_000)
    expect(pair.ledgers.A.keys('out')).toHaveLength(1)
  })

  it('carry an answer that is given again, too', () => {
    const pair = new IkeV1Pair(both('rsa', { settings }))
    pair.lose(['MM6'])
    pair.initiate('A')
    pair.lose([])
    const before = pair.sent('B', 'MM6').length
    pair.advance(10_000)
    const again = pair.sent('B', 'MM6').slice(before)
    expect(again.length).toBeGreaterThan(2)
    for (const { bytes } of again) expect(bytes.length).toBeLessThanOrEqual(300)
    expect(pair.ledgers.A.keys('out')).toHaveLength(1)
  })
})
