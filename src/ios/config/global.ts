import type { RouterDraft } from './draft.ts'
import { ikev2Commands } from './global-ikev2.ts'
import { cryptoMapCommands, ipsecCommands } from './global-ipsec.ts'
import { isakmpCommands } from './global-isakmp.ts'
import { otherCryptoCommands } from './global-other.ts'
import { pkiCommands } from './global-pki.ts'
import { accessListCommands, routerCommands } from './global-router.ts'
import { type Table, table } from './mode.ts'

/** The commands of the global mode: what names things and enters their modes. */
export const globalTable: Table<RouterDraft> = table(
  'the global mode',
  'ignored',
  [
    ...routerCommands,
    ...accessListCommands,
    ...isakmpCommands,
    ...ikev2Commands,
    ...pkiCommands,
    ...ipsecCommands,
    ...cryptoMapCommands,
    ...otherCryptoCommands,
  ],
  { reported: ['crypto', 'no crypto'] },
)
