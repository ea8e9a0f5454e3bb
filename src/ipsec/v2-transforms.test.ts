import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  authenticationNames,
  combinedNames,
  counting,
  encryptionNames,
  flowOf,
  here,
  host,
  there,
  transformSet,
} from '../../test/support/ipsec.ts'
import { type IkeV2Proposal, type IkeV2Transform, u32Bytes } from '../wire/index.ts'
import type { ProtectedFlow } from './flows.ts'
import { ikeV2TransformNames } from './v2-transform-names.ts'
import {
  acceptReturnedChild,
  asksForTransport,
  type ChildExchange,
  type ChildProposalChoice,
  chooseChildProposal,
  offerChildProposals,
} from './v2-transforms.ts'

const spi = u32Bytes(0x01020304)
const auth: ChildExchange = { keyExchange: false, group: null, transport: false }
const child = (group: number | null): ChildExchange => ({ keyExchange: true, group, transport: false })

const t = (type: number, id: number, keyBits?: number): IkeV2Transform => ({
  type,
  id,
  attributes: keyBits === undefined ? [] : [{ form: 'basic', type: 14, value: keyBits }],
})
const [aes128, aes256, gcm128] = [t(1, 12, 128), t(1, 12, 256), t(1, 20, 128)]
const [sha1, sha256, noInteg] = [t(3, 2), t(3, 12), t(3, 0)]
const [noEsn, esn] = [t(5, 0), t(5, 1)]

const proposalOf = (transforms: readonly IkeV2Transform[], more: Partial<IkeV2Proposal> = {}): IkeV2Proposal => ({
  number: 1,
  protocolId: 3,
  spi,
  transforms,
  ...more,
})
const choose = (transforms: readonly IkeV2Transform[], flow = flowOf(), exchange = auth): ChildProposalChoice =>
  chooseChildProposal(flow, [proposalOf(transforms)], exchange)
const verdict = ({ checked }: ChildProposalChoice): string => checked.at(-1)?.verdict ?? 'nothing'

describe('what is offered', () => {
  it('is one proposal for each transform set, in order', () => {
    const flow = flowOf({
      transformSets: [transformSet('A', 'esp-aes 256', 'esp-sha-hmac'), transformSet('B', 'esp-gcm 128', undefined)],
      pfs: 14,
    })
    expect(offerChildProposals(flow, spi, false)).toEqual([
      { number: 1, protocolId: 3, spi, transforms: [aes256, sha1, noEsn] },
      { number: 2, protocolId: 3, spi, transforms: [gcm128, noEsn] },
    ])
    expect(offerChildProposals(flow, spi, true)[0]?.transforms).toEqual([aes256, sha1, t(4, 14), noEsn])
  })

  it('has the numbers of IKEv2: AES-GMAC is 21 there and 23 in IKEv1', () => {
    const flow = flowOf({ transformSets: [transformSet('G', 'esp-gmac 256', undefined)] })
    expect(offerChildProposals(flow, spi, false)[0]?.transforms).toEqual([t(1, 21, 256), noEsn])
  })

  it('is chosen by a peer with the same transform set, and its answer is accepted', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...encryptionNames, ...combinedNames),
        fc.option(fc.constantFrom(...authenticationNames)),
        fc.constantFrom(undefined, 1, 2, 5, 14, 15, 16, 19, 20, 21, 24),
        fc.boolean(),
        (encryption, authentication, pfs, keyExchange) => {
          fc.pre(encryption !== 'esp-null' || authentication !== null)
          const flow = flowOf({
            transformSets: [transformSet('TS', encryption, authentication ?? undefined)],
            ...(pfs === undefined ? {} : { pfs: pfs as NonNullable<ProtectedFlow['pfs']> }),
          })
          const exchange = keyExchange ? child(pfs ?? null) : auth
          const proposals = offerChildProposals(flow, spi, keyExchange)
          const { choice } = chooseChildProposal(flow, proposals, exchange)
          expect(choice).toMatchObject({
            encryption,
            authentication: combinedNames.includes(encryption) ? null : authentication,
            pfsGroup: keyExchange ? (pfs ?? null) : null,
            proposal: proposals[0],
          })
          const returned = choice ? [{ ...choice.proposal, spi: counting(4, 9) }] : []
          const accepted = acceptReturnedChild(flow, { proposals, transport: false }, returned, exchange)
          expect(accepted.choice).toMatchObject({ encryption, pfsGroup: choice?.pfsGroup, proposal: returned[0] })
        },
      ),
      { seed: 7296, numRuns: 300 },
    )
  })
})

describe('the choice among transforms', () => {
  const gcm = flowOf({ transformSets: [transformSet('G', 'esp-gcm 128', undefined)] })

  it('takes one of each type out of many, and returns only these', () => {
    const { choice } = choose([aes256, gcm128, aes128, sha1, sha256, esn, noEsn])
    expect(choice?.proposal.transforms).toEqual([aes128, sha256, noEsn])
  })

  it.each([
    ['as the transform set says', [aes128, sha256, noEsn], 'acceptable'],
    ['another key length', [aes256, sha256, noEsn], 'encryption'],
    ['no key length, which AES needs', [t(1, 12), sha256, noEsn], 'encryption'],
    ['a cipher that is not known', [t(1, 99), sha256, noEsn], 'encryption'],
    ['another authenticator', [aes128, sha1, noEsn], 'authentication'],
    ['no authenticator', [aes128, noEsn], 'authentication'],
    ['an authenticator with a key length', [aes128, t(3, 12, 256), noEsn], 'authentication'],
    ['only extended sequence numbers', [aes128, sha256, esn], 'extended-sequence-numbers'],
    ['nothing about sequence numbers', [aes128, sha256], 'extended-sequence-numbers'],
    ['a transform of PRF', [aes128, sha256, t(2, 5), noEsn], 'transform-type'],
    ['a transform type that is not known (§3.3.6)', [aes128, sha256, noEsn, t(200, 1)], 'transform-type'],
    ['an additional key exchange (RFC 9370)', [aes128, sha256, noEsn, t(6, 35)], 'transform-type'],
    ['nothing', [], 'encryption'],
  ])('%s', (_, transforms, expected) => {
    expect(verdict(choose(transforms))).toBe(expected)
  })

  it('passes over a transform with an attribute that is not known, and takes another', () => {
    const strange: IkeV2Transform = {
      ...aes128,
      attributes: [...aes128.attributes, { form: 'basic', type: 77, value: 1 }],
    }
    const long: IkeV2Transform = { ...aes128, attributes: [{ form: 'variable', type: 14, value: u32Bytes(128) }] }
    expect(verdict(choose([strange, long, sha256, noEsn]))).toBe('encryption')
    expect(choose([strange, long, aes128, sha256, noEsn]).choice?.proposal.transforms[0]).toBe(aes128)
  })

  it.each([
    ['no authenticator', [gcm128, noEsn], 'acceptable'],
    ['the authenticator "none"', [gcm128, noInteg, noEsn], 'acceptable'],
    ['an authenticator or none', [gcm128, sha256, noInteg, noEsn], 'acceptable'],
    ['an authenticator only (§3.3.3)', [gcm128, sha256, noEsn], 'authentication'],
  ])('with AES-GCM: %s', (_, transforms, expected) => {
    expect(verdict(choose(transforms, gcm))).toBe(expected)
  })

  it('never chooses what protects nothing (E2)', () => {
    const idle = flowOf({ transformSets: [transformSet('N', 'esp-null', undefined)] })
    expect(choose([t(1, 11), noInteg, noEsn], idle).choice).toBeNull()
  })
})

describe('proposals', () => {
  it.each([
    ['of AH', { protocolId: 2 }, 'not-esp'],
    ['with the SPI of an IKE SA', { spi: new Uint8Array(8) }, 'spi'],
    ['with a reserved SPI', { spi: u32Bytes(255) }, 'spi'],
    ['without an SPI', { spi: new Uint8Array(0) }, 'spi'],
  ])('%s are passed over', (_, more, expected) => {
    const bad = proposalOf([aes128, sha256, noEsn], more)
    const good = proposalOf([aes128, sha256, noEsn], { number: 2 })
    const { choice, checked } = chooseChildProposal(flowOf(), [bad, good], auth)
    expect(checked.map(({ verdict: each }) => each)).toEqual([expected, 'acceptable'])
    expect(choice?.proposal.number).toBe(2)
  })

  it('are compared with every transform set, in the order of the proposals', () => {
    const flow = flowOf({ transformSets: [transformSet('A', 'esp-3des', 'esp-sha-hmac'), ...flowOf().transformSets] })
    const { choice, checked } = choose([aes128, sha256, noEsn], flow)
    expect(checked.map(({ transformSet: set, verdict: each }) => [set, each])).toEqual([
      ['A', 'encryption'],
      ['TS', 'acceptable'],
    ])
    expect(choice?.lifetime).toEqual(flow.lifetime)
  })

  it('none at all give no choice', () => {
    expect(chooseChildProposal(flowOf(), [], auth)).toEqual({ choice: null, checked: [] })
  })

  it('never throw, whatever they are', () => {
    const any: fc.Arbitrary<IkeV2Transform> = fc
      .tuple(fc.nat(7), fc.nat(32), fc.option(fc.constantFrom(0, 128, 256)))
      .map(([type, id, bits]) => t(type, id, bits ?? undefined))
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 8 }),
        fc.option(fc.nat(40)),
        fc.boolean(),
        (transforms, group, keyExchange) => {
          const { choice, checked } = choose(transforms, flowOf(), { keyExchange, group, transport: false })
          expect(choice !== null).toBe(checked.at(-1)?.acceptable)
          expect(ikeV2TransformNames(proposalOf(transforms))).toHaveLength(transforms.length)
        },
      ),
      { seed: 7296, numRuns: 2000 },
    )
  })
})

describe('perfect forward secrecy', () => {
  const base = [aes128, sha256, noEsn]
  it.each([
    // demanded, proposed, group of the KE payload; verdict, group agreed on
    [undefined, [], null, 'acceptable', null],
    [undefined, [14], 14, 'acceptable', 14],
    [undefined, [19, 14], 14, 'acceptable', 14],
    [undefined, [19, 14], 5, 'acceptable', 19],
    [undefined, [14, 0], null, 'acceptable', null],
    [undefined, [14, 0], 14, 'acceptable', 14],
    [undefined, [14, 0], 5, 'acceptable', null],
    [undefined, [99], 99, 'pfs', null],
    [undefined, [99, 0], 99, 'acceptable', null],
    [undefined, [31], 31, 'acceptable', 31],
    [14, [14], 14, 'acceptable', 14],
    [14, [19, 14], 19, 'acceptable', 14],
    [14, [19], 19, 'pfs', null],
    [14, [], null, 'pfs', null],
    [14, [0], null, 'pfs', null],
  ] as const)('demanded %s, proposed %s with a KE payload of %s: %s, %s', (pfs, groups, payload, expected, group) => {
    const flow = flowOf(pfs === undefined ? {} : { pfs })
    const choice = choose([...base, ...groups.map((id) => t(4, id))], flow, child(payload))
    expect(verdict(choice)).toBe(expected)
    expect(choice.choice?.pfsGroup ?? null).toBe(group)
  })

  it('passes over a group with an attribute, which no group has', () => {
    const strange = { ...t(4, 19), attributes: [{ form: 'basic', type: 77, value: 1 }] } as const
    expect(choose([...base, strange, t(4, 14)], flowOf(), child(19)).choice?.pfsGroup).toBe(14)
    expect(verdict(choose([...base, strange], flowOf(), child(19)))).toBe('pfs')
  })

  it.each([
    ['none named', [], 'acceptable'],
    ['"none" named', [0], 'acceptable'],
    ['one named (§1.2)', [14], 'pfs'],
  ] as const)('in IKE_AUTH there is no group: %s', (_, groups, expected) => {
    const choice = choose([...base, ...groups.map((id) => t(4, id))], flowOf({ pfs: 14 }))
    expect(verdict(choice)).toBe(expected)
    expect(choice.choice?.pfsGroup ?? null).toBeNull()
  })
})

describe('transport mode', () => {
  const set = transformSet('TS', 'esp-aes 128', 'esp-sha256-hmac', 'transport')
  const ends = flowOf({ localProxy: host(here), remoteProxy: host(there), transformSets: [set] })
  const asked = { ...auth, transport: true }

  it('is asked for between the two ends themselves only', () => {
    expect(asksForTransport(ends)).toBe(true)
    expect(asksForTransport({ ...ends, localProxy: host('10.1.0.1') })).toBe(false)
    expect(asksForTransport(flowOf())).toBe(false)
    expect(asksForTransport(flowOf({ transformSets: [] }))).toBe(false)
  })

  it('is used where both ends want it, and tunnel mode otherwise', () => {
    const transforms = [aes128, sha256, noEsn]
    expect(choose(transforms, ends, asked).choice?.mode).toBe('transport')
    expect(choose(transforms, ends, auth).choice?.mode).toBe('tunnel')
    expect(choose(transforms, flowOf(), asked).choice?.mode).toBe('tunnel')
  })
})

describe('A15: what the responder returns must be what was offered', () => {
  const flow = flowOf({
    transformSets: [transformSet('A', 'esp-aes 128', 'esp-sha256-hmac'), transformSet('B', 'esp-gcm 128', undefined)],
    pfs: 14,
  })
  const proposals = offerChildProposals(flow, spi, true)
  const theirSpi = u32Bytes(0x0a0b0c0d)
  const accept = (returned: readonly IkeV2Proposal[], transport = false): ChildProposalChoice =>
    acceptReturnedChild(flow, { proposals, transport: false }, returned, { ...child(14), transport })
  const first = [aes128, sha256, t(4, 14), noEsn]

  it('either proposal may be, under the SPI of the responder', () => {
    expect(accept([proposalOf(first, { spi: theirSpi })]).choice).toMatchObject({ encryption: 'esp-aes 128' })
    const second = proposalOf([noEsn, t(4, 14), gcm128], { number: 2, spi: theirSpi })
    expect(accept([second]).choice).toMatchObject({ encryption: 'esp-gcm 128', pfsGroup: 14 })
  })

  it.each([
    ['a transform less', [aes128, sha256, noEsn]],
    ['a transform more', [...first, sha1]],
    ['the same transform twice', [aes128, aes128, sha256, t(4, 14), noEsn]],
    ['"none" for the authenticator', [aes128, noInteg, t(4, 14), noEsn]],
    ['another key length', [aes256, sha256, t(4, 14), noEsn]],
    ['another group', [aes128, sha256, t(4, 2), noEsn]],
    ['"none" for the group', [aes128, sha256, t(4, 0), noEsn]],
    ['extended sequence numbers', [aes128, sha256, t(4, 14), esn]],
    ['the cipher of the other proposal', [gcm128, sha256, t(4, 14), noEsn]],
    ['nothing', []],
  ])('%s is refused', (_, transforms) => {
    expect(accept([proposalOf(transforms, { spi: theirSpi })])).toMatchObject({
      choice: null,
      checked: [{ verdict: 'not-offered' }],
    })
  })

  it.each([
    ['two proposals', [proposalOf(first), proposalOf(first)], 'not-offered'],
    ['a number that was not offered', [proposalOf(first, { number: 3 })], 'not-offered'],
    ['another protocol', [proposalOf(first, { protocolId: 2 })], 'not-esp'],
    ['no SPI', [proposalOf(first, { spi: new Uint8Array(0) })], 'spi'],
  ])('%s is refused', (_, returned, expected) => {
    const result = accept(returned)
    expect(result.choice).toBeNull()
    expect(verdict(result)).toBe(expected)
  })

  it('no proposal is refused, and transport mode that was not asked for', () => {
    expect(accept([]).choice).toBeNull()
    expect(verdict(accept([proposalOf(first)], true))).toBe('mode')
  })
})

describe('the names of transforms', () => {
  it('are those of the debugs', () => {
    expect(ikeV2TransformNames(proposalOf([aes128, sha1, t(4, 5), noEsn]))).toEqual([
      'AES-CBC',
      'SHA96',
      'DH_GROUP_1536_MODP/Group 5',
      "Don't use ESN",
    ])
    expect(ikeV2TransformNames(proposalOf([t(1, 99)]))).toEqual(['transform 1/99'])
  })
})
