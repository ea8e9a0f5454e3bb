export {
  type End,
  type Ends,
  endsOf,
  type Orders,
  type StaticDirection,
  type World,
  worldAt,
  worldLike,
  worldOf,
} from './ends.ts'
export { walk } from './verdict.ts'
export type { Question, Walk } from './walk.ts'
