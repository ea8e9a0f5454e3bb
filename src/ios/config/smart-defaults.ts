import type { IpsecConfiguration, IpsecProfile, TransformSet } from '../../ipsec/index.ts'
import type { SourceRef } from '../../trace/index.ts'

/** Smart defaults that `no crypto ipsec transform-set default` and `no crypto ipsec profile default` turn off. */
export interface WithoutDefaults {
  transformSet: boolean
  profile: boolean
}

const smart = 'default'

/** `show crypto ipsec transform-set default`: esp-aes esp-sha-hmac, transport mode (ios-semantics §2.1). */
const defaultTransformSet = (at: SourceRef): TransformSet => ({
  name: smart,
  encryption: 'esp-aes 128',
  authentication: 'esp-sha-hmac',
  mode: 'transport',
  at,
})

/** The ipsec profile that every router has, for a tunnel that names it; `at` is the tunnel's line. */
const defaultProfile = (at: SourceRef): IpsecProfile => ({ name: smart, transformSets: [], responderOnly: false, at })

/**
 * IPsec's smart defaults (ios-semantics §2.1), where something uses them: the profile `default`, and the transform set
 * `default` for what names none. They stand in no line, so they carry the place of whatever uses them first.
 */
export const withSmartDefaults = (ipsec: IpsecConfiguration, without: WithoutDefaults): IpsecConfiguration => {
  const profiles = [...ipsec.profiles, ...(without.profile ? [] : profilesByDefault(ipsec))]
  if (without.transformSet) return { ...ipsec, profiles }
  const users = [...profiles, ...ipsec.cryptoMaps]
  const first = users
    .flatMap(({ transformSets, at }) => (transformSets.length === 0 ? [{ name: smart, at }] : transformSets))
    .find(({ name }) => name === smart)
  if (!first) return { ...ipsec, profiles }
  const isDefined = ipsec.transformSets.some(({ name }) => name === smart)
  return {
    ...ipsec,
    transformSets: isDefined ? ipsec.transformSets : [...ipsec.transformSets, defaultTransformSet(first.at)],
    profiles: profiles.map(orDefaultSet),
    cryptoMaps: ipsec.cryptoMaps.map(orDefaultSet),
  }
}

const profilesByDefault = ({ interfaces, profiles }: IpsecConfiguration): readonly IpsecProfile[] => {
  if (profiles.some(({ name }) => name === smart)) return []
  const user = interfaces.find(({ tunnel }) => tunnel?.protection?.ipsecProfile === smart)?.tunnel?.protection
  return user ? [defaultProfile(user.at)] : []
}

const orDefaultSet = <T extends { readonly transformSets: IpsecProfile['transformSets']; readonly at: SourceRef }>(
  user: T,
): T => (user.transformSets.length > 0 ? user : { ...user, transformSets: [{ name: smart, at: user.at }] })
