export { type ConfigurationError, formatConfigurationError } from './config/errors.ts'
export { notText as textFault } from './config/not-a-configuration.ts'
export {
  type ConfigurationOptions,
  type ConfigurationResult,
  type ConfigurationText,
  countingLines,
  maxConfigurationBytes,
  parseConfiguration,
  parseConfigurationTexts,
} from './config/parse-configuration.ts'
export type * from './configuration.ts'
export { type DebugLogOptions, debugEntries, debugLog } from './debug/debug-log.ts'
export { type Contradiction, mergeConfigurations, type UsedPiece } from './intake/merge-configurations.ts'
export { type Output, type Recording, readRecording } from './intake/outputs.ts'
export { type PemCertificate, readPemCertificates } from './intake/pem-certificates.ts'
export { momentOf, type Zone } from './intake/printed-time.ts'
export type { ConfigurationPiece } from './intake/sections.ts'
export { readShownCertificates, type ShownCertificate, type ShownCertificates } from './intake/shown-certificates.ts'
export { type ShownTime, shownSerial, shownTimes } from './intake/shown-times.ts'
export { readShownTrustpoints, type ShownTrustpoint } from './intake/shown-trustpoints.ts'
export { type ShowResult, showCommand } from './show/show-command.ts'
export type {
  IkeV2ChildState,
  IkeV2SaState,
  IpsecFlowState,
  IpsecSaState,
  IsakmpSaState,
  ShowState,
} from './show/state.ts'
