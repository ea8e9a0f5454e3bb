import { describe, expect, it } from 'vitest'
import { type CauseScenario, causeScenarios, labOf } from '../../../test/support/cause-scenarios.ts'
import { meaningOf, outcomesIn, up, withFix } from '../../../test/support/fixes.ts'
import type { Lab } from '../../lab/index.ts'
import { prove } from '../prove.ts'
import type { Fix } from '../verdict.ts'

/** Causes for which no line is offered in any scenario, and who or what must act instead. */
const takesMore: Readonly<Record<string, string>> = {
  'no-suitable-trustpoint': 'a CA must be authenticated, and perhaps enrolled in',
  'no-certificate-for-any-request': 'a certificate of the CA that is asked for must be enrolled',
  'certificate-of-built-in-ca': 'a certificate of another CA must be enrolled',
  'key-usage-forbids-signature': 'the CA must issue another certificate',
  'key-usage-forbids-signing-certificates': 'the certificate of the CA itself is wrong',
  'issuer-not-ca': 'the certificate of the CA itself is wrong',
  'path-length-exceeded': 'the certificate of the CA itself is wrong',
  'unknown-critical-extension': 'the certificate of the CA itself is wrong',
  'weak-key': 'a longer key must be generated and enrolled',
  'no-authentication-material': 'the router was never enrolled, and the other end has no key for it',
  'eap-not-supported': 'what EAP would come to is not known',
  'peer-unreachable': 'a way for the packets must be found',
  'two-cas-of-one-name': 'one of the CAs needs another name',
  'signature-algorithm-not-supported': 'the CA must sign with another hash, or the router needs another release',
  'certificate-version-not-supported': 'the CA must issue another certificate',
  'signature-hash-not-supported': 'the router needs another release',
  'intermediate-ca-missing': 'the CA between must be authenticated',
  'peer-not-in-scenario': 'nobody knows whether the address is wrong or the router is missing',
  'certificate-map-forbids': 'the map says whom the trustpoint takes: that is a decision',
  expired: 'the certificate must be renewed',
  'not-yet-valid': 'the certificate becomes valid, or the clock is wrong',
  revoked: 'another certificate must be enrolled',
  'clock-wrong': 'the clock must be set',
}

const fixesOf = (lab: Lab): readonly Fix[] =>
  prove(lab, { fix: { canChange: [] } }).verdict.tunnels.flatMap(({ fixes }) => fixes ?? [])

const isRenewal = ({ edits }: Fix): boolean => edits.some(({ undo }) => undo.length === 0)

/** The scenarios in which a direction does not come up. */
const failing = causeScenarios()
  .map(({ cause, produces }) => ({
    cause,
    scenarios: produces.filter(({ expect: directions }) => Object.values(directions).some((each) => each !== 'up')),
  }))
  .filter(({ scenarios }) => scenarios.length > 0)

const offered = new Set<string>()

const holds = (scenario: CauseScenario): number => {
  const lab = labOf(scenario)
  const before = outcomesIn(lab)
  const fixes = fixesOf(lab).filter((fix) => !isRenewal(fix))
  for (const fix of fixes) {
    const mended = withFix(lab, fix, 'paste')
    for (const direction of outcomesIn(mended)) expect([fix.text, direction[2]]).toEqual([fix.text, up])
    const back = withFix(mended, fix, 'undo', lab)
    expect([fix.text, outcomesIn(back)]).toEqual([fix.text, before])
    expect([fix.text, ...back.routers.map(meaningOf)]).toEqual([fix.text, ...lab.routers.map(meaningOf)])
  }
  return fixes.length
}

describe('every fix of a scenario brings both directions up, and its undo lines give back what was', () => {
  it.each(failing)('$cause', ({ cause, scenarios }) => {
    for (const scenario of scenarios) if (holds(scenario) > 0) offered.add(cause)
  })

  it('and those without a fix take more than a line of configuration', () => {
    const without = failing.map(({ cause }) => cause).filter((cause) => !offered.has(cause))
    expect([...without].sort()).toEqual(Object.keys(takesMore).sort())
  })
})
