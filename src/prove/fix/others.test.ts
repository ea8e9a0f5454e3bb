import { expect, it } from 'vitest'
import { labOf } from '../../../test/support/cause-scenarios.ts'
import { prove } from '../prove.ts'

it('a further entry of a crypto map, which comes up, goes on to do so', () => {
  const second = (here: string, there: string, peer: string, profile: string): string =>
    [
      'crypto map VPN 20 ipsec-isakmp',
      ` set peer ${peer}`,
      ' set transform-set TS',
      ` set isakmp-profile ${profile}`,
      ' match address MORE',
      'ip access-list extended MORE',
      ` permit ip ${here} 0.0.0.255 ${there} 0.0.0.255`,
    ].join('\n')
  const lab = (entry: boolean) =>
    labOf({
      name: 'two entries',
      base: 'ikev1-crypto-map',
      lab: {},
      routers: {
        R1: { replace: {}, paste: entry ? second('10.1.0.0', '10.2.0.0', '192.168.0.2', 'prof1') : '' },
        R2: {
          replace: {},
          paste: `crypto isakmp profile prof2\n ca trust-point IOSCA1\n self-identity fqdn\n match identity host R1.cisco.com\n${
            entry ? second('10.2.0.0', '10.1.0.0', '192.168.0.1', 'prof2') : ''
          }`,
        },
      },
      expect: {},
      findings: [],
    })
  const told = (entry: boolean): readonly string[] =>
    prove(lab(entry), { fix: { canChange: [] } }).verdict.tunnels.flatMap(
      ({ fixes }) => fixes?.map(({ text }) => text) ?? [],
    )
  const [drop, name] = [/^R2: profile prof2 no longer takes peers of prof1/, /^R2: the tunnel names profile prof2/]
  expect(told(false)).toEqual([expect.stringMatching(drop), expect.stringMatching(name)])
  // The second entry names prof2, to which R1 is bound: were that to change it would no longer come up.
  expect(told(true)).toEqual([expect.stringMatching(name)])
})
