import type { RouterConfiguration } from '../ios/index.ts'
import type { CertificateStore } from '../pki/index.ts'
import {
  type Abilities,
  type IkeV2Configuration,
  type IsakmpProfile,
  type Knobs,
  noIkeV2,
  type SelectionContext,
} from '../selection/index.ts'

/** Everything of a router that its decisions read: the engine decides with it, and so does whoever asks without packets. */
export const selectionContext = ({
  name,
  configuration,
  store,
  knobs,
  abilities,
}: {
  readonly name: string
  readonly configuration: RouterConfiguration
  readonly store: CertificateStore
  readonly knobs: Knobs
  readonly abilities?: Abilities
}): SelectionContext => ({
  router: name,
  hostname: configuration.hostname,
  ...(configuration.domainName === undefined ? {} : { domainName: configuration.domainName }),
  store,
  policies: configuration.isakmpPolicies,
  isakmpDefaultPolicies: configuration.isakmpDefaultPolicies,
  profiles: configuration.isakmpProfiles.map((profile) => withLocalAddress(profile, configuration)),
  keyrings: configuration.keyrings,
  certificateMaps: configuration.certificateMaps,
  identity: configuration.isakmpIdentity,
  ikev2: {
    ...withLocalAddresses(configuration.ikev2 ?? noIkeV2, configuration),
    ...(knobs['v2.supportedAuthMethods'] === 'on' ? { supportedAuthenticationMethods: true } : {}),
  },
  ...vrfsOf(configuration),
  ...(abilities ? { abilities } : {}),
  knobs,
})

/** A profile's `local-address` may name an interface: the decisions compare addresses. */
const withLocalAddress = (profile: IsakmpProfile, { ipsec }: RouterConfiguration): IsakmpProfile => {
  const address = ipsec.interfaces.find(({ name }) => name === profile.localAddress)?.addresses[0]?.address
  return address === undefined ? profile : { ...profile, localAddress: address }
}

/** The same for `match address local` of IKEv2's policies and profiles. */
const withLocalAddresses = (ikev2: IkeV2Configuration, { ipsec }: RouterConfiguration): IkeV2Configuration => {
  const resolved = <T extends { readonly address: string }>(line: T): T => {
    const found = ipsec.interfaces.find(({ name }) => name === line.address)?.addresses[0]?.address
    return found === undefined ? line : { ...line, address: found }
  }
  return {
    ...ikev2,
    policies: ikev2.policies.map((policy) => ({ ...policy, matchLocal: policy.matchLocal.map(resolved) })),
    profiles: ikev2.profiles.map((profile) => ({
      ...profile,
      matchLocalAddress: profile.matchLocalAddress.map(resolved),
    })),
  }
}

/** The VRFs of the local addresses; nothing where all stand in the global table. */
const vrfsOf = ({ ipsec }: RouterConfiguration): Pick<SelectionContext, 'vrfs'> => {
  const found = ipsec.interfaces.flatMap(({ vrf, addresses }) =>
    vrf === undefined ? [] : addresses.map(({ address }) => [address, vrf] as const),
  )
  return found.length === 0 ? {} : { vrfs: new Map(found) }
}
