import type { EventName, IkeV2TraceEvents, TraceEvent, TraceEvents } from '../../trace/index.ts'
import { debugStamp, type Timezone } from '../clock.ts'
import { certificateRenderers } from './certificates.ts'
import { informationalRenderers } from './informational.ts'
import { ipsecRenderers } from './ipsec.ts'
import { mainModeRenderers } from './main-mode.ts'
import { quickModeRenderers } from './quick-mode.ts'
import type { Recall, RenderContext, Renderers } from './renderer.ts'

export interface DebugLogOptions {
  readonly router: string
  readonly timezone: Timezone
  /** The release whose wording is printed: 15.x, the seed's (ios-semantics §4.1). */
  readonly dialect: '15.x'
}

type IkeV1EventName = Exclude<EventName, keyof IkeV2TraceEvents>

/** One renderer for each event of IKEv1; the compiler finds the one that is missing. */
const ikeV1Renderers: Renderers<IkeV1EventName> = {
  ...mainModeRenderers,
  ...certificateRenderers,
  ...informationalRenderers,
  ...quickModeRenderers,
  ...ipsecRenderers,
}

const renderers: Partial<Renderers> = ikeV1Renderers

const render = <N extends EventName>(name: N, data: TraceEvents[N], context: RenderContext): readonly string[] =>
  renderers[name]?.(data, context) ?? []

const nothingYet: Recall = { boundProfile: null, ownCertificateChosen: false, listedTrustpoints: null }

const remember = (recall: Recall, event: TraceEvent): Recall => {
  switch (event.name) {
    // Connection 0 serves one new session after the other.
    case 'ike:sa_requested':
    case 'ike:sa_created':
      return nothingYet
    case 'ike:profile_bound':
      return { ...recall, boundProfile: event.data.profile }
    case 'ike:certreq_received':
      return event.data.chosen === null ? recall : { ...recall, ownCertificateChosen: true }
    case 'pki:crl_requested':
    case 'pki:validation_succeeded':
      return { ...recall, listedTrustpoints: event.data.handle }
    default:
      return recall
  }
}

/**
 * What the router prints under `debug crypto isakmp`, `debug crypto ipsec` and `debug crypto pki validation`, from
 * the events of its trace in their order. Every line ends with a line feed; events of other routers are passed over.
 * Source: the seed's transcripts and ios-semantics §4.
 */
export const debugLog = (events: readonly TraceEvent[], options: DebugLogOptions): string => {
  const recalls = new Map<number, Recall>()
  let log = ''
  for (const event of events) {
    if (event.router !== options.router) continue
    const { connection } = event
    const recall = recalls.get(connection) ?? nothingYet
    const stamp = debugStamp(event.time, options.timezone)
    const entries = render(event.name, event.data, { connection, timezone: options.timezone, recall })
    for (const entry of entries) log += `${stamp}${entry}\n`
    recalls.set(connection, remember(recall, event))
  }
  return log
}
