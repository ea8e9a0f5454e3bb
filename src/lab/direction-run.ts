import type { CapturedPacket, WiresharkKeys } from '../net/index.ts'
import type { RouterSnapshot } from '../router/index.ts'
import type { MessageName, TraceEvent } from '../trace/index.ts'

/** A packet as it left its sender. */
export interface RunPacket extends CapturedPacket {
  readonly from: string
  readonly to: string
  readonly message: MessageName | 'ESP'
  /** The same datagram left before. */
  readonly repeated: boolean
  /** The `digest` of the trace's `ike:packet_sent`; null for ESP. */
  readonly digest: string | null
  /** Of an IP packet that left in fragments, which one it is, from 1 on; absent: it left whole. */
  readonly fragment?: { readonly number: number; readonly total: number }
}

/** Everything that one direction left behind. Times are milliseconds since 1970 UTC. */
export interface DirectionRun {
  readonly initiator: string
  readonly responder: string
  readonly events: readonly TraceEvent[]
  readonly packets: readonly RunPacket[]
  readonly keys: WiresharkKeys
  readonly dropped: readonly { readonly host: string; readonly to: string; readonly reason: string }[]
  readonly routers: ReadonlyMap<string, RouterSnapshot>
  readonly ping: { readonly sent: number; readonly received: number } | null
  readonly end: number
}
