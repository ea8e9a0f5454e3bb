export type { Candidate, Decision, RuleId } from './decision.ts'
export type {
  EventBody,
  EventName,
  IdentityText,
  MessageName,
  PacketData,
  Phase1Attributes,
  Phase2Attributes,
  ProxyText,
  Role,
  SaState,
  TraceEvent,
  TraceEvents,
} from './events.ts'
export { event } from './events.ts'
export type { SourceRef } from './source.ts'
