import type { EventName, TraceEvent, TraceEvents } from '../../trace/index.ts'
import { debugStamp, type Timezone } from '../clock.ts'
import { certificateRenderers } from './certificates.ts'
import { ikeV2AuthenticationRenderers } from './ikev2-authentication.ts'
import { ikeV2CertificateRenderers } from './ikev2-certificates.ts'
import { ikeV2PacketRenderers } from './ikev2-packets.ts'
import { ikeV2SaRenderers } from './ikev2-sa.ts'
import { informationalRenderers } from './informational.ts'
import { ipsecRenderers } from './ipsec.ts'
import { mainModeRenderers } from './main-mode.ts'
import { quickModeRenderers } from './quick-mode.ts'
import { nothingYet, type Recall, remember } from './recall.ts'
import type { RenderContext, Renderers } from './renderer.ts'

export interface DebugLogOptions {
  readonly router: string
  readonly timezone: Timezone
  /** Milliseconds by which the router's clock is ahead of the events' times. */
  readonly clockOffset?: number
  /** The release whose wording is printed: 15.x, the seed's (ios-semantics §4.1). */
  readonly dialect: '15.x'
}

/** One renderer for each event; the compiler finds the one that is missing. */
const renderers: Renderers = {
  ...mainModeRenderers,
  ...certificateRenderers,
  ...informationalRenderers,
  ...quickModeRenderers,
  ...ikeV2PacketRenderers,
  ...ikeV2CertificateRenderers,
  ...ikeV2AuthenticationRenderers,
  ...ikeV2SaRenderers,
  ...ipsecRenderers,
}

const render = <N extends EventName>(name: N, data: TraceEvents[N], context: RenderContext): readonly string[] =>
  renderers[name](data, context)

/**
 * The payloads that came out of each encrypted packet: IOS prints a packet of IKEv2 with what was inside, the trace has
 * that in an event of its own. Read from the end, the payloads belong to the packet of the same SA that is met next.
 */
const decryptedPayloads = (events: readonly TraceEvent[]): ReadonlyMap<TraceEvent, readonly string[]> => {
  const waiting = new Map<number, readonly string[]>()
  const found = new Map<TraceEvent, readonly string[]>()
  for (const event of events.toReversed()) {
    if (event.name === 'ike:v2_payloads_decrypted') waiting.set(event.connection, event.data.payloads)
    if (event.name !== 'ike:v2_packet_received') continue
    const payloads = waiting.get(event.connection)
    if (payloads) found.set(event, payloads)
    waiting.delete(event.connection)
  }
  return found
}

/** An entry of a debug log, which may span lines, and the event that it stands for. */
export interface DebugEntry {
  readonly text: string
  readonly event: TraceEvent
}

/**
 * What the router prints under `debug crypto isakmp`, `debug crypto ikev2`, `debug crypto ipsec` and `debug crypto pki`,
 * from the events of its trace in their order; events of other routers are passed over. Source: the seed's transcripts and
 * ios-semantics §4.
 */
export const debugEntries = (events: readonly TraceEvent[], options: DebugLogOptions): readonly DebugEntry[] => {
  const own = events.filter(({ router }) => router === options.router)
  const decrypted = decryptedPayloads(own)
  const recalls = new Map<number, Recall>()
  const log: DebugEntry[] = []
  for (const event of own) {
    const { connection } = event
    const recall = recalls.get(connection) ?? nothingYet
    const stamp = debugStamp(event.time + (options.clockOffset ?? 0), options.timezone)
    const entries = render(event.name, event.data, {
      connection,
      timezone: options.timezone,
      recall,
      decrypted: decrypted.get(event) ?? null,
    })
    for (const entry of entries) log.push({ text: `${stamp}${entry}`, event })
    recalls.set(connection, remember(recall, event))
  }
  return log
}

/** The entries as one text; every line ends with a line feed. */
export const debugLog = (events: readonly TraceEvent[], options: DebugLogOptions): string =>
  debugEntries(events, options)
    .map(({ text }) => `${text}\n`)
    .join('')
