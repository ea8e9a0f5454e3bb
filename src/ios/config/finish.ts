import type { CryptoMapEntry, Interface, IpsecConfiguration } from '../../ipsec/index.ts'
import type { CertificateMap, IkeV2Configuration } from '../../selection/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import type { ConfigurationNotice, RouterConfiguration } from '../configuration.ts'
import type { CertificateMapDraft, Draft, InterfaceDraft, RouterDraft } from './draft.ts'
import { isUntouchedDefault } from './ikev2-checks.ts'
import { ikev2Settings } from './ikev2-settings.ts'
import { withSmartDefaults } from './smart-defaults.ts'

/** A finished draft as the RouterConfiguration that the other rooms read. */

function valuesOf<T>(drafts: Iterable<Draft<T>>): Draft<T>['value'][] {
  return Array.from(drafts, ({ value }) => value)
}

function certificateMap(draft: CertificateMapDraft): CertificateMap {
  return { name: draft.name, sequences: [...draft.sequences.values()].sort((a, b) => a.sequence - b.sequence) }
}

function interfaceOf(draft: InterfaceDraft): Interface {
  const { name, at, shutdown, cryptoMap, tunnel, vrf } = draft
  return {
    name,
    addresses: draft.addresses.map(({ address, mask }) => ({ address, mask })),
    shutdown,
    ...(cryptoMap === undefined ? {} : { cryptoMap }),
    ...(tunnel === undefined ? {} : { tunnel: tunnelOf(tunnel) }),
    ...(vrf === undefined ? {} : { vrf }),
    at,
  }
}

function tunnelOf(draft: NonNullable<InterfaceDraft['tunnel']>): NonNullable<Interface['tunnel']> {
  const { sourceAt: _, ...tunnel } = draft
  return tunnel
}

function cryptoMaps(router: RouterDraft): CryptoMapEntry[] {
  const first = new Map<string, number>()
  const entries = valuesOf(router.cryptoMaps.values()).map((entry, index): CryptoMapEntry => {
    if (!first.has(entry.name)) first.set(entry.name, index)
    const shared = router.cryptoMapDefaults.get(entry.name)
    return {
      ...entry,
      ...(entry.isakmpProfile === undefined && shared?.isakmpProfile !== undefined
        ? { isakmpProfile: shared.isakmpProfile }
        : {}),
      ...(shared?.localAddress === undefined ? {} : { localAddress: shared.localAddress.name }),
    }
  })
  const place = (entry: CryptoMapEntry): number => first.get(entry.name) ?? 0
  return entries.sort((a, b) => place(a) - place(b) || a.sequence - b.sequence)
}

function ipsecOf(router: RouterDraft): IpsecConfiguration {
  const ipsec: IpsecConfiguration = {
    transformSets: valuesOf(router.transformSets.values()),
    profiles: valuesOf(router.ipsecProfiles.values()),
    cryptoMaps: cryptoMaps(router),
    accessLists: Array.from(router.accessLists.values(), ({ name, entries }) => ({
      name,
      entries: entries.toSorted((a, b) => a.sequence - b.sequence).map(({ entry }) => entry),
    })),
    interfaces: Array.from(router.interfaces.values(), interfaceOf),
    routes: router.routes,
    lifetime: router.lifetime,
  }
  return withSmartDefaults(ipsec, router.withoutDefaults)
}

/** A PRF that is not named is that of the integrity algorithm (ios-semantics §2.2). */
function ikev2Of({ ikev2 }: RouterDraft): IkeV2Configuration | undefined {
  const { proposals, policies, keyrings, profiles, settings } = ikev2
  const named = proposals.size + policies.size + keyrings.size + profiles.size
  if (named === 0 && JSON.stringify(settings) === JSON.stringify(ikev2Settings())) return undefined
  return {
    ...ikev2.settings,
    proposals: valuesOf(ikev2.proposals.values())
      .filter((proposal) => !isUntouchedDefault(proposal))
      .map((proposal) => (proposal.prf.length === 0 ? { ...proposal, prf: proposal.integrity } : proposal)),
    policies: valuesOf(ikev2.policies.values()),
    keyrings: Array.from(ikev2.keyrings.values(), ({ value, peerDrafts }) => ({
      ...value,
      peers: [...peerDrafts.values()],
    })),
    profiles: valuesOf(ikev2.profiles.values()),
  }
}

export function finish(
  router: RouterDraft,
  file: string,
  named: { readonly hostname: string; readonly isAssumed: boolean },
  ignored: readonly SourceRef[],
  notices: readonly ConfigurationNotice[],
): RouterConfiguration {
  const { domainName, isakmpKeepalive } = router
  const ikev2 = ikev2Of(router)
  return {
    file,
    hostname: named.hostname,
    ...(named.isAssumed ? { hostnameAssumed: true } : {}),
    ...(domainName === undefined ? {} : { domainName }),
    timezone: router.timezone,
    isakmpPolicies: valuesOf(router.policies.values()).sort((a, b) => a.priority - b.priority),
    isakmpDefaultPolicies: router.isakmpDefaultPolicies,
    ...(router.isakmpDisabled ? { isakmpDisabled: true } : {}),
    isakmpProfiles: Array.from(router.profiles.values(), ({ value, statements }) => ({
      ...value,
      matchIdentity: [...statements.values()],
    })),
    isakmpIdentity: router.isakmpIdentity,
    ...(isakmpKeepalive === undefined ? {} : { isakmpKeepalive }),
    isakmpFragmentation: router.isakmpFragmentation,
    natTransparency: router.natTransparency,
    // The lines `crypto isakmp key` make the keyring `default`: without one there is none.
    keyrings: valuesOf(router.keyrings.values()).filter(({ name, keys }) => name !== 'default' || keys.length > 0),
    ...(ikev2 === undefined ? {} : { ikev2 }),
    certificateMaps: Array.from(router.certificateMaps.values(), certificateMap),
    trustpoints: valuesOf(router.trustpoints.values()),
    certificateChains: valuesOf(router.chains.values()),
    ipsec: ipsecOf(router),
    ignored,
    notices,
  }
}
