import type { DirectionRun } from '../lab/index.ts'
import type { TraceEvent } from '../trace/index.ts'

/** The namespaces of our events, as the URIs that qlog wants; the number is the version of `docs/trace.schema.json`. */
const eventSchemas = ['ike', 'pki', 'ipsec'].map((namespace) => `urn:ikewise:events:1:${namespace}`)

const vantagePoint = (run: DirectionRun, router: string): string => {
  if (router === run.initiator) return 'client'
  return router === run.responder ? 'server' : 'unknown'
}

const exported = ({ time, name, data, connection }: TraceEvent, index: number): object => ({
  time,
  name,
  data,
  index,
  connection,
})

/**
 * A negotiation as a contained qlog file (draft-ietf-quic-qlog-main-schema-13): a trace for each router, with events of
 * our own, which `docs/trace.md` describes. `index` counts the events of all routers in the order in which they happened.
 */
export const traceJson = (run: DirectionRun): string =>
  `${JSON.stringify(
    {
      file_schema: 'urn:ietf:params:qlog:file:contained',
      serialization_format: 'application/qlog+json',
      title: `${run.initiator} initiates`,
      traces: [...run.routers.keys()].map((router) => ({
        title: router,
        vantage_point: { name: router, type: vantagePoint(run, router) },
        common_fields: {
          time_format: 'relative_to_epoch',
          reference_time: { clock_type: 'system', epoch: '1970-01-01T00:00:00.000Z' },
        },
        event_schemas: eventSchemas,
        events: run.events.flatMap((event, index) => (event.router === router ? [exported(event, index)] : [])),
      })),
    },
    null,
    2,
  )}\n`
