import type { AgreedChild, ProxyIdentity, QuickModeAnswer, QuickModePort } from '../../src/ike/index.ts'
import type { Attribute, Proposal } from '../../src/wire/index.ts'

/** The least that quick mode needs of `ipsec/`: one transform, ESP with AES-128 and SHA-1, for any flow. */

const anyone: ProxyIdentity = { address: '0.0.0.0', mask: '0.0.0.0', protocol: 0, port: 0 }
const espAes = 12
const groupAttribute = 3
const tunnelAes128Sha: readonly Attribute[] = [
  { form: 'basic', type: 4, value: 1 },
  { form: 'basic', type: 6, value: 128 },
  { form: 'basic', type: 5, value: 2 },
]

const proposalOf = (spi: Uint8Array, pfsGroup: number | null): Proposal => ({
  number: 1,
  protocolId: 3,
  spi,
  transforms: [
    {
      number: 1,
      id: espAes,
      attributes: [
        ...tunnelAes128Sha,
        ...(pfsGroup === null ? [] : [{ form: 'basic' as const, type: groupAttribute, value: pfsGroup }]),
      ],
    },
  ],
})

const refused = (detail: string): QuickModeAnswer => ({
  accepted: false,
  code: 'transform-mismatch',
  detail,
  error: 256,
  events: [],
})

export const quickModeStub = (settings: {
  readonly pfsGroup: number | null
  readonly seconds: number
}): QuickModePort => {
  const childOf = (flow: string): AgreedChild => ({
    flow,
    localProxy: anyone,
    remoteProxy: anyone,
    encryption: 'esp-aes 128',
    authentication: 'esp-sha-hmac',
    transform: 'esp-aes esp-sha-hmac',
    mode: 'tunnel',
    keyLength: 36,
    seconds: settings.seconds,
    kilobytes: 4_608_000,
    pfsGroup: settings.pfsGroup,
  })
  return {
    offer: (flow, { spi }) =>
      flow === 'unknown'
        ? { refused: 'there is no such flow' }
        : {
            flow,
            localProxy: anyone,
            remoteProxy: anyone,
            proposals: [proposalOf(spi, settings.pfsGroup)],
            pfsGroup: settings.pfsGroup,
            events: [],
          },
    answer: ({ proposals, offeredGroup, spi }) => {
      const esp = proposals.find(({ protocolId, transforms }) => protocolId === 3 && transforms[0]?.id === espAes)
      if (!esp) return refused('no ESP proposal with AES')
      if (offeredGroup !== settings.pfsGroup) return refused('another group of perfect forward secrecy')
      return {
        accepted: true,
        child: childOf('flow'),
        proposal: { ...proposalOf(spi, settings.pfsGroup), number: esp.number },
        events: [],
      }
    },
    confirm: ({ offer, returned: [proposal] }) =>
      proposal?.protocolId === 3 &&
      JSON.stringify(proposal.transforms) === JSON.stringify(offer.proposals[0]?.transforms)
        ? { accepted: true, child: childOf(offer.flow), proposal, events: [] }
        : refused('what came back was not offered'),
  }
}
