export { explain, placeOf, shortName } from './explain.ts'
export { directionsOf, type PlannedDirection, type Proof, type ProofRun, prove } from './prove.ts'
export type {
  Because,
  Cause,
  Direction,
  FinalState,
  Finding,
  Outcome,
  SentCertificate,
  Tunnel,
  Verdict,
} from './verdict.ts'
