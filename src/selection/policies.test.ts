import { describe, expect, it } from 'vitest'
import { contextOf, lineAt } from '../../test/support/selection-stubs.ts'
import type { IsakmpPolicy } from './configuration.ts'
import { choosePolicy, defaultPolicies, effectivePolicies, type OfferedTransform, policyTransform } from './index.ts'

const policy = (priority: number, more: Partial<IsakmpPolicy> = {}): IsakmpPolicy => ({
  priority,
  encryption: { cipher: '3des' },
  hash: 'md5',
  authentication: 'rsa-sig',
  group: 2,
  lifetime: 86400,
  at: lineAt(priority),
  ...more,
})
const offer = (number: number, of: IsakmpPolicy): OfferedTransform => ({ ...policyTransform(of), number })
const choose = (policies: readonly IsakmpPolicy[], offered: readonly OfferedTransform[]) =>
  choosePolicy(contextOf({ policies }), offered)

describe('the policies that count', () => {
  it('are the eight built-in ones where none is configured', () => {
    expect(effectivePolicies(contextOf())).toBe(defaultPolicies)
    expect(
      defaultPolicies.map(({ priority, encryption, hash, authentication, group }) => [
        priority,
        encryption.cipher,
        hash,
        authentication,
        group,
      ]),
    ).toEqual([
      [65507, 'aes', 'sha', 'rsa-sig', 5],
      [65508, 'aes', 'sha', 'pre-share', 5],
      [65509, 'aes', 'md5', 'rsa-sig', 5],
      [65510, 'aes', 'md5', 'pre-share', 5],
      [65511, '3des', 'sha', 'rsa-sig', 2],
      [65512, '3des', 'sha', 'pre-share', 2],
      [65513, '3des', 'md5', 'rsa-sig', 2],
      [65514, '3des', 'md5', 'pre-share', 2],
    ])
    expect(defaultPolicies.every(({ lifetime, at }) => lifetime === 86400 && at === undefined)).toBe(true)
  })

  it('are none after no crypto isakmp default policy', () => {
    expect(effectivePolicies(contextOf({ isakmpDefaultPolicies: false }))).toEqual([])
  })

  it('are those configured, in ascending priority, and no built-in one with them', () => {
    expect(
      effectivePolicies(contextOf({ policies: [policy(20), policy(10)] })).map(({ priority }) => priority),
    ).toEqual([10, 20])
  })
})

describe('the transform that a policy offers', () => {
  it('is in the numbers of the wire', () => {
    expect(policyTransform(policy(10))).toEqual({
      number: 1,
      encryption: 5,
      hash: 1,
      authentication: 3,
      group: 2,
      lifetimeSeconds: 86400,
    })
    expect(
      policyTransform(
        policy(10, {
          encryption: { cipher: 'aes', bits: 256 },
          hash: 'sha512',
          authentication: 'pre-share',
          group: 14,
        }),
      ),
    ).toMatchObject({
      encryption: 7,
      keyLength: 256,
      hash: 6,
      authentication: 1,
      group: 14,
    })
    expect(policyTransform(policy(10, { encryption: { cipher: 'des' } }))).not.toHaveProperty('keyLength')
  })

  it.each([
    [19, 'sha', 9],
    [20, 'sha256', 10],
    [21, 'sha', 11],
    [14, 'sha256', 9],
    [14, 'sha384', 10],
    [14, 'sha512', 11],
    [14, 'sha', 9],
  ] as const)('ecdsa-sig with group %i and hash %s is method %i', (group, hash, method) => {
    expect(policyTransform(policy(10, { authentication: 'ecdsa-sig', group, hash })).authentication).toBe(method)
  })

  it('does not exist for rsa-encr', () => {
    expect(() => policyTransform(policy(10, { authentication: 'rsa-encr' }))).toThrow('never offered')
  })
})

describe('which policy the responder takes', () => {
  it('its own preference counts before the order of the offer', () => {
    const [strong, weak] = [policy(10, { group: 14 }), policy(20)]
    const decision = choose([weak, strong], [offer(1, weak), offer(2, strong)])
    expect(decision.choice).toEqual({ transform: 1, policy: strong, lifetimeSeconds: 86400 })
    expect(decision.checked.map(({ transform, priority, acceptable }) => [transform, priority, acceptable])).toEqual([
      [1, 10, false],
      [2, 10, true],
    ])
    expect(decision.candidates.map(({ reason }) => reason)).toEqual([
      'transform 2 of the peer equals it; lifetime 86400 s',
      'policy 10 comes before it and fits',
    ])
    expect(decision.because).toEqual([strong.at])
  })

  it.each([
    ['Encryption algorithm', { encryption: { cipher: 'des' } }],
    ['Hash algorithm', { hash: 'sha' }],
    ['Diffie-Hellman group', { group: 5 }],
    ['Authentication method', { authentication: 'pre-share' }],
  ] as const)('a difference is named as IOS names it: %s', (name, different) => {
    const decision = choose([policy(10)], [offer(1, policy(10, different))])
    expect(decision.choice).toBeNull()
    expect(decision.checked).toEqual([
      { transform: 1, priority: 10, acceptable: false, mismatches: [name], lifetimeSeconds: 86400 },
    ])
    expect(decision.because).toEqual([lineAt(10)])
    expect(decision.candidates[0]?.reason).toContain(`differs in: ${name}`)
  })

  it('AES of another length, or without one, differs in the key length', () => {
    const own = policy(10, { encryption: { cipher: 'aes', bits: 256 } })
    const { keyLength: _, ...bare } = offer(1, own)
    for (const offered of [{ ...bare, keyLength: 128 }, bare])
      expect(choose([own], [offered]).checked[0]?.mismatches).toEqual(['key length'])
  })

  it.each([
    [3600, 86400, 3600],
    [86400, 600, 600],
    [1000, undefined, 1000],
    [1000, 0, 1000],
  ])('own lifetime %i, offered %s: the shorter counts', (own, offered, expected) => {
    const { lifetimeSeconds: _, ...bare } = offer(1, policy(10))
    const decision = choose(
      [policy(10, { lifetime: own })],
      [{ ...bare, ...(offered === undefined ? {} : { lifetimeSeconds: offered }) }],
    )
    expect(decision.choice?.lifetimeSeconds).toBe(expected)
  })

  it('RSA encryption is refused, whoever wants it', () => {
    const own = policy(10, { authentication: 'rsa-encr' })
    for (const method of [4, 5]) {
      const decision = choose([own, policy(20)], [{ ...offer(1, policy(20)), authentication: method }])
      expect(decision.choice).toBeNull()
      expect(decision.candidates[0]?.reason).toBe('rsa-encr is refused: it is open to Bleichenbacher attacks')
      expect(decision.checked.every(({ mismatches }) => mismatches.includes('Authentication method'))).toBe(true)
    }
  })

  it('of several transforms that equal a policy the first counts, and those after it are not looked at', () => {
    const decision = choose(
      [policy(10)],
      [
        offer(1, policy(10, { hash: 'sha' })),
        offer(2, policy(10)),
        offer(3, policy(10)),
        offer(4, policy(10, { group: 5 })),
      ],
    )
    expect(decision.choice?.transform).toBe(1)
    expect(decision.checked.map(({ transform }) => transform)).toEqual([1, 2])
  })

  it('an empty offer fits nothing', () => {
    expect(choose([policy(10)], [])).toMatchObject({
      choice: null,
      checked: [],
      candidates: [{ reason: 'the peer offers no transform' }],
    })
  })
})
