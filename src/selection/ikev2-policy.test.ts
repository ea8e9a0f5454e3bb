import { describe, expect, it } from 'vitest'
import { contextOf, lineAt } from '../../test/support/selection-stubs.ts'
import { type IkeV2Configuration, type IkeV2Proposal, ikeV2Policy, noIkeV2 } from './index.ts'

const proposal = (name: string): IkeV2Proposal => ({
  name,
  encryption: ['aes-cbc-256'],
  integrity: ['sha256'],
  prf: ['sha256'],
  groups: [14],
  at: lineAt(1),
})

const chosen = (ikev2: Partial<IkeV2Configuration>, localAddress = '192.0.2.1') => {
  const { choice, proposals, rule } = ikeV2Policy(contextOf({ ikev2: { ...noIkeV2, ...ikev2 } }), { localAddress })
  return { choice, rule, offers: proposals.map(({ name, groups }) => `${name}: group ${groups.join(' ')}`) }
}

const policy = (name: string, proposals: readonly string[], ...addresses: readonly string[]) => ({
  name,
  proposals: proposals.map((each) => ({ name: each, at: lineAt(3) })),
  matchLocal: addresses.map((address) => ({ address, at: lineAt(4) })),
  at: lineAt(2),
})

describe('the IKEv2 policy of a local address', () => {
  it('is the smart default where the user has none, with the smart default proposal', () => {
    expect(chosen({})).toEqual({ choice: 'default', rule: 'v2.policy.smart-default', offers: ['default: group 5 2'] })
  })

  it('is the smart default where no policy names what the user proposes', () => {
    expect(chosen({ proposals: [proposal('P')] }).offers).toEqual(['default: group 5 2'])
  })

  it('offers the user’s own proposal default, which takes the place of the smart one', () => {
    expect(chosen({ proposals: [proposal('default')] })).toMatchObject({
      choice: 'default',
      offers: ['default: group 14'],
    })
  })

  it('offers the smart default where a policy of the user names it, before or after others', () => {
    const offers = ['default: group 5 2', 'P: group 14']
    const policies = [policy('Q', ['default', 'P'])]
    expect(chosen({ proposals: [proposal('P')], policies })).toMatchObject({ choice: 'Q', offers })
  })

  it('prefers one that names the address, and passes over one that serves another', () => {
    const policies = [policy('ANY', ['P']), policy('OTHER', ['P'], '192.0.2.9'), policy('HERE', ['P'], '192.0.2.1')]
    expect(chosen({ proposals: [proposal('P')], policies }).choice).toBe('HERE')
    expect(chosen({ proposals: [proposal('P')], policies }, '192.0.2.7').choice).toBe('ANY')
  })

  it('is none where the defaults are turned off', () => {
    expect(chosen({ defaultPolicy: false })).toMatchObject({ choice: null, offers: [] })
    expect(chosen({ defaultProposal: false })).toMatchObject({ choice: null, offers: [] })
    const policies = [policy('Q', ['default'])]
    expect(chosen({ policies, defaultProposal: false })).toMatchObject({ choice: null, offers: [] })
  })
})
