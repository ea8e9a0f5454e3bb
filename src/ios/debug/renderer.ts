import type { EventName, TraceEvents } from '../../trace/index.ts'
import type { Timezone } from '../clock.ts'

/** What earlier events of the same connection say, where IOS's text depends on it. */
export interface Recall {
  /** The profile that the peer's identity or certificate bound. */
  readonly boundProfile: string | null
  /** IOS stops looking for its own certificate at the first request that fits. */
  readonly ownCertificateChosen: boolean
  /** PKI handle whose suitable trustpoints have been listed. */
  readonly listedTrustpoints: string | null
}

export interface RenderContext {
  /** IOS's conn-id, 0 until keys exist. */
  readonly connection: number
  readonly timezone: Timezone
  readonly recall: Recall
}

/** Renders an event as log entries. An entry gets one time stamp and may span lines. */
type Renderer<N extends EventName> = (data: TraceEvents[N], context: RenderContext) => readonly string[]

export type Renderers<N extends EventName = EventName> = { readonly [K in N]: Renderer<K> }

/** `ISAKMP:(1010):text`. Many of IOS's messages begin with a blank of their own: it belongs to `text`. */
export const isakmp = ({ connection }: Pick<RenderContext, 'connection'>, text: string): string =>
  `ISAKMP:(${connection}):${text}`

/** `ISAKMP (1010): text`: the older prefix, which some messages have kept. */
export const isakmpBlank = ({ connection }: Pick<RenderContext, 'connection'>, text: string): string =>
  `ISAKMP (${connection}): ${text}`

/** IOS says these lines of connection 0 whatever the session is. */
export const noConnection: Pick<RenderContext, 'connection'> = { connection: 0 }

/** Nothing in IOS's debugs stands for the event. */
export const silent = (): readonly string[] => []
