import { cipherInfo, phase2Iv } from '../../crypto/index.ts'
import { type Payload, toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import type { Protection } from './packets.ts'
import type { QuickModeNode } from './quick-mode-node.ts'
import type { Established } from './session.ts'

/** What quick mode and informational exchanges have in common: message ids, IVs, the nodes of a session. */

const spiLength = 4
/** SPIs up to 255 are reserved (RFC 4303 §2.1). */
const firstSpi = 256

const u32 = (bytes: Uint8Array): number =>
  (((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)) >>> 0

/** True for the message id of an exchange that the peer began, or that is under way. */
export const isUsedByPeer = (session: Established, id: number): boolean =>
  session.nodes.has(id) || session.seenMessageIds.has(id) || session.spentMessageIds.has(id)

/** A message id that neither we nor the peer has used in this SA; never 0 (RFC 2409 §5.5). */
export const freshMessageId = (ctx: IkeV1Context, session: Established): number => {
  for (;;) {
    const id = u32(ctx.random(4))
    if (id !== 0 && !session.ownMessageIds.has(id) && !isUsedByPeer(session, id)) return id
  }
}

export const freshSpi = (ctx: IkeV1Context, session: Established): Uint8Array => {
  for (;;) {
    const spi = ctx.random(spiLength)
    if (u32(spi) >= firstSpi && !session.children.some(({ inbound }) => u32(inbound) === u32(spi))) return spi
  }
}

/** The IV with which a phase 2 exchange begins (RFC 2409 appendix B). */
export const exchangeIv = (session: Established, messageId: number): Uint8Array =>
  phase2Iv(session.agreement.hash, session.iv, messageId, cipherInfo(session.agreement.cipher).blockLength)

export const protectionOf = (session: Established, iv: Uint8Array): Protection => ({
  cipher: session.agreement.cipher,
  key: session.keys.encryptionKey,
  iv,
})

export const udpEncapsulated = (session: Established): boolean => session.nat.selfBehind || session.nat.peerBehind

export const withNode = (session: Established, node: QuickModeNode): Established => ({
  ...session,
  nodes: new Map(session.nodes).set(node.messageId, node),
})

export const withoutNode = (session: Established, messageId: number): Established => {
  const nodes = new Map(session.nodes)
  nodes.delete(messageId)
  return { ...session, nodes }
}

/** An opened phase 2 message. `covered` is what its HASH covers: every octet of the payloads after it. */
export interface OpenedPhase2 {
  readonly payloads: readonly Payload[]
  readonly covered: Uint8Array
  readonly iv: Uint8Array
  readonly digest: string
}

/** The peer refused our offer in a protected notify: the exchange ends ("Delete Larval"). */
export const endRefusedNode = (out: Outbox, session: Established, spi: Uint8Array): Established => {
  const larval = [...session.nodes.values()].filter((node) => node.state === 'I_QM1')
  const node =
    larval.find((candidate) => candidate.state === 'I_QM1' && toHex(candidate.spi) === toHex(spi)) ??
    (larval.length === 1 && spi.length === 0 ? larval[0] : undefined)
  if (!node) return session
  out.trace('ike:node_deleted', { messageId: node.messageId, error: true, reason: 'Delete Larval' })
  return withoutNode(session, node.messageId)
}
