import { describe, expect, it } from 'vitest'
import { plainLab, plainPair } from '../../test/support/plain-pair.ts'
import { plainAuthority } from '../../test/support/random-pair/authorities.ts'
import type { Lab } from '../lab/index.ts'
import { decideDirection } from './decide-direction.ts'
import { caseOf } from './dependence.ts'
import { directionsOf } from './directions.ts'
import { prove } from './prove.ts'
import { worldOf } from './static/index.ts'

/** What the direction from R2 comes to, with its conditions. */
const casesFromR2 = (lab: Lab): readonly unknown[] => {
  const world = worldOf(lab)
  return directionsOf(lab)
    .filter(({ initiator }) => initiator.name === 'R2')
    .flatMap(({ initiator, responder, flow }) =>
      decideDirection(world, { initiator: initiator.name, responder: responder.name, flow }).groups.map((group) => {
        const { outcome, code, when } = caseOf(group, null)
        return [outcome, code, when.map((all) => all.map(({ text }) => text).join(' and '))]
      }),
    )
}

describe('a cause', () => {
  it('that lies in what another profile would accept leans on what that would rest on', () => {
    // R2 signs with TP1. Of two profiles that fit the last binds, and it trusts TP0; the first trusts TP1, by OCSP.
    const lab = plainLab(
      plainPair({}, [
        { trustpoints: [{}, { revocation: 'ocsp' }], profiles: [{}, { list: [{ trustpoint: 0, use: 'both' }] }] },
        { trustpoints: [{ authority: 1 }] },
      ]),
    )
    const down = casesFromR2(lab).filter((each) => JSON.stringify(each).includes('v1.overlap=last'))
    expect(down).toEqual([
      ['down', 'certificate-outside-profile-trustpoints', ['pki.ocsp=noAnswer and v1.overlap=last']],
      ['down', 'overlapping-profile-bound', ['pki.ocsp=good and v1.overlap=last']],
    ])
  })
})

describe('a certificate of a CA that bears the name of a built-in one', () => {
  it('is sent where the built-in CAs are asked for, whatever was enrolled when', () => {
    // R2 holds two certificates, and R1 knows neither CA: what R1 asks for behind its own CA decides.
    const builtIn = { ...plainAuthority, builtIn: true }
    const lab = plainLab(
      plainPair({}, [{}, { trustpoints: [{ authority: 1 }, { authority: 2 }], orderKnown: false }], {
        authorities: [plainAuthority, builtIn, plainAuthority],
        knobs: [{ name: 'v1.noCertreqMatch', value: 'fail' }],
      }),
    )
    expect(casesFromR2(lab)).toEqual([
      ['down', 'certificate-of-built-in-ca', ['builtins=15.3T']],
      ['down', 'no-certificate-for-any-request', ['builtins=none']],
    ])
  })
})

describe('what a negotiation leaves behind', () => {
  it.each([false, true])('is its outcome, and dead peer detection changes nothing of it: %j', (timers) => {
    // R1's profile expects another identity than R2 sends: R2 holds SAs that nobody answers, until it asks.
    const lab = plainLab(
      plainPair({ version: 2, kind: 'ipsec' }, [{ profiles: [{ matches: ['other'] }] }, { profiles: [{ timers }] }], {
        knobs: [{ name: 'v2.initValidateFailure', value: 'halfOpen' }],
      }),
    )
    const [fromR1] = prove(lab).verdict.tunnels.flatMap(({ directions }) => directions)
    expect(fromR1).toMatchObject({
      outcome: 'half-open',
      stage: 'IKE_AUTH response',
      cause: { code: 'peer-identity-outside-profile' },
      final: { R1: { ipsec: false }, R2: { ikev2: 'READY', ipsec: true } },
    })
  })
})

describe('a router with the address of its peer', () => {
  it('sends it nothing', () => {
    const files = plainPair({}, [{}, {}])
    const text = files['R2.cfg'] ?? ''
    const doubled = text.replace(
      ' ip address 192.168.0.2 255.255.255.0',
      ' ip address 192.168.0.2 255.255.255.0\n ip address 192.168.0.1 255.255.255.0 secondary',
    )
    expect(doubled).not.toBe(text)
    const directions = prove(plainLab({ ...files, 'R2.cfg': doubled })).verdict.tunnels.flatMap(
      (each) => each.directions,
    )
    expect(directions.map(({ initiator, outcome, cause }) => [initiator, outcome, cause?.code])).toEqual([
      ['R1', 'down', 'peer-unreachable'],
      ['R2', 'down', 'peer-unreachable'],
    ])
    expect(directions[1]?.cause?.because.at(-1)?.why).toBe(
      '192.168.0.1 is an address of R2 itself: the packet never leaves it',
    )
  })
})
