export type { IdentityFact, NetworkCode } from './facts.ts'
export { type CauseCode, rootCause } from './root-cause.ts'
export { factsOfRun } from './run-facts.ts'
