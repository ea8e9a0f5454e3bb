import type { IkeV1Settings, IkeV2Settings } from '../ike/index.ts'
import type { RouterConfiguration } from '../ios/index.ts'
import { defaultLimits } from '../wire/index.ts'

/** What the two versions of IKE are told beside the selection: what the configuration says, and else as IOS does. */

export const settingsOf = (configuration: RouterConfiguration, given: Partial<IkeV1Settings>): IkeV1Settings => ({
  retransmitAfter: 10_000,
  retransmitLimit: 5,
  halfOpenLifetime: 90_000,
  maxHalfOpen: 400,
  signatureNonce: 'random',
  natTraversal: configuration.natTransparency,
  fragmentation: configuration.isakmpFragmentation,
  fragmentSize: 1200,
  keepalive: configuration.isakmpKeepalive ?? null,
  exportKeys: false,
  limits: defaultLimits,
  ...given,
})

export const ikeV2SettingsOf = (
  { signatureNonce, natTraversal, exportKeys, limits, halfOpenLifetime, maxHalfOpen }: IkeV1Settings,
  given: Partial<IkeV2Settings>,
): IkeV2Settings => ({
  retransmitAfter: 2000,
  retransmitLimit: 5,
  fetchCertificates: false,
  signatureNonce,
  natTraversal,
  exportKeys,
  limits,
  halfOpenLifetime,
  maxHalfOpen,
  ...given,
})
