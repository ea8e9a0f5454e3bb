export { bareDecision, type Candidate, type Decision, type RuleId } from './decision.ts'
export type {
  EventBody,
  EventName,
  IdentityText,
  IkeV1MessageName,
  MessageName,
  PacketData,
  Phase1Attributes,
  Phase2Attributes,
  TraceEvent,
  TraceEvents,
} from './events.ts'
export { event } from './events.ts'
export type {
  IkeV2Exchange,
  IkeV2MessageName,
  IkeV2PacketData,
  IkeV2SaStatus,
  IkeV2TraceEvents,
  SelectorText,
  TransformNames,
} from './ikev2-events.ts'
export type { ProxyText } from './ipsec-events.ts'
export type { RejectCode, ValidationRejectCode } from './reject-code.ts'
export type { SourceRef } from './source.ts'
export type { Role, SaState } from './states.ts'
