export type {
  AgreedChild,
  ChildInstall,
  CrlAnswer,
  Effect,
  Endpoint,
  IkeV2ExportedKeys,
  ProxyIdentity,
} from './effects.ts'
export type { IkeV1Settings, QuickModeAnswer, QuickModeOffer, QuickModePort } from './v1/context.ts'
export { IkeV1Endpoint } from './v1/endpoint.ts'
export type { IkeV1Options } from './v1/lifecycle.ts'
export { digestOf as messageDigest } from './v1/packets.ts'
export type { Child, Dead, Established, Session } from './v1/session.ts'
export { saState } from './v1/session.ts'
export type { ChildAnswer, ChildOffer, ChildPort, ChildRefusal, IkeV2Settings } from './v2/context.ts'
export { IkeV2Endpoint } from './v2/endpoint.ts'
export type { IkeV2Options } from './v2/lifecycle.ts'
export { isSentByUrl as ikeV2IsSentByUrl } from './v2/own-authentication.ts'
export {
  type Child as IkeV2Child,
  type Established as IkeV2Established,
  type Session as IkeV2Session,
  saStatus,
} from './v2/session.ts'
export {
  acceptedHashes as ikeV2AcceptedHashes,
  signatureMethod as ikeV2SignatureMethod,
} from './v2/signature-method.ts'
export { offeredProposals as ikeV2OfferedProposals, wireProposals as ikeV2WireProposals } from './v2/suites.ts'
