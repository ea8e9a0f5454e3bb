import fc from 'fast-check'
import { expect, it } from 'vitest'
import { labOf } from '../../test/support/cause-scenarios.ts'
import { protectedFlows } from '../ipsec/index.ts'
import type { Lab } from '../lab/index.ts'
import { decideDirection } from './decide-direction.ts'
import { mirrorFindings } from './mirror-findings.ts'
import { worldOf } from './static/index.ts'

const mapsOf = (lists: readonly (readonly string[])[], version: 1 | 2): Lab =>
  labOf({
    name: 'entries',
    base: 'ikev1-crypto-map',
    lab: {},
    routers: Object.fromEntries(
      lists.map((entries, index) => {
        const [name, peer] = index === 0 ? ['R1', 'R2'] : ['R2', 'R1']
        const profile = [
          'crypto ikev2 profile v2',
          ` identity local fqdn ${name}.cisco.com`,
          ` match identity remote fqdn ${peer}.cisco.com`,
          ' authentication local rsa-sig',
          ' authentication remote rsa-sig',
          ' pki trustpoint IOSCA1',
        ]
        const [here, there] = index === 0 ? [100, 200] : [200, 100]
        const own = `permit ip 192.168.${here}.0 0.0.0.255 192.168.${there}.0 0.0.0.255`
        return [
          name,
          {
            replace: {
              [own]: entries.map((entry) => ` ${entry}`).join('\n'),
              ...(version === 2 ? { 'set isakmp-profile prof1': ' set ikev2-profile v2' } : {}),
            },
            paste: version === 2 ? profile.join('\n') : '',
          },
        ]
      }),
    ),
    expect: {},
    findings: [],
  })

const entriesOf = (here: string, there: string): fc.Arbitrary<readonly string[]> => {
  const net = (prefix: string) =>
    fc.constantFrom(`${prefix}.0 0.0.0.255`, `${prefix}.0 0.0.0.127`, `${prefix}.128 0.0.0.127`, `host ${prefix}.1`)
  const entry = fc
    .tuple(
      fc.constantFrom('permit', 'permit', 'permit', 'deny'),
      fc.constantFrom('ip', 'ip', 'tcp'),
      net(here),
      net(there),
    )
    .map((words) => words.join(' '))
  return fc.uniqueArray(entry, { minLength: 2, maxLength: 4 })
}

it('what is told of further entries is what the decisions come to', () => {
  let told = 0
  fc.assert(
    fc.property(
      entriesOf('192.168.100', '192.168.200'),
      entriesOf('192.168.200', '192.168.100'),
      fc.constantFrom(1 as const, 2 as const),
      (one, two, version) => {
        fc.pre([one, two].every((list) => list.some((entry) => entry.startsWith('permit'))))
        const lab = mapsOf([one, two], version)
        const world = worldOf(lab)
        const refused = lab.routers.flatMap(({ name, configuration }) =>
          protectedFlows(configuration.ipsec)
            .slice(1)
            .filter((flow) => {
              const responder = name === 'R1' ? 'R2' : 'R1'
              const { groups } = decideDirection(world, { initiator: name, responder, flow })
              return groups[0]?.classes[0]?.walk.code === 'proxy-identities-not-supported'
            })
            .map(({ at }) => [name, at.line]),
        )
        told += refused.length
        expect(mirrorFindings(lab).map(({ router, at }) => [router, at?.line])).toEqual(refused)
      },
    ),
    { numRuns: 80 },
  )
  expect(told).toBeGreaterThan(10)
})
