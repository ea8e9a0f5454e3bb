import { describe, expect, it } from 'vitest'
import { counting, flowOf, here, host, network, there, transformSet } from '../../test/support/ipsec.ts'
import { lineAt } from '../../test/support/selection-stubs.ts'
import type { QuickModeOffer, QuickModePort } from '../ike/index.ts'
import { offerProposals, type ProtectedFlow } from '../ipsec/index.ts'
import { defaultKnobs } from '../selection/index.ts'
import { quickModePort } from './quick-mode-port.ts'

const spi = counting(4)
const responderSpi = counting(4, 0x50)
const flow = flowOf({ isakmpProfile: { name: 'prof1', at: lineAt(21) } })

const port = (...flows: readonly ProtectedFlow[]): QuickModePort => quickModePort(flows, defaultKnobs)

const offerOf = (one: ProtectedFlow, udpEncapsulation = false): QuickModeOffer => {
  const offer = port(one).offer(one.name, { spi, udpEncapsulation })
  if ('refused' in offer) throw new Error(offer.refused)
  return offer
}

const question = (offer: QuickModeOffer, more: Partial<Parameters<QuickModePort['answer']>[0]> = {}) => ({
  local: here,
  peer: there,
  boundProfile: 'prof1',
  localProxy: offer.remoteProxy,
  remoteProxy: offer.localProxy,
  proposals: offer.proposals,
  offeredGroup: offer.pfsGroup,
  spi: responderSpi,
  udpEncapsulation: false,
  ...more,
})

const names = (events: readonly { readonly name: string }[]): readonly string[] => events.map(({ name }) => name)

describe('an offer', () => {
  it('is what the flow protects with', () => {
    expect(offerOf(flow)).toMatchObject({
      flow: flow.name,
      localProxy: flow.localProxy,
      remoteProxy: flow.remoteProxy,
      proposals: offerProposals(flow, spi, false),
      pfsGroup: null,
    })
    expect(names(offerOf(flow).events)).toEqual(['ipsec:sa_requested'])
  })

  it('is refused without a transform set, or without the flow', () => {
    const bare = flowOf({ transformSets: [] })
    expect(port(bare).offer(bare.name, { spi, udpEncapsulation: false })).toEqual({
      refused: 'Tunnel1-head-0 names no transform set',
    })
    expect(port().offer('Tunnel7', { spi, udpEncapsulation: false })).toEqual({ refused: 'there is no flow Tunnel7' })
  })
})

describe('an answer', () => {
  it('accepts what fits, under its own SPI, and says what was looked at', () => {
    const answer = port(flow).answer(question(offerOf(flow)))
    expect(answer).toMatchObject({
      accepted: true,
      child: {
        flow: flow.name,
        encryption: 'esp-aes 128',
        authentication: 'esp-sha256-hmac',
        transform: 'esp-aes esp-sha256-hmac',
        mode: 'tunnel',
        keyLength: 16 + 32,
        pfsGroup: null,
      },
      proposal: { number: 1, spi: responderSpi },
    })
    expect(names(answer.events)).toEqual([
      'ipsec:map_checked',
      'ike:decision',
      'ike:qm_transform_checked',
      'ipsec:proposal_validated',
    ])
  })

  it('covers the part of a crypto map entry that was proposed', () => {
    const map = flowOf({
      kind: 'crypto-map',
      localProxy: network('10.1.0.0', '255.255.255.0'),
      remoteProxy: network('10.2.0.0', '255.255.255.0'),
    })
    const part = { localProxy: host('10.1.0.7'), remoteProxy: host('10.2.0.7') }
    expect(port(map).answer(question(offerOf(map), part))).toMatchObject({ accepted: true, child: part })
  })

  it.each([
    ['another profile was bound', { boundProfile: 'prof2' }, 'profile-did-not-match', 32],
    ['other proxies are proposed', { localProxy: host(here) }, 'proxy-identities-not-supported', 32],
    ['it came from another peer', { peer: '203.0.113.9' }, 'proxy-identities-not-supported', 32],
    [
      'no transform set is equal',
      {
        proposals: offerProposals(
          flowOf({ transformSets: [transformSet('X', 'esp-3des', 'esp-md5-hmac')] }),
          spi,
          false,
        ),
      },
      'transform-mismatch',
      256,
    ],
    ['nothing is proposed', { proposals: [] }, 'transform-mismatch', 256],
  ])('refuses when %s', (_, more, code, error) => {
    expect(port(flow).answer(question(offerOf(flow), more))).toMatchObject({ accepted: false, code, error })
  })

  it('names perfect forward secrecy where only that is missing', () => {
    const strict = { ...flow, pfs: 14 as const }
    expect(port(strict).answer(question(offerOf(flow)))).toMatchObject({ accepted: false, code: 'pfs-mismatch' })
  })
})

describe('what comes back to the initiator', () => {
  const confirm = (returned: QuickModeOffer['proposals'], offer = offerOf(flow)) =>
    port(flow).confirm({ offer, returned, local: here, peer: there, udpEncapsulation: false })

  it('is confirmed where it was offered', () => {
    const returned = offerOf(flow).proposals.map((proposal) => ({ ...proposal, spi: responderSpi }))
    expect(confirm(returned)).toMatchObject({ accepted: true, proposal: { spi: responderSpi } })
  })

  it.each([
    ['nothing', []],
    [
      'another algorithm',
      offerProposals(flowOf({ transformSets: [transformSet('X', 'esp-des', 'esp-md5-hmac')] }), spi, false),
    ],
  ])('is refused where it is %s', (_, returned) => {
    expect(confirm(returned)).toMatchObject({ accepted: false, code: 'chosen-transform-was-not-offered', error: 256 })
  })
})
