import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labOf as scenarioLab } from '../../../test/support/cause-scenarios.ts'
import { meaningOf, outcomesIn, up, withFix } from '../../../test/support/fixes.ts'
import { type Lab, readLab } from '../../lab/index.ts'
import { prove } from '../prove.ts'
import type { Fix } from '../verdict.ts'

const of = (network: string, wildcard = '0.0.0.255'): string => `${network} ${wildcard}`
const [lan1, lan2] = [of('192.168.100.0'), of('192.168.200.0')]
const [half1, half2] = [of('192.168.100.0', '0.0.0.127'), of('192.168.200.0', '0.0.0.127')]

/** `ikev1-crypto-map`, with the entries of each router's access list, and lines that are pasted behind its configuration. */
const mapsWith = (
  lists: Readonly<Record<'R1' | 'R2', readonly string[]>>,
  more: Partial<Record<'R1' | 'R2', string>> = {},
  version: 1 | 2 = 1,
): Lab =>
  scenarioLab({
    name: 'access lists',
    base: 'ikev1-crypto-map',
    lab: {},
    routers: Object.fromEntries(
      (['R1', 'R2'] as const).map((name) => {
        const [here, there] = name === 'R1' ? [lan1, lan2] : [lan2, lan1]
        const entries = lists[name].map((entry) => ` ${entry}`).join('\n')
        const peer = name === 'R1' ? 'R2' : 'R1'
        const ikeV2 = `crypto ikev2 profile v2\n identity local fqdn ${name}.cisco.com\n match identity remote fqdn ${peer}.cisco.com\n authentication local rsa-sig\n authentication remote rsa-sig\n pki trustpoint IOSCA1\n`
        return [
          name,
          {
            replace: {
              [`permit ip ${here} ${there}`]: entries,
              ...(version === 2 ? { 'set isakmp-profile prof1': ' set ikev2-profile v2' } : {}),
            },
            paste: `${version === 2 ? ikeV2 : ''}${more[name] ?? ''}`,
          },
        ]
      }),
    ),
    expect: {},
    findings: [],
  })

const fixesOf = (lab: Lab, canChange: readonly string[] = []): readonly Fix[] =>
  prove(lab, { fix: { canChange } }).verdict.tunnels.flatMap(({ fixes }) => fixes ?? [])

const linesOf = ({ edits }: Fix): readonly unknown[] => edits.map(({ router, paste, undo }) => [router, paste, undo])

/** Up in both directions in every case; and the undo lines give back what was. */
const holds = (lab: Lab, fix: Fix): void => {
  const mended = withFix(lab, fix, 'paste')
  expect(outcomesIn(mended)).toEqual([
    ['R1', 'R2', up],
    ['R2', 'R1', up],
  ])
  const back = withFix(mended, fix, 'undo')
  expect(outcomesIn(back)).toEqual(outcomesIn(lab))
  expect(back.routers.map(meaningOf)).toEqual(lab.routers.map(meaningOf))
}

describe('access lists of crypto maps that do not mirror each other', () => {
  it('the one that names less gets an entry more', () => {
    const lab = mapsWith({ R1: [`permit ip ${lan1} ${lan2}`], R2: [`permit ip ${half2} ${half1}`] })
    const [first, ...others] = fixesOf(lab)
    expect(first && linesOf(first)).toEqual([
      [
        'R2',
        ['ip access-list extended LAN', ` permit ip ${lan2} ${lan1}`],
        ['ip access-list extended LAN', ` no permit ip ${lan2} ${lan1}`],
      ],
    ])
    expect(first?.widensTrust).toBeNull()
    expect(others).toEqual([])
    if (first) holds(lab, first)
  })

  it('the one that names more gives protection away where it alone may be changed, and says so', () => {
    const lab = mapsWith({ R1: [`permit ip ${lan1} ${lan2}`], R2: [`permit ip ${half2} ${half1}`] })
    const [first, ...others] = fixesOf(lab, ['R1'])
    expect(first && linesOf(first)).toEqual([
      [
        'R1',
        ['ip access-list extended LAN', ` permit ip ${half1} ${half2}`, ` no permit ip ${lan1} ${lan2}`],
        ['ip access-list extended LAN', ` permit ip ${lan1} ${lan2}`, ` no permit ip ${half1} ${half2}`],
      ],
    ])
    expect(first?.widensTrust).toMatch(/no longer protected/)
    expect(others).toEqual([])
    if (first) holds(lab, first)
  })

  it('one that is replaced keeps what else the other end offers for it', () => {
    const quarter1 = of('192.168.100.128', '0.0.0.63')
    const lab = mapsWith({
      R1: [`permit ip ${half1} ${lan2}`, `permit ip ${quarter1} ${lan2}`],
      R2: [`permit ip ${lan2} ${lan1}`],
    })
    const [first] = fixesOf(lab, ['R2'])
    expect(first?.edits.flatMap(({ paste }) => paste)).toEqual([
      'ip access-list extended LAN',
      ` permit ip ${lan2} ${half1}`,
      ` permit ip ${lan2} ${quarter1}`,
      ` no permit ip ${lan2} ${lan1}`,
    ])
    if (first) holds(lab, first)
  })

  it.each([1, 2] as const)('IKEv%i: where they name different networks each gets what the other has', (version) => {
    const elsewhere = of('192.168.77.0')
    const lab = mapsWith({ R1: [`permit ip ${lan1} ${lan2}`], R2: [`permit ip ${lan2} ${elsewhere}`] }, {}, version)
    const [first] = fixesOf(lab)
    expect(new Set(first?.edits.flatMap(({ router, paste }) => `${router}${paste.at(-1)}`))).toEqual(
      new Set([`R1 permit ip ${elsewhere} ${lan2}`, `R2 permit ip ${lan2} ${lan1}`]),
    )
    expect(first?.widensTrust).toBeNull()
    if (first) holds(lab, first)
    const [alone] = fixesOf(lab, ['R2'])
    expect(alone?.edits.flatMap(({ paste }) => paste)).toEqual([
      'ip access-list extended LAN',
      ` permit ip ${lan2} ${lan1}`,
      ` no permit ip ${lan2} ${elsewhere}`,
    ])
    expect(alone?.widensTrust).toMatch(/no longer protected/)
    if (alone) holds(lab, alone)
  })

  it('a numbered list is changed in the mode that takes single entries out', () => {
    const lab = mapsWith(
      { R1: [`permit ip ${lan1} ${lan2}`], R2: [`permit ip ${lan2} ${lan1}`] },
      {
        R2: `access-list 101 permit tcp ${lan2} ${half1} eq www\ncrypto map VPN 10 ipsec-isakmp\n match address 101`,
      },
    )
    const [first] = fixesOf(lab)
    expect(first && linesOf(first)).toEqual([
      [
        'R2',
        ['ip access-list extended 101', ` permit ip ${lan2} ${lan1}`],
        ['ip access-list extended 101', ` no permit ip ${lan2} ${lan1}`],
      ],
    ])
    if (first) holds(lab, first)
  })

  it('hosts, ports and protocols are named as IOS names them', () => {
    const lab = mapsWith({
      R1: [`permit tcp host 192.168.100.1 192.168.0.0 0.0.255.255 eq 443`],
      R2: [`permit 89 ${lan2} ${lan1}`],
    })
    const pasted = fixesOf(lab).flatMap(({ edits }) => edits.flatMap(({ paste }) => paste))
    expect(pasted).toContain(' permit 6 192.168.0.0 0.0.255.255 eq 443 host 192.168.100.1')
  })

  it('whatever the lists, what is offered holds', () => {
    const [here, there] = (['192.168.100', '192.168.200'] as const).map((net) =>
      fc.constantFrom(...[`${net}.0 0.0.0.255`, `${net}.0 0.0.0.127`, `${net}.128 0.0.0.127`, `host ${net}.1`, 'any']),
    ) as [fc.Arbitrary<string>, fc.Arbitrary<string>]
    const entries = (from: fc.Arbitrary<string>, to: fc.Arbitrary<string>) =>
      fc.array(
        fc
          .tuple(fc.constantFrom('permit', 'permit', 'deny'), fc.constantFrom('ip', 'ip', 'tcp'), from, to)
          .map((words) => words.join(' ')),
        { minLength: 1, maxLength: 3 },
      )
    let offered = 0
    fc.assert(
      fc.property(entries(here, there), entries(there, here), fc.constantFrom(1, 2), (one, two, version) => {
        fc.pre([one, two].every((list) => list.some((entry) => entry.startsWith('permit'))))
        const lab = mapsWith({ R1: [...new Set(one)], R2: [...new Set(two)] }, {}, version as 1 | 2)
        for (const fix of fixesOf(lab)) {
          offered += 1
          holds(lab, fix)
        }
      }),
      { numRuns: 25 },
    )
    expect(offered).toBeGreaterThan(5)
  })

  describe('nothing is added', () => {
    const lists = { R1: [`permit ip ${lan1} ${lan2}`], R2: [`permit ip ${half2} ${half1}`] }

    it('that another entry of the crypto maps protects', () => {
      const another = `crypto map VPN 20 ipsec-isakmp\n set peer 192.168.0.77\n set transform-set TS\n match address ALL\nip access-list extended ALL\n permit ip 192.168.200.128 0.0.0.127 any`
      expect(fixesOf(mapsWith(lists, { R2: another }), ['R2'])).toEqual([])
      expect(fixesOf(mapsWith(lists, { R2: another.replace('200.128', '201.128') }), ['R2'])).toHaveLength(1)
    })

    it.each([
      ['a filter', 'interface Ethernet0/1\n ip access-group LAN in'],
      ['another map entry', 'crypto map VPN 20 ipsec-isakmp\n set peer 192.168.0.77\n match address LAN'],
      ['NAT', 'ip nat inside source list LAN interface Ethernet0/0 overload'],
    ])('to a list by which %s goes too', (_, line) => {
      expect(fixesOf(mapsWith(lists, { R2: line }), ['R2'])).toEqual([])
    })

    it('that would take everything', () => {
      const everything = { R1: ['permit ip any any'], R2: [`permit ip ${half2} ${half1}`] }
      expect(fixesOf(mapsWith(everything), ['R2'])).toEqual([])
    })

    it('in the place of an entry that is not the last one', () => {
      const two = { R1: [`permit ip ${lan1} ${lan2}`, `permit ip ${lan1} ${of('10.9.0.0')}`], R2: lists.R2 }
      expect(fixesOf(mapsWith(two), ['R1'])).toEqual([])
    })
  })
})

describe('tunnel interfaces of which one is GRE', () => {
  it.each([
    ['R1', ['interface Tunnel1', ' tunnel mode gre ip']],
    ['R2', ['interface Tunnel1', ' tunnel mode ipsec ipv4']],
  ])('%s wraps its packets as the other end does', (router, paste) => {
    const read = readLab([join(import.meta.dirname, '../../../examples/ikev1-vti')])
    const gre = {
      edits: [{ router: 'R2', file: '', paste: ['interface Tunnel1', ' no tunnel mode'], undo: [], keys: [] }],
    }
    const lab = withFix(read, gre, 'paste')
    const [first] = fixesOf(lab, [router])
    expect(first?.edits.map((edit) => [edit.router, edit.paste])).toEqual([[router, paste]])
    if (first) holds(lab, first)
  })
})
