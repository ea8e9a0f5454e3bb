import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CauseScenario, labOf } from '../../../test/support/cause-scenarios.ts'
import { linesOf, meaningOf, outcomesIn, up, withFix } from '../../../test/support/fixes.ts'
import { plainLab, plainPair } from '../../../test/support/plain-pair.ts'
import { plainPhase1 } from '../../../test/support/random-pair/phase1.ts'
import { type Lab, readLab } from '../../lab/index.ts'
import { prove } from '../prove.ts'
import type { Fix } from '../verdict.ts'

const changed = (base: string, routers: CauseScenario['routers']): Lab =>
  labOf({ name: 'keys', base, lab: {}, routers, expect: {}, findings: [] })

const fixesOf = (lab: Lab, canChange: readonly string[] = []): readonly Fix[] =>
  prove(lab, { fix: { canChange } }).verdict.tunnels.flatMap(({ fixes }) => fixes ?? [])

const pasteOf = ({ edits }: Fix): readonly unknown[] => edits.map(({ router, paste }) => [router, ...paste])

/** Up in both directions in every case, with no key shown; and the undo lines give back what was. */
const holds = (lab: Lab, fix: Fix, keys: readonly string[]): void => {
  expect(fix).toMatchObject({ widensTrust: null, fragile: null })
  for (const key of keys) expect(JSON.stringify(fix)).not.toContain(key)
  const mended = withFix(lab, fix, 'paste')
  expect(outcomesIn(mended)).toEqual([
    ['R1', 'R2', up],
    ['R2', 'R1', up],
  ])
  const back = withFix(mended, fix, 'undo', lab)
  expect(outcomesIn(back)).toEqual(outcomesIn(lab))
  expect(back.routers.map(meaningOf)).toEqual(lab.routers.map(meaningOf))
}

const shared = 'Vault-7-copper-lantern'

describe('keys of IKEv1', () => {
  it('that differ: either end takes that of the other', () => {
    const lab = readLab([join(import.meta.dirname, '../../../examples/ikev1-wrong-psk')])
    const fixes = fixesOf(lab)
    expect(fixes.map(pasteOf)).toEqual([
      [
        [
          'R1',
          'crypto keyring site',
          ' no pre-shared-key address 192.168.0.2 key <the key that R1 had for 192.168.0.2 in keyring site>',
          ' pre-shared-key address 192.168.0.2 key <the key that R2 has for 192.168.0.1 in keyring site>',
        ],
      ],
      [
        [
          'R2',
          'crypto keyring site',
          ' no pre-shared-key address 192.168.0.1 key <the key that R2 had for 192.168.0.1 in keyring site>',
          ' pre-shared-key address 192.168.0.1 key <the key that R1 has for 192.168.0.2 in keyring site>',
        ],
      ],
    ])
    expect(fixes[0]?.edits[0]?.keys.map(({ at }) => [at.file, at.line, at.text.trim()])).toEqual([
      ['R2.cfg', 8, 'pre-shared-key address 192.168.0.1 key ******'],
      ['R1.cfg', 8, 'pre-shared-key address 192.168.0.2 key ******'],
    ])
    expect(fixes[0] && linesOf(lab, fixes[0], 'paste')[0]?.paste.at(-1)).toBe(
      ` pre-shared-key address 192.168.0.2 key ${shared}s`,
    )
    for (const fix of fixes) holds(lab, fix, [shared])
  })

  it('of which one is missing', () => {
    const line = `pre-shared-key address 192.168.0.1 key ${shared}`
    const lab = changed('ikev1-preshared-key', {
      R2: { replace: { [line]: `  ${line.replace('192.168.0.1', '192.168.9.9')}` }, paste: '' },
    })
    const fixes = fixesOf(lab)
    expect(fixes.map(pasteOf)).toEqual([
      [
        [
          'R2',
          'crypto keyring site',
          ' pre-shared-key address 192.168.0.1 key <the key that R1 has for 192.168.0.2 in keyring site>',
        ],
      ],
    ])
    for (const fix of fixes) holds(lab, fix, [shared])
    expect(fixesOf(lab, ['R1'])).toEqual([])
  })

  it.each(['', ' no-xauth'])('of the keyring default%s', (more) => {
    const globally = (peer: string, key: string): CauseScenario['routers'][string] => ({
      replace: { [`pre-shared-key address ${peer} key ${shared}`]: '', 'keyring site': '', 'crypto keyring site': '' },
      paste: `crypto isakmp key ${key} address ${peer}${more}`,
    })
    const lab = changed('ikev1-preshared-key', {
      R1: globally('192.168.0.2', 'copper'),
      R2: globally('192.168.0.1', 'lantern'),
    })
    const fixes = fixesOf(lab, ['R2'])
    expect(fixes.map(pasteOf)).toEqual([
      [
        [
          'R2',
          `no crypto isakmp key <the key that R2 had for 192.168.0.1> address 192.168.0.1${more}`,
          `crypto isakmp key <the key that R1 has for 192.168.0.2> address 192.168.0.1${more}`,
        ],
      ],
    ])
    for (const fix of fixes) holds(lab, fix, ['copper', 'lantern'])
  })

  it('for a network stay as they are: another one for the peer alone is put beside them', () => {
    const line = `pre-shared-key address 192.168.0.1 key ${shared}`
    const lab = changed('ikev1-preshared-key', {
      R2: { replace: { [line]: '  pre-shared-key address 192.168.0.0 255.255.0.0 key for-everybody' }, paste: '' },
    })
    const [first] = fixesOf(lab, ['R2'])
    expect(first?.edits.flatMap(({ paste }) => paste)).toEqual([
      'crypto keyring site',
      ' pre-shared-key address 192.168.0.1 key <the key that R1 has for 192.168.0.2 in keyring site>',
    ])
    if (first) holds(lab, first, [shared, 'for-everybody'])
  })

  it('in a keyring that the profile does not name', () => {
    const lab = changed('ikev1-preshared-key', {
      R2: {
        replace: { 'keyring site': '   keyring other' },
        paste: `crypto keyring other\n  pre-shared-key address 192.168.0.0 255.255.255.0 key ${shared}`,
      },
    })
    const [first] = fixesOf(lab)
    expect(first?.edits.flatMap(({ paste }) => paste)).toEqual([
      'crypto keyring site',
      ' no pre-shared-key address 192.168.0.1 key <the key that R2 had for 192.168.0.1 in keyring site>',
    ])
    if (first) holds(lab, first, [shared])
  })

  it('are never taken from where a change has just put them', () => {
    const lab = changed('ikev1-preshared-key', {
      R1: {
        replace: { [`pre-shared-key address 192.168.0.2 key ${shared}`]: '' },
        paste: 'crypto isakmp key for-everybody address 0.0.0.0 0.0.0.0',
      },
    })
    const fixes = fixesOf(lab)
    expect(fixes.map(pasteOf)).toEqual([
      [
        [
          'R1',
          'crypto keyring site',
          ' pre-shared-key address 192.168.0.2 key <the key that R2 has for 192.168.0.1 in keyring site>',
        ],
      ],
    ])
    for (const fix of fixes) holds(lab, fix, [shared, 'for-everybody'])
  })

  it('that nobody can read are left alone', () => {
    const line = `pre-shared-key address 192.168.0.1 key ${shared}`
    const lab = changed('ikev1-preshared-key', {
      R2: { replace: { [line]: '  pre-shared-key address 192.168.0.1 key 6 AbCdEf' }, paste: '' },
    })
    expect(fixesOf(lab)).toEqual([])
  })

  it('are not taken from an end of which nobody can read which key counts', () => {
    const line = `pre-shared-key address 192.168.0.1 key ${shared}`
    const wide = '  pre-shared-key address 0.0.0.0 0.0.0.0 key for-everybody'
    const lab = changed('ikev1-preshared-key', {
      R2: { replace: { [line]: `${wide}\n  pre-shared-key address 192.168.0.1 key 6 AbCdEf` }, paste: '' },
    })
    expect(fixesOf(lab)).toEqual([])
  })
})

describe('keys of IKEv2', () => {
  const remote = 'authentication remote rsa-sig'
  const local = 'authentication local rsa-sig'

  /** `ikev2-certificates`, with shared keys. */
  const keysOf = (r1: Keys, r2: Keys): Lab => changed('ikev2-certificates', { R1: patch(r1), R2: patch(r2) })

  /** Lines of the profile, and of a keyring KR that it then names. */
  interface Keys {
    readonly local?: string
    readonly remote?: string
    readonly keyring?: readonly string[]
  }

  const patch = ({ local: own, remote: theirs, keyring }: Keys): CauseScenario['routers'][string] => ({
    replace: {
      [remote]: ` authentication remote pre-share${theirs === undefined ? '' : ` key ${theirs}`}`,
      [local]: ` authentication local pre-share${own === undefined ? '' : ` key ${own}`}${keyring ? '\n keyring local KR' : ''}`,
    },
    paste: keyring ? ['crypto ikev2 keyring KR', ...keyring].join('\n') : '',
  })

  const inProfile = (key: string): Keys => ({ local: key, remote: key })

  const peer = (name: string, address: string, ...keys: readonly string[]): Keys => ({
    keyring: [` peer ${name}`, `  address ${address}`, ...keys.map((key) => `  pre-shared-key ${key}`)],
  })

  it.each<[string, Keys, Keys, readonly string[]]>([
    [
      'in the lines of a profile',
      inProfile('copper-one'),
      inProfile('copper-two'),
      [
        'crypto ikev2 profile profile1',
        ' authentication local pre-share key <the key that R1 has for 192.168.0.2>',
        ' authentication remote pre-share key <the key that R1 has for 192.168.0.2>',
      ],
    ],
    [
      'in a peer of a keyring',
      inProfile('copper-one'),
      peer('hub', '192.168.0.1', 'copper-two'),
      ['crypto ikev2 keyring KR', ' peer hub', '  pre-shared-key <the key that R1 has for 192.168.0.2>'],
    ],
    [
      'one of the two',
      { local: 'copper-one', remote: 'copper-two' },
      peer('hub', '192.168.0.1', 'local copper-two', 'remote copper-six'),
      [
        'crypto ikev2 keyring KR',
        ' peer hub',
        '  pre-shared-key local <the local key that R2 had in peer hub>',
        '  pre-shared-key remote <the local key that R1 has for 192.168.0.2>',
      ],
    ],
    [
      'one of two that were the same',
      { local: 'copper-one', remote: 'copper-two' },
      peer('hub', '192.168.0.1', 'copper-two'),
      [
        'crypto ikev2 keyring KR',
        ' peer hub',
        '  pre-shared-key local <the key that R2 had in peer hub>',
        '  pre-shared-key remote <the local key that R1 has for 192.168.0.2>',
      ],
    ],
    [
      'that a peer lacks',
      inProfile('copper-one'),
      peer('hub', '192.168.0.1', 'local copper-one'),
      ['crypto ikev2 keyring KR', ' peer hub', '  pre-shared-key <the local key that R2 had in peer hub>'],
    ],
    [
      'for a network, which keeps its own',
      inProfile('copper-one'),
      peer('R1', '192.168.0.0 255.255.0.0', 'copper-two'),
      [
        'crypto ikev2 keyring KR',
        ' peer R1-2',
        '  address 192.168.0.1',
        '  pre-shared-key <the key that R1 has for 192.168.0.2>',
      ],
    ],
    [
      'where no keyring is named',
      inProfile('copper-one'),
      {},
      [
        'crypto ikev2 keyring to-R1',
        ' peer R1',
        '  address 192.168.0.1',
        '  pre-shared-key <the key that R1 has for 192.168.0.2>',
        'crypto ikev2 profile profile1',
        ' keyring local to-R1',
      ],
    ],
    [
      'of which the profile has one and the keyring the other',
      { local: 'copper-one', remote: 'copper-two' },
      { ...peer('hub', '192.168.0.1', 'copper-six'), local: 'copper-ten' },
      [
        'crypto ikev2 profile profile1',
        ' authentication local pre-share key <the remote key that R1 has for 192.168.0.2>',
        'crypto ikev2 keyring KR',
        ' peer hub',
        '  pre-shared-key local <the key that R2 had in peer hub>',
        '  pre-shared-key remote <the local key that R1 has for 192.168.0.2>',
      ],
    ],
  ])('%s', (_, r1, r2, paste) => {
    const lab = keysOf(r1, r2)
    const [first] = fixesOf(lab, ['R2'])
    expect(first?.edits.flatMap((edit) => edit.paste)).toEqual(paste)
    if (first) holds(lab, first, ['copper'])
  })

  it('either end takes those of the other', () => {
    const fixes = fixesOf(keysOf(inProfile('copper-one'), inProfile('copper-two')))
    expect(fixes.map(({ text }) => text)).toEqual([
      'R1: the key for 192.168.0.2 is the one that R2 has for 192.168.0.1',
      'R2: the key for 192.168.0.1 is the one that R1 has for 192.168.0.2',
    ])
  })

  it('of an AAA server are left alone', () => {
    const lab = changed('ikev2-certificates', {
      R1: patch(inProfile('copper-one')),
      R2: { ...patch({}), paste: 'crypto ikev2 profile profile1\n keyring aaa LIST name-mangler M' },
    })
    expect(fixesOf(lab)).toEqual([])
  })
})

describe('keys that other tunnels use too', () => {
  const phase1 = (key: string, keysFor: 'address' | 'anybody' = 'address') => ({ ...plainPhase1, key, keysFor })
  const ofThird = (lab: Lab): unknown => outcomesIn(lab).filter(([one, two]) => one === 'R3' || two === 'R3')

  it('in the lines of a profile are changed at the other end', () => {
    const line = (inlineKey: string) => ({ profiles: [{ inlineKey, matches: ['network' as const] }] })
    const lab = plainLab(
      plainPair({ version: 2, method: 'pre-share', identity: 'address' }, [line('hub'), line('two'), line('hub')]),
    )
    const fixes = fixesOf(lab)
    expect(fixes.map(({ text }) => text)).toEqual([
      'R2: the key for 192.168.0.1 is the one that R1 has for 192.168.0.2',
    ])
    for (const fix of fixes) expect(ofThird(withFix(lab, fix, 'paste'))).toEqual(ofThird(lab))
    expect(fixesOf(lab, ['R1'])).toEqual([])
  })

  it('of IKEv1, for anybody, get one beside them for the peer alone', () => {
    const lab = plainLab(
      plainPair({ version: 1, method: 'pre-share', identity: 'address' }, [
        { phase1: phase1('hub', 'anybody'), profiles: [{ keyrings: ['KEYS'], matches: ['network'] }] },
        { phase1: phase1('two'), profiles: [{ keyrings: ['KEYS'] }] },
        { phase1: phase1('hub'), profiles: [{ keyrings: ['KEYS'] }] },
      ]),
    )
    const [first, ...others] = fixesOf(lab, ['R1'])
    expect(first?.edits.flatMap(({ paste }) => paste)).toEqual([
      'crypto keyring KEYS',
      ' pre-shared-key address 192.168.0.2 key <the key that R2 has for 192.168.0.1 in keyring KEYS>',
    ])
    expect(others).toEqual([])
    if (!first) return
    const mended = withFix(lab, first, 'paste')
    expect(new Set(outcomesIn(mended).map(([, , cases]) => JSON.stringify(cases)))).toEqual(
      new Set([JSON.stringify(up)]),
    )
    expect(ofThird(mended)).toEqual(ofThird(lab))
  })
})
