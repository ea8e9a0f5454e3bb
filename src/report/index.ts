export { directionFiles, type OutputFile } from './files.ts'
export { type TextOptions, verdictText } from './text.ts'
