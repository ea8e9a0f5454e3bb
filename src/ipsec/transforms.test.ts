import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  authenticationNames,
  counting,
  encryptionNames,
  flowOf,
  here,
  host,
  there,
  transformSet,
} from '../../test/support/ipsec.ts'
import {
  type Attribute,
  authenticationAlgorithm,
  encapsulationMode,
  espTransformId,
  fromHex,
  ipsecAttribute,
  type Proposal,
  protocolId,
  type Transform,
  u32Bytes,
} from '../wire/index.ts'
import { transformText } from './algorithms.ts'
import { attributesText } from './esp-attributes.ts'
import type { ProtectedFlow } from './flows.ts'
import { modesOf } from './transform-set.ts'
import { acceptReturned, chooseProposal, offerProposals, type TransformChoice } from './transforms.ts'

const spi = counting(4)
const basic = (type: number, value: number): Attribute => ({ form: 'basic', type, value })
const variable = (type: number, hex: string): Attribute => ({ form: 'variable', type, value: fromHex(hex) })

const tunnelMode = basic(ipsecAttribute.ENCAPSULATION_MODE, encapsulationMode.TUNNEL)
const sha256 = basic(ipsecAttribute.AUTHENTICATION_ALGORITHM, authenticationAlgorithm.HMAC_SHA2_256)
const aes128 = basic(ipsecAttribute.KEY_LENGTH, 128)
const seconds = basic(ipsecAttribute.SA_LIFE_TYPE, 1)
const kilobytes = basic(ipsecAttribute.SA_LIFE_TYPE, 2)

/** What `flowOf()` asks for, without lifetimes: AES-128 and HMAC-SHA-256 in tunnel mode. */
const plain: readonly Attribute[] = [tunnelMode, sha256, aes128]

const aesTransform = (...attributes: readonly Attribute[]): Transform => ({
  number: 1,
  id: espTransformId.AES_CBC,
  attributes,
})
const proposalOf = (transforms: readonly Transform[], more: Partial<Proposal> = {}): Proposal => ({
  number: 1,
  protocolId: protocolId.ESP,
  spi,
  transforms,
  ...more,
})

const choose = (attributes: readonly Attribute[], flow = flowOf(), udp = false): TransformChoice =>
  chooseProposal(flow, [proposalOf([aesTransform(...attributes)])], udp)
const verdict = (choice: TransformChoice): string => choice.checked.at(-1)?.verdict ?? 'nothing'

describe('what is offered', () => {
  it('is one proposal for each transform set, in order, in the attributes of IOS', () => {
    const flow = flowOf({
      transformSets: [transformSet('A', 'esp-aes 256', 'esp-sha-hmac'), transformSet('B', 'esp-3des', 'esp-md5-hmac')],
      pfs: 14,
    })
    const [first, second] = offerProposals(flow, spi, false)
    expect(first).toMatchObject({ number: 1, protocolId: protocolId.ESP, spi })
    expect(second).toMatchObject({ number: 2 })
    expect(first?.transforms).toEqual([
      {
        number: 1,
        id: espTransformId.AES_CBC,
        attributes: [
          tunnelMode,
          seconds,
          basic(ipsecAttribute.SA_LIFE_DURATION, 3600),
          kilobytes,
          variable(ipsecAttribute.SA_LIFE_DURATION, '00465000'),
          basic(ipsecAttribute.AUTHENTICATION_ALGORITHM, authenticationAlgorithm.HMAC_SHA),
          basic(ipsecAttribute.KEY_LENGTH, 256),
          basic(ipsecAttribute.GROUP_DESCRIPTION, 14),
        ],
      },
    ])
    expect(second?.transforms[0]?.id).toBe(espTransformId['3DES'])
  })

  it('is chosen by a peer with the same transform set, whatever the algorithms, mode, NAT and group', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...encryptionNames),
        fc.option(fc.constantFrom(...authenticationNames)),
        fc.constantFrom('tunnel' as const, 'transport' as const),
        fc.boolean(),
        fc.constantFrom(undefined, 1, 2, 5, 14, 15, 16, 19, 20, 21, 24),
        (encryption, authentication, mode, udp, pfs) => {
          fc.pre(encryption !== 'esp-null' || authentication !== null)
          const flow = flowOf({
            transformSets: [transformSet('TS', encryption, authentication ?? undefined, mode)],
            localProxy: host(here),
            remoteProxy: host(there),
            ...(pfs === undefined ? {} : { pfs: pfs as NonNullable<ProtectedFlow['pfs']> }),
          })
          const offered = offerProposals(flow, spi, udp)
          const { choice } = chooseProposal(flow, offered, udp)
          expect(choice).toMatchObject({
            encryption,
            authentication,
            mode,
            pfsGroup: pfs ?? null,
            lifetime: flow.lifetime,
          })
          expect(acceptReturned(flow, offered, offered, udp).choice).toEqual(choice)
        },
      ),
      { seed: 2407, numRuns: 300 },
    )
  })
})

describe('the attributes of a transform', () => {
  it.each([
    ['as IOS sends them', plain, 'acceptable'],
    ['in another order', [aes128, tunnelMode, sha256], 'acceptable'],
    ['without the authenticator', [tunnelMode, aes128], 'authentication'],
    ['with another authenticator', [tunnelMode, aes128, basic(5, authenticationAlgorithm.HMAC_MD5)], 'authentication'],
    ['with an authenticator that is not known', [tunnelMode, aes128, basic(5, 99)], 'attributes'],
    ['with another key length', [tunnelMode, sha256, basic(6, 256)], 'encryption'],
    ['with a key length that AES has not', [tunnelMode, sha256, basic(6, 129)], 'attributes'],
    ['without the key length of AES (RFC 3602 §5.3)', [tunnelMode, sha256], 'attributes'],
    ['without a mode', [sha256, aes128], 'attributes'],
    ['with a mode that is not known', [basic(4, 9), sha256, aes128], 'attributes'],
    ['in transport mode', [basic(4, encapsulationMode.TRANSPORT), sha256, aes128], 'mode'],
    [
      'with UDP encapsulation where no NAT is',
      [basic(4, encapsulationMode.UDP_TUNNEL), sha256, aes128],
      'udp-encapsulation',
    ],
    ['with a group where none is demanded', [...plain, basic(3, 14)], 'acceptable'],
    ['with a group that is not known', [...plain, basic(3, 99)], 'pfs'],
    ['with an attribute that is not known', [...plain, basic(12, 1)], 'attributes'],
    ['with key rounds', [...plain, basic(ipsecAttribute.KEY_ROUNDS, 8)], 'attributes'],
    ['with extended sequence numbers, which are not spoken', [...plain, basic(11, 1)], 'attributes'],
    ['with the mode twice', [tunnelMode, ...plain], 'attributes'],
    ['with two key lengths', [...plain, basic(6, 256)], 'attributes'],
    ['with a mode of variable length', [variable(4, '0001'), sha256, aes128], 'attributes'],
    ['with a lifetime', [...plain, seconds, basic(2, 900)], 'acceptable'],
    ['with a duration without its type', [...plain, basic(2, 900)], 'attributes'],
    ['with a type without its duration', [...plain, seconds], 'attributes'],
    [
      'with another attribute between type and duration',
      [tunnelMode, seconds, sha256, basic(2, 900), aes128],
      'attributes',
    ],
    ['with a life type that is not known', [...plain, basic(1, 3), basic(2, 900)], 'attributes'],
    ['with a lifetime of nothing', [...plain, seconds, basic(2, 0)], 'attributes'],
    ['with two lifetimes in seconds', [...plain, seconds, basic(2, 900), seconds, basic(2, 901)], 'attributes'],
    ['with a duration of 7 octets', [...plain, seconds, variable(2, '00000000000384')], 'attributes'],
    ['with a duration of 6 octets', [...plain, seconds, variable(2, '000000000384')], 'acceptable'],
    ['with a duration of no octets', [...plain, seconds, variable(2, '')], 'attributes'],
  ])('%s', (_, attributes, expected) => {
    const choice = choose(attributes)
    expect(verdict(choice)).toBe(expected)
    expect(choice.choice === null).toBe(expected !== 'acceptable')
  })

  it('of a cipher with one key length must not name it (RFC 2407 §4.5)', () => {
    const flow = flowOf({ transformSets: [transformSet('TS', 'esp-3des', 'esp-sha256-hmac')] })
    const transform = (more: readonly Attribute[]): Transform => ({
      number: 1,
      id: espTransformId['3DES'],
      attributes: [tunnelMode, sha256, ...more],
    })
    expect(verdict(chooseProposal(flow, [proposalOf([transform([])])], false))).toBe('acceptable')
    expect(verdict(chooseProposal(flow, [proposalOf([transform([basic(6, 192)])])], false))).toBe('attributes')
  })

  it('that protect nothing are refused (E2)', () => {
    const nothing: Transform = { number: 1, id: espTransformId.NULL, attributes: [tunnelMode] }
    const flow = flowOf({ transformSets: [transformSet('TS', 'esp-null', undefined)] })
    const { choice, checked } = chooseProposal(flow, [proposalOf([nothing])], false)
    expect(choice).toBeNull()
    expect(checked).toMatchObject([{ verdict: 'attributes', reason: 'neither encryption nor authentication' }])
  })

  it('of a cipher that authenticates name no authenticator (RFC 4106 §8)', () => {
    const flow = flowOf({ transformSets: [transformSet('TS', 'esp-gcm 128', undefined)] })
    const gcm = (attributes: readonly Attribute[]): TransformChoice =>
      chooseProposal(flow, [proposalOf([{ number: 1, id: espTransformId.AES_GCM_16, attributes }])], false)
    expect(verdict(gcm([tunnelMode, aes128]))).toBe('acceptable')
    expect(verdict(gcm([tunnelMode, aes128, sha256]))).toBe('attributes')
  })

  it('never throw, whatever they are', () => {
    const attribute: fc.Arbitrary<Attribute> = fc.oneof(
      fc.record({ form: fc.constant('basic' as const), type: fc.nat(15), value: fc.nat(0xffff) }),
      fc.record({ form: fc.constant('variable' as const), type: fc.nat(15), value: fc.uint8Array({ maxLength: 9 }) }),
    )
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 8 }), fc.nat(25), (attributes, id) => {
        const transform: Transform = { number: 1, id, attributes }
        const { choice, checked } = chooseProposal(flowOf(), [proposalOf([transform])], false)
        expect(checked).toHaveLength(1)
        expect(choice !== null).toBe(checked[0]?.acceptable)
        expect(attributesText(transform).transformId).not.toBe('')
      }),
      { seed: 2407, numRuns: 2000 },
    )
  })
})

describe('the lifetime', () => {
  const flow = flowOf({ lifetime: { seconds: 1800, kilobytes: 100_000 } })
  const lifetime = (...attributes: readonly Attribute[]): unknown =>
    choose([...plain, ...attributes], flow).choice?.lifetime

  it('is the shorter of both, for seconds and kilobytes alone', () => {
    expect(lifetime(seconds, basic(2, 900))).toEqual({ seconds: 900, kilobytes: 100_000 })
    expect(lifetime(seconds, variable(2, '00015180'))).toEqual({ seconds: 1800, kilobytes: 100_000 })
    expect(lifetime(kilobytes, basic(2, 5000), seconds, basic(2, 3600))).toEqual({ seconds: 1800, kilobytes: 5000 })
  })

  it('is our own where none is proposed', () => {
    expect(lifetime()).toEqual(flow.lifetime)
  })
})

describe('perfect forward secrecy', () => {
  it.each([
    [undefined, undefined, 'acceptable', null],
    [undefined, 14, 'acceptable', 14],
    [14, 14, 'acceptable', 14],
    [14, undefined, 'pfs', null],
    [14, 5, 'pfs', null],
  ] as const)('demanded %s, proposed %s: %s', (demanded, proposed, expected, group) => {
    const flow = flowOf(demanded === undefined ? {} : { pfs: demanded })
    const choice = choose(proposed === undefined ? plain : [...plain, basic(3, proposed)], flow)
    expect(verdict(choice)).toBe(expected)
    expect(choice.choice?.pfsGroup ?? null).toBe(group)
  })
})

describe('the mode', () => {
  const transport = transformSet('TS', 'esp-aes 128', 'esp-sha256-hmac', 'transport')
  const ends = { localProxy: host(here), remoteProxy: host(there), transformSets: [transport] }

  it('is transport only between the two ends themselves, and tunnel is accepted there too', () => {
    expect(modesOf(flowOf(ends), transport)).toEqual(['transport', 'tunnel'])
    expect(modesOf(flowOf({ ...ends, localProxy: host('10.1.0.1') }), transport)).toEqual(['tunnel'])
    expect(modesOf(flowOf(ends), { ...transport, mode: 'tunnel' })).toEqual(['tunnel'])
    expect(choose(plain, flowOf(ends)).choice?.mode).toBe('tunnel')
  })

  it.each([
    [encapsulationMode.UDP_TUNNEL, true, 'acceptable'],
    [encapsulationMode.TUNNEL, true, 'udp-encapsulation'],
    [encapsulationMode.UDP_TRANSPORT, true, 'acceptable'],
    [encapsulationMode.TRANSPORT, false, 'acceptable'],
    [encapsulationMode.UDP_TRANSPORT, false, 'udp-encapsulation'],
  ])('number %i with a NAT found %s: %s', (mode, nat, expected) => {
    expect(verdict(choose([basic(4, mode), sha256, aes128], flowOf(ends), nat))).toBe(expected)
  })
})

describe('several proposals and transforms', () => {
  const other = aesTransform(tunnelMode, sha256, basic(6, 256))
  const good: Transform = { ...aesTransform(...plain), number: 2 }

  it('are tried in order, and the first that equals a transform set is taken', () => {
    const { choice, checked } = chooseProposal(
      flowOf(),
      [proposalOf([other, good]), proposalOf([good], { number: 2 })],
      false,
    )
    expect(choice?.transform).toBe(good)
    expect(choice?.proposal.number).toBe(1)
    expect(checked.map(({ verdict: each }) => each)).toEqual(['encryption', 'acceptable'])
  })

  it('each transform is compared with every transform set', () => {
    const flow = flowOf({ transformSets: [transformSet('A', 'esp-3des', 'esp-sha-hmac'), ...flowOf().transformSets] })
    const { choice, checked } = chooseProposal(flow, [proposalOf([good])], false)
    expect(checked.map(({ transformSet: set, verdict: each }) => [set, each])).toEqual([
      ['A', 'encryption'],
      ['TS', 'acceptable'],
    ])
    expect(choice?.transformSet.name).toBe('TS')
  })

  it('of one number belong together, and AH and ESP at once are not spoken', () => {
    const ah = proposalOf([aesTransform(...plain)], { protocolId: protocolId.AH })
    const bundle = chooseProposal(flowOf(), [ah, proposalOf([good])], false)
    expect(bundle.choice).toBeNull()
    expect(bundle.checked.map(({ verdict: each }) => each)).toEqual(['several-protocols', 'several-protocols'])
    expect(verdict(chooseProposal(flowOf(), [ah], false))).toBe('not-esp')
  })

  it('none at all gives no choice and no candidates', () => {
    expect(chooseProposal(flowOf(), [], false)).toEqual({ choice: null, checked: [] })
    expect(chooseProposal(flowOf(), [proposalOf([])], false)).toEqual({ choice: null, checked: [] })
  })
})

describe('A15: what the responder returns must be what was offered', () => {
  const flow = flowOf({
    transformSets: [transformSet('A', 'esp-aes 128', 'esp-sha256-hmac'), transformSet('B', 'esp-3des', 'esp-sha-hmac')],
    pfs: 14,
  })
  const offered = offerProposals(flow, spi, false)
  const [first, second] = offered
  const returned = (change: (proposal: Proposal) => Proposal): TransformChoice =>
    acceptReturned(flow, offered, first ? [change(first)] : [], false)
  const withAttributes = (change: (attributes: readonly Attribute[]) => readonly Attribute[]): TransformChoice =>
    returned((proposal) => ({
      ...proposal,
      spi: u32Bytes(0x99999999),
      transforms: proposal.transforms.map((each) => ({ ...each, attributes: change(each.attributes) })),
    }))

  it('the second proposal may be chosen, under the SPI of the responder', () => {
    const theirs = second ? [{ ...second, spi: u32Bytes(0x99999999) }] : []
    expect(acceptReturned(flow, offered, theirs, false).choice).toMatchObject({ encryption: 'esp-3des', pfsGroup: 14 })
  })

  it('the order of attributes and the form of their numbers are free', () => {
    const reordered = withAttributes((attributes) => {
      const at = (index: number): readonly Attribute[] => attributes.slice(index, index + 1)
      // Mode first or last, the two lifetimes swapped, seconds in four octets.
      return [...at(5), ...at(6), ...at(7), ...at(3), ...at(4), ...at(1), variable(2, '00000e10'), ...at(0)]
    })
    expect(reordered.choice).toMatchObject({ encryption: 'esp-aes 128', pfsGroup: 14 })
  })

  it.each([
    [
      'a shorter lifetime',
      (all: readonly Attribute[]) =>
        all.map((each) => (each.type === 2 && each.form === 'basic' ? basic(2, 60) : each)),
    ],
    ['no lifetimes', (all: readonly Attribute[]) => all.filter(({ type }) => type !== 1 && type !== 2)],
    ['no group', (all: readonly Attribute[]) => all.filter(({ type }) => type !== 3)],
    ['another group', (all: readonly Attribute[]) => all.map((each) => (each.type === 3 ? basic(3, 2) : each))],
    ['no authenticator', (all: readonly Attribute[]) => all.filter(({ type }) => type !== 5)],
    [
      'a weaker authenticator',
      (all: readonly Attribute[]) => all.map((each) => (each.type === 5 ? basic(5, 1) : each)),
    ],
    ['another key length', (all: readonly Attribute[]) => all.map((each) => (each.type === 6 ? basic(6, 256) : each))],
    ['another mode', (all: readonly Attribute[]) => all.map((each) => (each.type === 4 ? basic(4, 2) : each))],
    ['UDP encapsulation', (all: readonly Attribute[]) => all.map((each) => (each.type === 4 ? basic(4, 3) : each))],
    [
      'a smaller volume',
      (all: readonly Attribute[]) => all.map((each) => (each.form === 'variable' ? variable(2, '00400000') : each)),
    ],
    ['one attribute more', (all: readonly Attribute[]) => [...all, basic(11, 1)]],
  ])('%s is refused', (_, change) => {
    const result = withAttributes(change)
    expect(result.choice).toBeNull()
    expect(result.checked).toMatchObject([{ verdict: 'not-offered', acceptable: false }])
  })

  it.each([
    [
      'another transform id',
      (each: Proposal) => ({ ...each, transforms: each.transforms.map((t) => ({ ...t, id: 2 })) }),
    ],
    ['a proposal number that was not offered', (each: Proposal) => ({ ...each, number: 3 })],
    ['the number of the other proposal', (each: Proposal) => ({ ...each, number: 2 })],
    ['another protocol', (each: Proposal) => ({ ...each, protocolId: protocolId.AH })],
    ['two transforms', (each: Proposal) => ({ ...each, transforms: [...each.transforms, ...each.transforms] })],
  ])('%s is refused', (_, change) => {
    expect(returned(change)).toMatchObject({ choice: null, checked: [{ verdict: 'not-offered' }] })
  })

  it('several proposals, none, or one without transforms are refused', () => {
    expect(acceptReturned(flow, offered, offered, false).choice).toBeNull()
    expect(acceptReturned(flow, offered, [], false)).toEqual({ choice: null, checked: [] })
    expect(returned((proposal) => ({ ...proposal, transforms: [] }))).toEqual({ choice: null, checked: [] })
  })
})

describe('transformText', () => {
  it.each([
    ['esp-aes 128', 'esp-sha256-hmac', 'esp-aes esp-sha256-hmac'],
    ['esp-aes 256', 'esp-sha-hmac', 'esp-aes 256 esp-sha-hmac'],
    ['esp-3des', null, 'esp-3des'],
  ] as const)('%s and %s print as %s', (encryption, authentication, text) => {
    expect(transformText({ encryption, authentication })).toBe(text)
  })
})
