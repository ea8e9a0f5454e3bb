export { directionFiles, type OutputFile } from './files.ts'
export { type FormatName, reportFiles, reportFormats } from './formats.ts'
export { oneSidedFiles, peerConfigurations } from './one-sided-files.ts'
