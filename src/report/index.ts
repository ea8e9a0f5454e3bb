export { directionFiles, type OutputFile } from './files.ts'
export { type FormatName, reportFiles, reportFormats } from './formats.ts'
