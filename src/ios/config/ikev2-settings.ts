import { type IkeV2Configuration, noIkeV2 } from '../../selection/index.ts'

/** What `crypto ikev2` sets for the whole router. */
export type Ikev2Settings = Omit<IkeV2Configuration, 'proposals' | 'policies' | 'keyrings' | 'profiles'>

/** What the defaults of IOS are. */
export function ikev2Settings(): { -readonly [K in keyof Ikev2Settings]: Ikev2Settings[K] } {
  const { proposals: _p, policies: _o, keyrings: _k, profiles: _f, ...settings } = noIkeV2
  return settings
}
