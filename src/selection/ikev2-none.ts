import type { IkeV2Configuration } from './ikev2-configuration.ts'

/** Seconds that an IKE SA lives where its profile does not say (ios-semantics §2.6). */
export const defaultIkeV2Lifetime = 86_400

/** A router with nothing of IKEv2 configured: IOS's defaults (ios-semantics §2.6). */
export const noIkeV2: IkeV2Configuration = {
  proposals: [],
  policies: [],
  keyrings: [],
  profiles: [],
  defaultProposal: true,
  defaultPolicy: true,
  httpUrlCert: true,
  window: 5,
  maxInNegotiation: 40,
  supportedAuthenticationMethods: false,
  digitalSignatures: false,
}
