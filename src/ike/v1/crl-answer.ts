import type { CrlAnswer, Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { validateMm6 } from './main-mode-initiator-proof.ts'
import { validateMm5 } from './main-mode-responder-proof.ts'
import { remember, type Session } from './session.ts'

/** A CRL that a session waits for has come, or cannot be had: MM5 or MM6 is examined again. Another session stays as it is. */
export const receiveCrl = (
  ctx: IkeV1Context,
  out: Outbox,
  session: Session,
  { url, crl }: { readonly url: string; readonly crl: CrlAnswer },
): Session => {
  if ((session.state !== 'R_MM4' && session.state !== 'I_MM5') || !session.pending) return session
  const { pending } = session
  const { handle, digest, message } = pending
  if ('der' in crl) out.trace('pki:crl_received', { handle, url, issuer: crl.issuer.ios, entries: crl.revoked.size })
  else out.trace('pki:crl_failed', { handle, url, trustpoint: '', detail: crl.unreachable })
  const known = { ...pending, answers: new Map(pending.answers).set(url, crl) }
  const next =
    session.state === 'R_MM4'
      ? validateMm5(ctx, out, { ...session, pending: null }, known)
      : validateMm6(ctx, out, { ...session, pending: null }, known)
  const reply = next.role === 'R' && next.flight !== session.flight ? next.flight : null
  const others = session.answered.filter((entry) => entry.digest !== digest)
  return { ...next, answered: remember(others, { digest, message, reply }) }
}
