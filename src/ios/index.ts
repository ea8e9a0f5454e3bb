export { type ConfigurationError, formatConfigurationError } from './config/errors.ts'
export {
  type ConfigurationOptions,
  type ConfigurationResult,
  maxConfigurationBytes,
  parseConfiguration,
} from './config/parse-configuration.ts'
export type * from './configuration.ts'
