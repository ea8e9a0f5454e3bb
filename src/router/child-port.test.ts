import { describe, expect, it } from 'vitest'
import { anything, counting, flowOf, here, host, network, there, transformSet } from '../../test/support/ipsec.ts'
import { lineAt } from '../../test/support/selection-stubs.ts'
import type { ChildOffer, ChildPort } from '../ike/index.ts'
import { answerSelectors, offerChildProposals, offerSelectors, type ProtectedFlow } from '../ipsec/index.ts'
import { defaultKnobs } from '../selection/index.ts'
import { childPort } from './child-port.ts'

const spi = counting(4)
const theirSpi = counting(4, 0x50)
const flow = flowOf({ ikev2Profile: { name: 'profile1', at: lineAt(21) } })
const withPfs = { ...flow, pfs: 14 as const }

const port = (...flows: readonly ProtectedFlow[]): ChildPort => childPort(flows, defaultKnobs)

const offerOf = (one: ProtectedFlow, keyExchange = false): ChildOffer => {
  const offer = port(one).offer(one.name, { spi, keyExchange })
  if ('refused' in offer) throw new Error(offer.refused)
  return offer
}

const ask = (offer: ChildOffer, more: Partial<Parameters<ChildPort['answer']>[0]> = {}) => ({
  local: here,
  peer: there,
  boundProfile: 'profile1',
  proposals: offer.proposals,
  tsi: offer.tsi,
  tsr: offer.tsr,
  transport: offer.transport,
  group: offer.group,
  keyExchange: false,
  spi: theirSpi,
  udpEncapsulation: false,
  ...more,
})

const names = (events: readonly { readonly name: string }[]): readonly string[] => events.map(({ name }) => name)

describe('an offer', () => {
  it('is all that the flow protects, without a group in IKE_AUTH', () => {
    const offer = offerOf(withPfs)
    expect(offer).toMatchObject({ ...offerSelectors(flow), flow: flow.name, transport: false, group: null })
    expect(offer.proposals).toEqual(offerChildProposals(withPfs, spi, false))
    expect(names(offer.events)).toEqual(['ipsec:sa_requested', 'ike:v2_proposal_sent'])
  })

  it('names the group of perfect forward secrecy in CREATE_CHILD_SA', () => {
    expect(offerOf(withPfs, true)).toMatchObject({ group: 14, proposals: offerChildProposals(withPfs, spi, true) })
  })

  it('is refused without a transform set, or without the flow', () => {
    const bare = flowOf({ transformSets: [] })
    expect(port(bare).offer(bare.name, { spi, keyExchange: false })).toHaveProperty('refused')
    expect(port().offer('Tunnel7', { spi, keyExchange: false })).toEqual({ refused: 'there is no flow Tunnel7' })
  })
})

describe('an answer', () => {
  it('accepts what fits, under its own SPI, and says what was looked at', () => {
    const answer = port(flow).answer(ask(offerOf(flow)))
    expect(answer).toMatchObject({
      accepted: true,
      child: { flow: flow.name, encryption: 'esp-aes 128', keyLength: 16 + 32, pfsGroup: null, mode: 'tunnel' },
      proposal: { number: 1, spi: theirSpi },
      ...answerSelectors(flow),
    })
    expect(names(answer.events)).toEqual([
      'ipsec:map_checked',
      'ike:decision',
      'ike:v2_proposal_checked',
      'ipsec:proposal_validated',
    ])
  })

  it('narrows to its own flow, and the child covers just that', () => {
    const inside = network('10.1.0.0', '255.255.255.0')
    const map = { ...flow, kind: 'crypto-map' as const, localProxy: inside }
    const answer = port(map).answer(ask(offerOf(flow)))
    expect(answer).toMatchObject({
      accepted: true,
      child: { localProxy: inside, remoteProxy: anything },
      ...answerSelectors({ localProxy: inside, remoteProxy: anything }),
    })
  })

  it.each([
    ['another profile was bound', { boundProfile: 'profile3' }, 'profile-did-not-match', 'TS_UNACCEPTABLE'],
    ['it came from another peer', { peer: '203.0.113.9' }, 'proxy-identities-not-supported', 'TS_UNACCEPTABLE'],
    ['no selector can be chosen', { tsi: [] }, 'proxy-identities-not-supported', 'TS_UNACCEPTABLE'],
    ['nothing is proposed', { proposals: [] }, 'transform-mismatch', 'NO_PROPOSAL_CHOSEN'],
    [
      'no transform set is equal',
      {
        proposals: offerChildProposals(
          flowOf({ transformSets: [transformSet('X', 'esp-gcm 256', undefined)] }),
          spi,
          false,
        ),
      },
      'transform-mismatch',
      'NO_PROPOSAL_CHOSEN',
    ],
  ])('refuses when %s', (_, more, code, notify) => {
    expect(port(flow).answer(ask(offerOf(flow), more))).toMatchObject({ accepted: false, code, notify })
  })

  it.each([
    // the group of the KE payload, and what comes of it
    [14, { accepted: true, child: { pfsGroup: 14 } }],
    [19, { accepted: false, notify: 'INVALID_KE_PAYLOAD', group: 14 }],
    [null, { accepted: false, notify: 'INVALID_KE_PAYLOAD', group: 14 }],
  ])('in CREATE_CHILD_SA asks for the group that it chose: KE of group %s', (group, expected) => {
    const offer = offerOf(withPfs, true)
    expect(port(withPfs).answer(ask(offer, { keyExchange: true, group }))).toMatchObject(expected)
  })

  it('demands perfect forward secrecy in CREATE_CHILD_SA where the flow does, and not in IKE_AUTH', () => {
    expect(port(withPfs).answer(ask(offerOf(flow), { keyExchange: true }))).toMatchObject({
      accepted: false,
      code: 'pfs-mismatch',
      notify: 'NO_PROPOSAL_CHOSEN',
    })
    expect(port(withPfs).answer(ask(offerOf(flow)))).toMatchObject({ accepted: true })
  })

  it('echoes transport mode where both ends want it', () => {
    const set = transformSet('TS', 'esp-aes 128', 'esp-sha256-hmac', 'transport')
    const ends = { ...flow, localProxy: host(here, 47), remoteProxy: host(there, 47), transformSets: [set] }
    const mirrored = { ...ends, localProxy: host(there, 47), remoteProxy: host(here, 47) }
    const request = ask({ ...offerOf(flow), ...offerSelectors(mirrored) }, { transport: true })
    expect(port(ends).answer(request)).toMatchObject({ accepted: true, transport: true, child: { mode: 'transport' } })
    expect(port(ends).answer({ ...request, transport: false })).toMatchObject({
      transport: false,
      child: { mode: 'tunnel' },
    })
  })
})

describe('what comes back to the initiator', () => {
  const confirm = (more: Partial<Parameters<ChildPort['confirm']>[0]> = {}) => {
    const offer = offerOf(flow)
    const returned = offer.proposals.map((proposal) => ({ ...proposal, spi: theirSpi }))
    return port(flow).confirm({
      offer,
      returned,
      tsi: offer.tsi,
      tsr: offer.tsr,
      transport: false,
      local: here,
      peer: there,
      udpEncapsulation: false,
      ...more,
    })
  }

  it('is confirmed where it was offered, under the SPI of the responder', () => {
    expect(confirm()).toMatchObject({ accepted: true, proposal: { spi: theirSpi }, child: { localProxy: anything } })
  })

  it('is confirmed where it is a part, and the child covers just that', () => {
    const { tsr } = offerSelectors({ localProxy: anything, remoteProxy: host('10.2.0.9') })
    expect(confirm({ tsr })).toMatchObject({ accepted: true, child: { remoteProxy: host('10.2.0.9') } })
  })

  it('is refused where it was not offered', () => {
    const other = offerChildProposals(
      flowOf({ transformSets: [transformSet('X', 'esp-des', 'esp-md5-hmac')] }),
      theirSpi,
      false,
    )
    expect(confirm({ returned: other })).toMatchObject({ accepted: false, code: 'chosen-transform-was-not-offered' })
    expect(confirm({ returned: [] })).toMatchObject({ accepted: false, code: 'chosen-transform-was-not-offered' })
    expect(confirm({ tsi: [] })).toMatchObject({ accepted: false, code: 'returned-selectors-were-not-offered' })
    expect(confirm({ transport: true })).toMatchObject({ accepted: false })
  })
})
