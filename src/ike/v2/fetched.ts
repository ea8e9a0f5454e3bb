import type { CrlRequest } from '../../pki/index.ts'
import type { Effect } from '../effects.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { AuthSent, PendingPeer, SaInitAnswered } from './session.ts'

/** What an authentication waits for: the list of a CA, or the certificate behind a URL. `sa`: the session's id. */
export const fetchEffect = (sa: number, what: string | CrlRequest): Effect =>
  typeof what === 'string' ? { kind: 'fetch-certificate', sa, url: what } : { kind: 'fetch-crl', sa, request: what }

/** A session that waits for something to be fetched. */
export const waitingFor = (
  { sessions }: Lifecycle,
  id: number,
): { readonly session: SaInitAnswered | AuthSent; readonly pending: PendingPeer } | null => {
  const session = sessions.get(id)
  if (session?.state !== 'R_SA_INIT' && session?.state !== 'I_AUTH') return null
  return session.pending ? { session, pending: session.pending } : null
}
