import type { Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { sendDpd } from './informational.ts'
import type { Established } from './session.ts'

/*
 *   HDR*, HASH(1), N(R-U-THERE)       -->
 *                                     <--   HDR*, HASH(1), N(R-U-THERE-ACK)      RFC 3706 §5
 */

/** Attempts before the peer counts as gone (ios-semantics §1.1 gives the intervals; the count is a model choice). */
const attempts = 5

/** Seconds between questions, and between repetitions; `periodic` asks without traffic too. */
interface Keepalive {
  readonly interval: number
  readonly retry: number
  readonly periodic: boolean
}

/** A profile's `keepalive` goes before `crypto isakmp keepalive`; null: nobody asks. */
const keepaliveOf = ({ selection, settings }: IkeV1Context, session: Established): Keepalive | null => {
  if (!session.dpd) return null
  const profile = selection.profiles.find(({ name }) => name === session.profile)
  return profile?.keepalive
    ? { ...profile.keepalive, periodic: settings.keepalive?.periodic ?? false }
    : settings.keepalive
}

const arm = (out: Outbox, session: Established, seconds: number): void =>
  out.push({ kind: 'arm', timer: `${session.id}:dpd`, after: seconds * 1000 })

/** Arms the first question of an SA that has come up. */
export const beginDpd = (ctx: IkeV1Context, out: Outbox, session: Established): void => {
  const keepalive = keepaliveOf(ctx, session)
  if (keepalive) arm(out, session, keepalive.interval)
}

/** Asks where it is time. */
export const continueDpd = (ctx: IkeV1Context, out: Outbox, session: Established): Established | 'dead' => {
  const keepalive = keepaliveOf(ctx, session)
  const { dpd } = session
  if (!dpd || !keepalive) return session
  if (dpd.unanswered >= attempts) {
    out.trace('ike:dpd_failed', { peer: session.peer.address })
    return 'dead'
  }
  const isIdle = ctx.now - dpd.lastHeard >= keepalive.interval * 1000
  const isDue = dpd.unanswered > 0 || (isIdle && (keepalive.periodic || dpd.hasSpoken))
  arm(out, session, isDue ? keepalive.retry : keepalive.interval)
  const quiet: Established = { ...session, dpd: { ...dpd, hasSpoken: false } }
  return isDue ? sendDpd(ctx, out, quiet) : quiet
}
