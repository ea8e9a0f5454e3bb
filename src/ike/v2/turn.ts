import type { IkeV2MessageName } from '../../trace/index.ts'
import type { Outbox } from '../effects.ts'
import { traceIgnored } from './decisions.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Session } from './session.ts'

/** One call of an endpoint: what it may change, the time in milliseconds, and where its effects go. */
export interface Turn {
  readonly life: Lifecycle
  readonly now: number
  readonly out: Outbox
}

/** A message of a session that changes nothing, and why. */
export const ignored = (
  { out }: Turn,
  session: Session,
  name: IkeV2MessageName,
  reason: string,
  detail: string,
): null => {
  traceIgnored(out, name, session.peer.address, reason, detail)
  return null
}
