import type { IkeV2Profile } from '../../selection/index.ts'
import { bareDecision, type Decision, type IkeV2MessageName, type RejectCode } from '../../trace/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'

export const traceDecision = (
  out: Outbox,
  question: string,
  message: IkeV2MessageName | null,
  decision: Decision<string | readonly string[] | null>,
): void => out.trace('ike:decision', { question, message, decision: bareDecision(decision) })

export const profileNamed = (ctx: IkeV2Context, name: string | null): IkeV2Profile | null =>
  ctx.selection.ikev2.profiles.find((profile) => profile.name === name) ?? null

/** This side refuses what it received. */
export const traceRejected = (
  out: Outbox,
  message: IkeV2MessageName,
  peer: string,
  { code, detail, notify }: { readonly code: RejectCode; readonly detail: string; readonly notify: string | null },
): void => out.trace('ike:rejected', { message, code, detail, notify, peer })

export const traceIgnored = (
  out: Outbox,
  message: IkeV2MessageName | 'unknown',
  peer: string,
  reason: string,
  detail: string,
): void => out.trace('ike:ignored', { message, reason, detail, peer })
