export {
  authentications,
  type EspAlgorithms,
  encryptions,
  isCombined,
  keyLengths,
  transformText,
} from './algorithms.ts'
export type * from './configuration.ts'
export { type DecapsulationResult, decapsulate, type EncapsulationResult, encapsulate } from './encapsulation.ts'
export { ivLength, type Opened, type OpenRefusal, openEsp, type Sealed, type SealRefusal, sealEsp } from './esp.ts'
export { attributesText, type EspMode } from './esp-attributes.ts'
export { type FlowProblem, flowProblems, type ProtectedFlow, protectedFlows } from './flows.ts'
export { flowTowards, outboundFlow, unwrap } from './forwarding.ts'
export { type MapQuestion, matchMap } from './map-check.ts'
export type { MapDecision, MapKnobs, MapVerdict } from './map-walk.ts'
export {
  type AgreedProxies,
  answerSelectors,
  type Confirmed,
  confirmNarrowed,
  narrowToFlow,
  offerSelectors,
  type SelectorPair,
} from './narrowing.ts'
export { plaintextMtu } from './plaintext-mtu.ts'
export { freshReplayWindow, mayBeNew, type ReplayWindow, replayWindowSize, withSequence } from './replay-window.ts'
export { isLoopback, type RouteChoice, routeLookup } from './route-lookup.ts'
export { newAssociation, type SecurityAssociation, volumeState } from './security-association.ts'
export { proxiesMeet, proxyCovers, sameProxy, selectorsMatch } from './selectors.ts'
export { selectorOf } from './traffic-selectors.ts'
export { modesOf } from './transform-set.ts'
export {
  acceptReturned,
  type CheckedTransform,
  type ChosenTransform,
  chooseProposal,
  offerProposals,
  type TransformChoice,
  type TransformVerdict,
} from './transforms.ts'
export { type IkeV2MapQuestion, matchIkeV2Map } from './v2-map-check.ts'
export { ikeV2TransformNames } from './v2-transform-names.ts'
export {
  acceptReturnedChild,
  asksForTransport,
  type CheckedChildProposal,
  type ChildExchange,
  type ChildProposalChoice,
  type ChildProposalVerdict,
  type ChosenChildProposal,
  chooseChildProposal,
  offerChildProposals,
} from './v2-transforms.ts'
export { vrfOfAddress } from './vrf.ts'
