export { type Orders, type World, worldAt, worldLike, worldOf } from './ends.ts'
export { type StaticDirection, walk } from './verdict.ts'
export type { Decisive, Walk } from './walk.ts'
