import type { IkeV2Profile, IkeV2Proposal } from '../../selection/index.ts'
import { isAead } from '../../selection/index.ts'
import type { Context } from './context.ts'
import type { RouterDraft } from './draft.ts'

/** What IOS swallows in silence, and the engineer should hear of (ios-semantics §2.1, §6). */

function proposals(router: RouterDraft, context: Context): void {
  const used = new Set(
    Array.from(router.ikev2.policies.values()).flatMap(({ value }) => value.proposals.map(({ name }) => name)),
  )
  for (const { value } of router.ikev2.proposals.values()) {
    if (isUntouchedDefault(value)) continue
    if (!used.has(value.name) && value.name !== 'default')
      context.notice(
        'ikev2-proposal-without-policy',
        `no policy names IKEv2 proposal ${value.name}: IOS does not use it and negotiates with its default proposal`,
        value.at,
      )
    proposal(value, context)
  }
}

/** `crypto ikev2 proposal default` with no line below it: the smart default as it is. */
export const isUntouchedDefault = ({
  name,
  encryption,
  integrity,
  prf,
  groups,
}: Pick<IkeV2Proposal, 'name' | 'encryption' | 'integrity' | 'prf' | 'groups'>): boolean =>
  name === 'default' && encryption.length + integrity.length + prf.length + groups.length === 0

function proposal(
  value: Pick<IkeV2Proposal, 'name' | 'at' | 'encryption' | 'integrity' | 'prf' | 'groups'>,
  context: Context,
): void {
  const say = (text: string): void => context.notice('incomplete', `IKEv2 proposal ${value.name} ${text}`, value.at)
  if (value.encryption.length === 0) say('has no encryption: IOS calls it incomplete')
  if (value.groups.length === 0) say('has no group: IOS calls it incomplete')
  const aead = value.encryption.filter(isAead)
  const plain = value.encryption.length > aead.length
  if (aead.length > 0 && plain) say('mixes ciphers that authenticate with others: IOS refuses it')
  if (aead.length > 0 && !plain && value.integrity.length > 0) say(`has integrity beside ${aead[0]}: IOS refuses it`)
  if (aead.length > 0 && value.prf.length === 0) say(`has ${aead[0]} and no prf: IOS calls it incomplete`)
  if (plain && value.integrity.length === 0) say('has no integrity: IOS calls it incomplete')
}

const weakGroups: ReadonlySet<number> = new Set([1, 2, 5, 24])

function weakProposals(router: RouterDraft, context: Context): void {
  for (const { value, lines } of router.ikev2.proposals.values()) {
    const weak = (text: string, line: 'encryption' | 'integrity' | 'prf' | 'groups'): void =>
      context.notice('weak', `IKEv2 proposal ${value.name} ${text}`, lines.get(line) ?? value.at)
    for (const name of value.encryption) if (name === 'des' || name === '3des') weak(`offers ${name}`, 'encryption')
    for (const name of value.integrity) if (name === 'md5' || name === 'sha1') weak(`offers ${name}`, 'integrity')
    for (const group of value.groups) if (weakGroups.has(group)) weak(`offers group ${group}`, 'groups')
  }
}

const textOf = (statement: IkeV2Profile['matchIdentityRemote'][number]): string => {
  const { at: _, ...bare } = statement
  return JSON.stringify(bare)
}

function profiles(router: RouterDraft, context: Context): void {
  const seen = new Map<string, string>()
  for (const { value } of router.ikev2.profiles.values()) {
    if (value.shutdown) continue
    if (value.matchIdentityRemote.length + value.matchCertificate.length === 0)
      context.notice('incomplete', `IKEv2 profile ${value.name} has no match statement: IOS ignores it`, value.at)
    if (value.authenticationLocal === undefined || value.authenticationRemote.length === 0)
      context.notice('incomplete', `IKEv2 profile ${value.name} lacks authentication local or remote`, value.at)
    for (const statement of value.matchIdentityRemote) {
      const before = seen.get(textOf(statement))
      if (before !== undefined && before !== value.name)
        context.notice(
          'incomplete',
          `IKEv2 profiles ${before} and ${value.name} match the same identity: which one binds is hard to predict`,
          statement.at,
        )
      seen.set(textOf(statement), value.name)
    }
  }
}

export function checkIkev2(router: RouterDraft, context: Context): void {
  proposals(router, context)
  profiles(router, context)
  weakProposals(router, context)
}
