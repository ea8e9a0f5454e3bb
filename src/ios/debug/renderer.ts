import type { EventName, TraceEvents } from '../../trace/index.ts'
import type { Timezone } from '../clock.ts'
import type { Recall } from './recall.ts'

export interface RenderContext {
  /** IOS's conn-id, 0 until keys exist; of IKEv2 the SA ID, 0 outside every SA. */
  readonly connection: number
  readonly timezone: Timezone
  readonly recall: Recall
  /** What decryption brought to light in the packet that the event is about; null where nothing was, or not yet. */
  readonly decrypted: readonly string[] | null
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

/** `IKEv2:(SA ID = 1):text`, as 15.x prints it; 16.x has a session ID in front of the SA ID (ios-semantics §4.1). */
export const ikev2 = ({ connection }: Pick<RenderContext, 'connection'>, text: string): string =>
  connection === 0 ? ikev2Global(text) : `IKEv2:(SA ID = ${connection}):${text}`

/** `IKEv2:text`: searches of the configuration are made on nobody's behalf. */
export const ikev2Global = (text: string): string => `IKEv2:${text}`

/** IOS says these lines of connection 0 whatever the session is. */
export const noConnection: Pick<RenderContext, 'connection'> = { connection: 0 }

/** Nothing in IOS's debugs stands for the event. */
export const silent = (): readonly string[] => []
