import type { SourceRef } from '../trace/index.ts'
import { type CauseCode, type ToldCause, toldCause } from './causes/index.ts'
import type { PlannedDirection } from './directions.ts'
import type { Walk, World } from './static/index.ts'
import type { Blocker } from './verdict.ts'

type Ends = Pick<PlannedDirection, 'initiator' | 'responder'>

/** What is told of a cause to the two ends of a direction; where nobody refuses, the initiator is the one that cannot go on. */
export const toldFor = (code: CauseCode, rejectedBy: string | null, { initiator, responder }: Ends): ToldCause => {
  const self = rejectedBy ?? initiator.name
  return toldCause(code, self, self === initiator.name ? responder.name : initiator.name)
}

/** The transform sets that both ends have for the tunnel: the decision that stands before them is which tunnel it is. */
const transformSets = ({ flows }: World, { initiator, responder, flow }: PlannedDirection): readonly SourceRef[] => {
  const theirs = flows(responder.name).filter(({ peers }) => peers.includes(flow.localAddress))
  const own = { [initiator.name]: flow.transformSets, [responder.name]: theirs.flatMap((each) => each.transformSets) }
  return Object.values(own).flatMap((sets) => sets.map(({ at }) => at))
}

/** What would refuse next, with the lines on which it rests and who must act. */
export const blockersOf = (world: World, planned: PlannedDirection, { next }: Walk): readonly Blocker[] =>
  next.map(({ code, stage, rejectedBy, at }) => {
    const { summary, actor } = toldFor(code, rejectedBy, planned)
    return {
      code,
      stage,
      rejectedBy,
      summary,
      actor,
      at: code === 'transform-mismatch' ? [...transformSets(world, planned), ...at] : at,
    }
  })
