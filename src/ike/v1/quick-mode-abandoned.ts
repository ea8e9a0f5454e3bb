import { toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { sendInformational } from './informational.ts'
import { withoutNode } from './phase2.ts'
import type { QuickModeNode } from './quick-mode-node.ts'
import { protocolEsp, spiLength } from './quick-mode-shared.ts'
import type { Established } from './session.ts'

/** Gives an exchange up after the last retransmission. What the responder had installed goes, and the peer is told. */
export const giveUpNode = (ctx: IkeV1Context, out: Outbox, session: Established, node: QuickModeNode): Established => {
  const next = withoutNode(session, node.messageId)
  out.trace('ike:node_deleted', { messageId: node.messageId, error: true, reason: 'Death by retransmission P2' })
  if (node.state !== 'R_QM2') return next
  out.push({
    kind: 'remove',
    direction: 'in',
    spi: node.spi,
    reason: 'quick mode did not complete',
    peer: session.peer,
  })
  out.trace('ike:delete_sent', { protocolId: protocolEsp, spis: [toHex(node.spi)] })
  return sendInformational(ctx, out, next, [
    { type: 'DELETE', doi: 1, protocolId: protocolEsp, spiSize: spiLength, spis: [node.spi] },
  ])
}
