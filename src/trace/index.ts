export type { SourceRef } from './source.ts'
