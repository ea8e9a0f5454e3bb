import type { Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import { startCreateChild } from './create-child.ts'
import { startInformational } from './informational.ts'
import { startRekeyIke } from './rekey-ike.ts'
import type { Established, Task } from './session.ts'

/** Begins a task. A session without an exchange under way afterwards: there was nothing to do any more. */
const start = (ctx: IkeV2Context, out: Outbox, session: Established, task: Task): Established => {
  switch (task.kind) {
    case 'create-child':
    case 'rekey-child':
      return startCreateChild(ctx, out, session, task)
    case 'rekey-ike':
      return session.successor === null ? startRekeyIke(ctx, out, session, task) : session
    case 'delete-child':
    case 'delete-ike':
    case 'authentication-failed':
    case 'dpd':
      return startInformational(ctx, out, session, task)
    default: {
      const never: never = task
      throw new Error(`unknown task ${String(never)}`)
    }
  }
}

/** Begins what waits, one request at a time. */
export const pump = (ctx: IkeV2Context, out: Outbox, session: Established): Established => {
  let current = session
  while (!current.outstanding) {
    const [task, ...queue] = current.queue
    if (!task) break
    current = start(ctx, out, { ...current, queue }, task)
  }
  return current
}
