export type * from './isakmp-message.ts'
