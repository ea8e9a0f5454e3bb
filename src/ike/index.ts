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
export { IkeV1Endpoint, type IkeV1Options } from './v1/endpoint.ts'
export { digestOf as messageDigest } from './v1/packets.ts'
export type { Child, Dead, Established, Session } from './v1/session.ts'
export { saState } from './v1/session.ts'
