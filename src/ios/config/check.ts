import type { SourceRef } from '../../trace/index.ts'
import type { Context } from './context.ts'
import type { RouterDraft } from './draft.ts'
import { listed, nearest } from './errors.ts'
import { checkIkev2 } from './ikev2-checks.ts'

/** What a configuration refers to must be there: one function for each kind of reference. */

interface Reference {
  readonly what: string
  readonly name: string
  readonly at: SourceRef
}

/** Fails unless `name` is known; says the nearest name, the known ones, and the command that would make it. */
function must(reference: Reference, known: ReadonlySet<string>, command: string, context: Context): void {
  const { what, name, at } = reference
  if (known.has(name) || context.full) return
  const near = nearest(name, known)
  const list = known.size === 0 ? `no ${what} is configured` : `configured: ${listed([...known])}`
  context.fail(
    {
      word: name,
      message: `unknown ${what} "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
      expected: `the name of ${/^[aeio]/i.test(what) ? 'an' : 'a'} ${what} (${list})`,
      remedy: `${near === undefined ? '' : `write "${near}", or `}add "${command.replace('NAME', name)}"`,
    },
    at,
  )
}

function checkProfiles(router: RouterDraft, context: Context): void {
  const trustpoints = new Set(router.trustpoints.keys())
  const maps = new Set(router.certificateMaps.keys())
  const keyrings = new Set(['default', ...router.keyrings.keys()])
  for (const { value, statements } of router.profiles.values()) {
    for (const { name, at } of value.caTrustPoints)
      must({ what: 'trust point', name, at }, trustpoints, 'crypto pki trustpoint NAME', context)
    for (const { map, at } of value.matchCertificate)
      must({ what: 'certificate map', name: map, at }, maps, 'crypto pki certificate map NAME 10', context)
    for (const { name, at } of value.keyrings)
      must({ what: 'keyring', name, at }, keyrings, 'crypto keyring NAME', context)
    if (statements.size === 0 && value.matchCertificate.length === 0)
      context.notice(
        'incomplete',
        `profile ${value.name} has no match statement: IOS ignores it for incoming negotiations`,
        value.at,
      )
  }
}

function checkIkev2References(router: RouterDraft, context: Context): void {
  const { proposals, policies, keyrings, profiles } = router.ikev2
  const knownProposals = new Set(['default', ...proposals.keys()])
  const trustpoints = new Set(router.trustpoints.keys())
  const maps = new Set(router.certificateMaps.keys())
  const knownKeyrings = new Set(keyrings.keys())
  for (const { value } of policies.values())
    for (const { name, at } of value.proposals)
      must({ what: 'IKEv2 proposal', name, at }, knownProposals, 'crypto ikev2 proposal NAME', context)
  for (const { value } of profiles.values()) {
    for (const { name, at } of value.trustpoints)
      must({ what: 'trust point', name, at }, trustpoints, 'crypto pki trustpoint NAME', context)
    for (const { map, at } of value.matchCertificate)
      must({ what: 'certificate map', name: map, at }, maps, 'crypto pki certificate map NAME 10', context)
    if (value.keyring)
      must({ what: 'IKEv2 keyring', ...value.keyring }, knownKeyrings, 'crypto ikev2 keyring NAME', context)
  }
}

function checkTrustpoints(router: RouterDraft, context: Context): void {
  const trustpoints = new Set(router.trustpoints.keys())
  const maps = new Set(router.certificateMaps.keys())
  for (const { value, lines } of router.trustpoints.values()) {
    const { chainValidation } = value
    if (chainValidation.mode === 'continue' && chainValidation.parent !== undefined)
      must(
        { what: 'trust point', name: chainValidation.parent, at: lines.get('chainValidation') ?? value.at },
        trustpoints,
        'crypto pki trustpoint NAME',
        context,
      )
    for (const { map, at } of value.matchCertificate)
      must({ what: 'certificate map', name: map, at }, maps, 'crypto pki certificate map NAME 10', context)
  }
  for (const { value } of router.chains.values())
    if (!router.trustpoints.has(value.trustpoint))
      context.notice(
        'dangling-reference',
        `certificates of trust point ${value.trustpoint}, which is not configured`,
        value.at,
      )
}

function checkProtections(router: RouterDraft, context: Context): void {
  const sets = new Set([...(router.withoutDefaults.transformSet ? [] : ['default']), ...router.transformSets.keys()])
  const profiles = new Set(router.profiles.keys())
  const ikev2Profiles = new Set(router.ikev2.profiles.keys())
  const lists = new Set([...router.accessLists.keys(), ...router.otherAccessLists])
  const drafts = [...router.ipsecProfiles.values(), ...router.cryptoMaps.values()]
  for (const { value } of drafts) {
    // A name that a line gives twice is one fault.
    for (const { name, at } of new Map(value.transformSets.map((set) => [set.name, set])).values())
      must(
        { what: 'transform set', name, at },
        sets,
        'crypto ipsec transform-set NAME esp-aes esp-sha256-hmac',
        context,
      )
    if (value.ikev2Profile !== undefined)
      must({ what: 'IKEv2 profile', ...value.ikev2Profile }, ikev2Profiles, 'crypto ikev2 profile NAME', context)
    if (value.isakmpProfile !== undefined)
      must({ what: 'ISAKMP profile', ...value.isakmpProfile }, profiles, 'crypto isakmp profile NAME', context)
  }
  for (const { value, lines } of router.cryptoMaps.values()) {
    const at = lines.get('accessList') ?? value.at
    const label = `entry ${value.sequence} of crypto map ${value.name}`
    if (value.accessList !== undefined) {
      must({ what: 'access list', name: value.accessList, at }, lists, 'ip access-list extended NAME', context)
      if (router.otherAccessLists.has(value.accessList))
        context.notice(
          'not-modelled',
          `access list ${value.accessList} is not an extended one: ${label} protects nothing here`,
          at,
        )
      for (const give of router.accessLists.get(value.accessList)?.notices ?? []) give()
    } else context.notice('incomplete', `${label} has no "match address"`, value.at)
    if (value.peers.length === 0) context.notice('incomplete', `${label} has no "set peer"`, value.at)
    if (value.transformSets.length === 0 && router.withoutDefaults.transformSet)
      context.notice('incomplete', `${label} has no "set transform-set"`, value.at)
  }
  for (const [map, { isakmpProfile, localAddress }] of router.cryptoMapDefaults) {
    if (isakmpProfile !== undefined)
      must({ what: 'ISAKMP profile', ...isakmpProfile }, profiles, 'crypto isakmp profile NAME', context)
    if (localAddress !== undefined && !router.interfaces.has(localAddress.name))
      context.notice(
        'dangling-reference',
        `crypto map ${map} uses the address of ${localAddress.name}, which is not configured`,
        localAddress.at,
      )
  }
}

function checkInterfaces(router: RouterDraft, context: Context): void {
  const profiles = new Set([...(router.withoutDefaults.profile ? [] : ['default']), ...router.ipsecProfiles.keys()])
  const known = new Set([
    ...Array.from(router.cryptoMaps.values(), ({ value }) => value.name),
    ...router.otherCryptoMaps,
  ])
  for (const { name, at, cryptoMap, tunnel } of router.interfaces.values()) {
    if (cryptoMap !== undefined)
      must({ what: 'crypto map', ...cryptoMap }, known, 'crypto map NAME 10 ipsec-isakmp', context)
    if (tunnel === undefined) continue
    if (tunnel.protection !== undefined) {
      const { ipsecProfile, at: protectedAt } = tunnel.protection
      must(
        { what: 'ipsec profile', name: ipsecProfile, at: protectedAt },
        profiles,
        'crypto ipsec profile NAME',
        context,
      )
      if (tunnel.source === undefined)
        context.notice('incomplete', `${name} is protected and has no "tunnel source"`, at)
      if (tunnel.destination === undefined)
        context.notice('incomplete', `${name} is protected and has no "tunnel destination"`, at)
    }
    if (tunnel.sourceAt !== undefined && tunnel.source !== undefined && !router.interfaces.has(tunnel.source))
      context.notice(
        'dangling-reference',
        `${name} starts at ${tunnel.source}, which is not configured`,
        tunnel.sourceAt,
      )
  }
}

/** Reports every reference that leads nowhere, and what is incomplete. */
export function checkReferences(router: RouterDraft, context: Context): void {
  checkProfiles(router, context)
  checkIkev2References(router, context)
  checkIkev2(router, context)
  checkTrustpoints(router, context)
  checkProtections(router, context)
  checkInterfaces(router, context)
}
