import { describe, expect, it } from 'vitest'
import { contextOf, fqdn, lineAt, profileOf } from '../../test/support/selection-stubs.ts'
import type { Keyring, PreSharedKey } from './configuration.ts'
import { keyringOfProfileHolds, preSharedKey } from './index.ts'

const peer = '192.168.0.2'
const forAddress = (line: number, key: string, address: string, mask = '255.255.255.255'): PreSharedKey => ({
  match: { kind: 'address', address, mask },
  key,
  at: lineAt(line, `  pre-shared-key address ${address} ${mask} key ${key}`),
})
const forHost = (line: number, key: string, hostname: string): PreSharedKey => ({
  match: { kind: 'hostname', hostname },
  key,
  at: lineAt(line, `  pre-shared-key hostname ${hostname} key ${key}`),
})
const ring = (name: string, ...keys: readonly PreSharedKey[]): Keyring => ({ name, keys })
const profile = (...keyrings: readonly string[]) =>
  profileOf('prof1', 5, { keyrings: keyrings.map((name, index) => ({ name, at: lineAt(6 + index) })) })
const global = ring('default', {
  match: { kind: 'address', address: peer, mask: '255.255.255.255' },
  key: 'zz-global',
  at: lineAt(1, 'crypto isakmp key 0 zz-global address 192.168.0.2'),
})
const one = ring('one', forAddress(20, 'zz-one', peer))
const two = ring('two', forAddress(30, 'zz-two', peer))
const ctx = contextOf({ keyrings: [global, one, two] })
const find = (role: 'initiator' | 'responder', own: ReturnType<typeof profile> | null, within = ctx) =>
  preSharedKey(within, { role, profile: own, peer })

describe('which pre-shared key', () => {
  it('an initiator takes it from the keyrings of its profile', () => {
    expect(find('initiator', profile('two'))).toMatchObject({
      rule: 'v1.preshared-key.profile-keyrings',
      choice: { keyring: 'two', key: 'zz-two', at: { line: 30 } },
    })
    expect(find('initiator', profile('two', 'one')).choice?.keyring).toBe('two')
  })

  it('an initiator without keyrings takes it from the lines crypto isakmp key', () => {
    for (const own of [null, profile()])
      expect(find('initiator', own)).toMatchObject({
        rule: 'v1.preshared-key.default-keyring',
        choice: { keyring: 'default' },
      })
  })

  it('a responder looks in every keyring, first configured first, whatever its profiles say', () => {
    expect(find('responder', profile('two'))).toMatchObject({
      rule: 'v1.preshared-key.all-keyrings',
      choice: { keyring: 'default' },
    })
    expect(find('responder', null, contextOf({ keyrings: [two, one] })).choice?.keyring).toBe('two')
  })

  it('the most specific entry wins in either order', () => {
    const wide = ring('wide', forAddress(40, 'zz-wide', '0.0.0.0', '0.0.0.0'))
    for (const keyrings of [
      [wide, one],
      [one, wide],
    ])
      expect(find('responder', null, contextOf({ keyrings })).choice?.keyring).toBe('one')
  })

  it('a key by host name needs the identity', () => {
    const named = contextOf({ keyrings: [ring('named', forHost(50, 'zz-named', 'R2.cisco.com'))] })
    expect(find('responder', null, named).choice).toBeNull()
    expect(
      preSharedKey(named, { role: 'responder', profile: null, peer, peerIdentity: fqdn('r2.cisco.com') }).choice
        ?.keyring,
    ).toBe('named')
    expect(
      preSharedKey(named, { role: 'responder', profile: null, peer, peerIdentity: fqdn('R3.cisco.com') }).choice,
    ).toBeNull()
  })

  it('a keyring of a VRF does not count in the global table', () => {
    expect(find('responder', null, contextOf({ keyrings: [{ ...one, vrf: 'red' }] })).choice).toBeNull()
  })

  it('a keyring that is not configured is named as the reason', () => {
    const decision = find('initiator', profile('gone'))
    expect(decision.choice).toBeNull()
    expect(decision.candidates).toMatchObject([{ name: 'gone', taken: false, at: { line: 6 } }])
    expect(decision.because.map(({ line }) => line)).toEqual([6])
  })

  it('no key stands anywhere but in the choice', () => {
    const odd = ring('odd', {
      ...forAddress(60, 'zz-odd', peer),
      at: lineAt(60, 'some other spelling zz-odd of the line'),
    })
    const decisions = [
      ...(['initiator', 'responder'] as const).flatMap((role) =>
        [null, profile('one', 'two')].map((own) => find(role, own)),
      ),
      find('responder', null, contextOf({ keyrings: [odd] })),
      find('responder', null, contextOf({ keyrings: [ring('spaces', { ...forAddress(70, 'zz-a key zz-b', peer) })] })),
    ]
    for (const { choice, ...decision } of decisions) {
      expect(JSON.stringify(decision)).not.toContain('zz-')
      expect(JSON.stringify(choice?.at)).not.toContain('zz-')
    }
    expect(find('initiator', null).because[0]?.text).toBe('crypto isakmp key ****** address 192.168.0.2')
    expect(find('initiator', profile('one')).because[0]?.text).toBe(
      '  pre-shared-key address 192.168.0.2 255.255.255.255 key ******',
    )
  })
})

describe('whether the key is of a keyring of the profile that MM5 bound', () => {
  it.each([
    ['named', ['one', 'two'], 'two', true],
    ['not named', ['one'], 'two', false],
    ['nothing named', [], 'two', true],
  ] as const)('%s', (_what, keyrings, keyring, expected) => {
    expect(keyringOfProfileHolds(ctx, profile(...keyrings), keyring)).toMatchObject({
      choice: expected,
      rule: 'v1.preshared-key.keyring-of-profile',
    })
  })
})
