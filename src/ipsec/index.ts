export { authentications, type EspAlgorithms, encryptions, keyLengths, transformText } from './algorithms.ts'
export type * from './configuration.ts'
export { ivLength, type Opened, openEsp, type Sealed, sealEsp } from './esp.ts'
export { type FlowProblem, flowProblems, type ProtectedFlow, protectedFlows } from './flows.ts'
export { outboundFlow, type RouteChoice, routeLookup, selectorsMatch, unwrap } from './forwarding.ts'
export { type MapDecision, type MapQuestion, type MapVerdict, matchMap } from './map-check.ts'
export { freshReplayWindow, mayBeNew, type ReplayWindow, replayWindowSize, withSequence } from './replay-window.ts'
export { newAssociation, type SecurityAssociation, volumeState } from './security-association.ts'
export {
  attributesText,
  type CheckedTransform,
  type ChosenTransform,
  chooseProposal,
  offerProposals,
} from './transforms.ts'
