export { type CauseEntry, families, type LogLine } from './causes/index.ts'
export { decideDirection } from './decide-direction.ts'
export { directionsOf, type PlannedDirection } from './directions.ts'
export { exitCodeOf } from './exit-code.ts'
export { explain, placeOf, shortName } from './explain.ts'
export type { OneSidedProof } from './one-sided/one-sided.ts'
export type { OneSidedDirection, OneSidedTunnel, PeerCondition } from './one-sided/types.ts'
export { type Proof, type ProofOptions, type ProofRun, prove } from './prove.ts'
export { Disagreement } from './prove-direction.ts'
export { proveUsable } from './prove-usable.ts'
export { type StaticDirection, type World, walk, worldOf } from './static/index.ts'
export type {
  Because,
  Blocker,
  Case,
  Cause,
  Condition,
  Direction,
  FinalState,
  Finding,
  Fix,
  FixEdit,
  KeyPlaceholder,
  Outcome,
  SentCertificate,
  StabilityEvent,
  Tunnel,
  Unknown,
  Verdict,
} from './verdict.ts'
