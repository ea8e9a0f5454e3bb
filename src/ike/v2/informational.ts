import { type IkeV2Payload, ikeV2NotifyType, ikeV2ProtocolId, toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import { removeChild } from './child.ts'
import type { IkeV2Context } from './context.ts'
import { childByInbound } from './create-child.ts'
import { sendExchange } from './exchange.ts'
import { all } from './message-rules.ts'
import { statusNotify } from './notifies.ts'
import { notifyName } from './packets.ts'
import type { Established, Task } from './session.ts'

const request = 'INFORMATIONAL request'

type InformationalTask = Extract<Task, { kind: 'delete-child' | 'delete-ike' | 'authentication-failed' | 'dpd' }>

const deletePayload = (protocolId: number, spis: readonly Uint8Array[]): IkeV2Payload => ({
  type: 'DELETE',
  protocolId,
  spiSize: spis[0]?.length ?? 0,
  spis,
})

const payloadsOf = (out: Outbox, session: Established, task: InformationalTask): readonly IkeV2Payload[] | null => {
  switch (task.kind) {
    case 'dpd':
      out.trace('ike:v2_dpd', { what: 'sent', peer: session.peer.address })
      return []
    case 'delete-ike':
      out.trace('ike:v2_delete_sent', { protocolId: ikeV2ProtocolId.IKE, spis: [] })
      return [deletePayload(ikeV2ProtocolId.IKE, [])]
    case 'authentication-failed':
      out.trace('ike:v2_notify_sent', { message: request, notify: 'AUTHENTICATION_FAILED', protected: true })
      return [statusNotify('AUTHENTICATION_FAILED')]
    case 'delete-child': {
      const child = childByInbound(session, task.inbound)
      if (!child) return null
      out.trace('ike:v2_delete_sent', { protocolId: ikeV2ProtocolId.ESP, spis: [task.inbound] })
      return [deletePayload(ikeV2ProtocolId.ESP, [child.inbound])]
    }
    default: {
      const never: never = task
      throw new Error(`unknown task ${String(never)}`)
    }
  }
}

/** Sends a delete, a failure, or the empty message that asks whether the peer lives. The same session: nothing to say. */
export const startInformational = (
  ctx: IkeV2Context,
  out: Outbox,
  session: Established,
  task: InformationalTask,
): Established => {
  const payloads = payloadsOf(out, session, task)
  if (!payloads) return session
  const flight = sendExchange(ctx, out, session, 'INFORMATIONAL', payloads)
  return { ...session, nextMessageId: session.nextMessageId + 1, outstanding: { task, flight } }
}

/** The answer to our INFORMATIONAL: what was to be closed is closed. `dies`: the IKE SA itself. */
export const receiveInformationalResponse = (
  out: Outbox,
  session: Established,
  task: InformationalTask,
): { readonly session: Established; readonly dies: string | null } => {
  const next = { ...session, outstanding: null }
  switch (task.kind) {
    case 'dpd':
      out.trace('ike:v2_dpd', { what: 'answered', peer: session.peer.address })
      return { session: next, dies: null }
    case 'delete-ike':
    case 'authentication-failed':
      return { session: next, dies: task.reason }
    case 'delete-child': {
      const child = childByInbound(session, task.inbound)
      if (child) removeChild(out, session.peer, child, task.reason)
      return { session: { ...next, children: session.children.filter((other) => other !== child) }, dies: null }
    }
    default: {
      const never: never = task
      throw new Error(`unknown task ${String(never)}`)
    }
  }
}

/** What the peer closes or says: the answer's payloads, and whether the IKE SA goes. */
export const receiveInformationalRequest = (
  out: Outbox,
  session: Established,
  payloads: readonly IkeV2Payload[],
): { readonly session: Established; readonly payloads: readonly IkeV2Payload[]; readonly dies: string | null } => {
  let next = session
  let dies: string | null = null
  const closed: Uint8Array[] = []
  for (const { protocolId, spis } of all(payloads, 'DELETE')) {
    out.trace('ike:v2_delete_received', { protocolId, spis: spis.map(toHex) })
    if (protocolId === ikeV2ProtocolId.IKE) dies = 'peer deleted it'
    if (protocolId !== ikeV2ProtocolId.ESP) continue
    for (const spi of spis) {
      const child = next.children.find(({ outbound }) => toHex(outbound) === toHex(spi))
      if (!child) continue
      removeChild(out, session.peer, child, 'peer deleted it')
      // Where we close it ourselves at the same time, each side names its own half in its own request (RFC 7296 §1.4.1).
      const { outstanding } = session
      const ours = outstanding?.task.kind === 'delete-child' && outstanding.task.inbound === toHex(child.inbound)
      if (!ours) closed.push(child.inbound)
      next = { ...next, children: next.children.filter((other) => other !== child) }
    }
  }
  for (const { notifyType } of all(payloads, 'NOTIFY')) {
    out.trace('ike:v2_notify_received', { message: request, notify: notifyName(notifyType), protected: true })
    if (notifyType === ikeV2NotifyType.AUTHENTICATION_FAILED) dies = 'peer said AUTHENTICATION_FAILED'
  }
  return {
    session: next,
    payloads: closed.length > 0 && dies === null ? [deletePayload(ikeV2ProtocolId.ESP, closed)] : [],
    dies,
  }
}
