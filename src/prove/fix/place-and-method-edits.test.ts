import { describe, expect, it } from 'vitest'
import { type CauseScenario, labOf } from '../../../test/support/cause-scenarios.ts'
import { meaningOf, outcomesIn, up, withFix } from '../../../test/support/fixes.ts'
import type { Lab } from '../../lab/index.ts'
import { prove } from '../prove.ts'
import type { Fix } from '../verdict.ts'

const changed = (base: string, routers: CauseScenario['routers'], lab: CauseScenario['lab'] = {}): Lab =>
  labOf({ name: 'places', base, lab, routers, expect: {}, findings: [] })

const firstOf = (lab: Lab, canChange: readonly string[]): Fix | undefined =>
  prove(lab, { fix: { canChange } }).verdict.tunnels.flatMap(({ fixes }) => fixes ?? [])[0]

const holds = (lab: Lab, fix: Fix | undefined, paste: readonly string[]): void => {
  expect(fix?.edits.flatMap((edit) => edit.paste)).toEqual(paste)
  expect(fix?.widensTrust).toBeNull()
  if (!fix) return
  const mended = withFix(lab, fix, 'paste')
  for (const [, , cases] of outcomesIn(mended)) expect(cases).toEqual(up)
  const back = withFix(mended, fix, 'undo', lab)
  expect(outcomesIn(back)).toEqual(outcomesIn(lab))
  expect(back.routers.map(meaningOf)).toEqual(lab.routers.map(meaningOf))
}

describe('a profile that serves another place than that of the tunnel', () => {
  const unchecked = { knobs: { 'v2.initiatorPlace': 'unchecked' } }

  it('IKEv1: local-address names that of the tunnel', () => {
    const lab = changed('ikev1-symmetric-trustpoints', {
      R2: { replace: {}, paste: 'crypto isakmp profile prof1\n local-address Loopback0' },
    })
    holds(lab, firstOf(lab, ['R2']), ['crypto isakmp profile prof1', ' local-address 192.168.0.2'])
  })

  it('IKEv2: that of the tunnel stands beside the others, which stay', () => {
    const others = ' match address local 192.0.2.1\n match address local interface Loopback0'
    const lab = changed('ikev2-certificates', {
      R2: { replace: {}, paste: `crypto ikev2 profile profile1\n${others}` },
    })
    holds(lab, firstOf(lab, ['R2']), ['crypto ikev2 profile profile1', ' match address local 192.168.0.2'])
  })

  it.each([
    ['another VRF', '\n match fvrf OTHER'],
    ['the global table', ''],
  ])('IKEv2: the VRF of the tunnel comes in the place of %s', (_, line) => {
    const lab = changed(
      'ikev2-certificates',
      {
        R1: {
          replace: {
            'interface Ethernet0/0': 'interface Ethernet0/0\n vrf forwarding FRONT',
            'tunnel source Ethernet0/0': ' tunnel source Ethernet0/0\n tunnel vrf FRONT',
            'identity local address 192.168.0.1': ` identity local address 192.168.0.1${line}`,
            'revocation-check crl': ' revocation-check crl\n vrf FRONT',
          },
          paste: '',
        },
      },
      unchecked,
    )
    holds(lab, firstOf(lab, ['R1']), ['crypto ikev2 profile profile1', ' match fvrf FRONT'])
  })
})

it('a tunnel sends in the VRF of its source, or in none where that stands in none', () => {
  const front = {
    'match identity remote address 192.168.0.2 255.255.255.255':
      ' match identity remote address 192.168.0.2 255.255.255.255\n match fvrf any',
  }
  const without = changed('ikev2-certificates', {
    R1: {
      replace: { ...front, 'tunnel source Ethernet0/0': ' tunnel source Ethernet0/0\n tunnel vrf OTHER' },
      paste: '',
    },
  })
  holds(without, firstOf(without, []), ['interface Tunnel1', ' no tunnel vrf'])
})

describe('methods of IKEv2', () => {
  const key = 'copper-lantern'

  it('an end proves itself by its certificate where the other one takes that only, and its key comes back', () => {
    const lab = changed('ikev2-certificates', {
      R1: { replace: { 'authentication local rsa-sig': ` authentication local pre-share key ${key}` }, paste: '' },
    })
    const fix = firstOf(lab, ['R1'])
    expect(JSON.stringify(fix)).not.toContain(key)
    holds(lab, fix, ['crypto ikev2 profile profile1', ' authentication local rsa-sig'])
  })

  it('no certificate is promised that an end does not hold', () => {
    const lab = changed('ikev2-certificates', {
      R2: { replace: { 'authentication remote rsa-sig': ' authentication remote ecdsa-sig' }, paste: '' },
    })
    expect(firstOf(lab, ['R1'])).toBeUndefined()
  })
})

describe('a tunnel without a transform set', () => {
  it.each([
    ['that names none', 'no set transform-set', ''],
    ['where the default counts', 'no set transform-set', 'default '],
  ])('%s names one, and none again', (_, undo, named) => {
    const lab = changed('ikev1-symmetric-trustpoints', {
      R1: {
        replace: { 'set transform-set TS': '' },
        paste: named === '' ? 'no crypto ipsec transform-set default' : '',
      },
    })
    const fix = firstOf(lab, ['R1'])
    expect(fix?.edits.map((edit) => edit.undo)).toEqual([['crypto ipsec profile prof1', ` ${undo}`]])
    holds(lab, fix, ['crypto ipsec profile prof1', ` set transform-set ${named}TS`])
  })
})

it('a policy of another method of IKEv1 is taken, and called what it is', () => {
  const lab = changed('ikev1-preshared-key', {
    R2: { replace: { 'authentication pre-share': ' authentication rsa-sig' }, paste: '' },
  })
  const fix = firstOf(lab, ['R2'])
  expect(fix?.edits.flatMap(({ paste }) => paste)).toContain(' authentication pre-share')
  expect(fix?.widensTrust).toBe('peers may prove themselves by pre-share as well')
})
