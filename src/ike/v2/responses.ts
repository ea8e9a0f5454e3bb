import type { IkeV2Payload } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import { type ChildExchange, receiveChildResponse } from './create-child.ts'
import { receiveInformationalResponse } from './informational.ts'
import { type Ids, type RekeyExchange, receiveRekeyResponse } from './rekey-ike.ts'
import type { Established, Task } from './session.ts'

export interface ResponseResult {
  readonly session: Established
  /** To be tried again after a while. */
  readonly later: Task | null
  readonly dies: string | null
  /** Our renewal of the IKE SA is over: what it made, and whether that has to go again. */
  readonly renewal: {
    readonly exchange: RekeyExchange
    readonly made: Established | null
    readonly lost: boolean
  } | null
}

/** The answer to our request under an established IKE SA. Throws where there is no such request: the caller has looked. */
export const processResponse = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  payloads: readonly IkeV2Payload[],
  ids: () => Ids,
): ResponseResult => {
  const { outstanding } = session
  if (!outstanding) throw new Error('a response without a request')
  const { task } = outstanding
  switch (task.kind) {
    case 'create-child':
    case 'rekey-child': {
      const {
        session: next,
        again,
        later,
      } = receiveChildResponse(ctx, out, session, outstanding as ChildExchange, payloads)
      return { session: atOnce(next, again), later: later ?? null, dies: null, renewal: null }
    }
    case 'rekey-ike': {
      const exchange = outstanding as RekeyExchange
      const {
        session: next,
        again,
        later,
        made,
        lost,
      } = receiveRekeyResponse(ctx, out, session, exchange, payloads, ids)
      return {
        session: atOnce(next, again),
        later: later ?? null,
        dies: null,
        renewal: again ? null : { exchange, made: made ?? null, lost: lost === true },
      }
    }
    case 'dpd':
    case 'delete-child':
    case 'delete-ike':
    case 'authentication-failed': {
      const { session: next, dies } = receiveInformationalResponse(out, session, task)
      return { session: next, later: null, dies, renewal: null }
    }
    default: {
      const never: never = task
      throw new Error(`unknown task ${String(never)}`)
    }
  }
}

const atOnce = (session: Established, task: Task | undefined): Established =>
  task ? { ...session, queue: [task, ...session.queue] } : session
