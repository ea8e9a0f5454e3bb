import { readdirSync, readFileSync } from 'node:fs'
import { declarationsOf, type Schema, TypeReader } from './type-schema.ts'

/** `docs/trace.schema.json` and the reference in `docs/trace.md`, as the types of `src/trace/` have them. */

const folder = new URL('../../src/trace/', import.meta.url)
const sources = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
const reader = new TypeReader(declarationsOf(sources.map((file) => readFileSync(new URL(file, folder), 'utf8'))))

interface EventReference {
  readonly name: string
  readonly doc: string
  readonly data: Schema
}

/** Every event, in the order of the sources. One that does not say what it means is an error. */
const events: readonly EventReference[] = reader.fieldsOf('TraceEvents').map(({ name, doc, type, owner }) => {
  if (doc === '') throw new Error(`${name} has no doc comment: say in src/trace/ what it means`)
  return { name, doc, data: reader.schemaOf(type, owner) }
})

const closed = (properties: Readonly<Record<string, Schema>>, description?: string): Schema => ({
  ...(description === undefined ? {} : { description }),
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

const eventSchema: Schema = {
  ...closed({
    time: { description: 'Milliseconds since 1970 UTC', type: 'number' },
    name: { enum: events.map(({ name }) => name) },
    data: { description: 'By the name of the event', type: 'object' },
    index: {
      description: 'Place among the events of all routers; `event` in verdict.json',
      type: 'integer',
      minimum: 0,
    },
    connection: { description: "IOS's conn-id, 0 until keys exist", type: 'integer', minimum: 0 },
  }),
  allOf: events.map(({ name, data }) => ({
    if: { properties: { name: { const: name } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { data } },
  })),
}

const traceSchema: Schema = closed({
  title: { type: 'string' },
  vantage_point: closed({
    name: { description: 'The router', type: 'string' },
    type: {
      description: 'client: it initiates; server: it responds; unknown: neither',
      enum: ['client', 'server', 'unknown'],
    },
  }),
  common_fields: closed({
    time_format: { const: 'relative_to_epoch' },
    reference_time: closed({ clock_type: { const: 'system' }, epoch: { const: '1970-01-01T00:00:00.000Z' } }),
  }),
  event_schemas: {
    type: 'array',
    items: { type: 'string', pattern: '^urn:ikewise:events:1:(ike|pki|ipsec)$' },
    minItems: 1,
  },
  events: { type: 'array', items: { $ref: '#/$defs/event' } },
})

export const traceSchemaText: string = `${JSON.stringify(
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:ikewise:schema:trace:1',
    title: 'ikewise trace, version 1',
    ...closed(
      {
        file_schema: { const: 'urn:ietf:params:qlog:file:contained' },
        serialization_format: { const: 'application/qlog+json' },
        title: { type: 'string' },
        traces: { type: 'array', items: { $ref: '#/$defs/trace' }, minItems: 1 },
      },
      'A negotiation as a contained file of qlog, draft-ietf-quic-qlog-main-schema-13',
    ),
    $defs: { trace: traceSchema, event: eventSchema, ...Object.fromEntries(reader.definitions) },
  },
  null,
  2,
)}\n`

const code = (value: unknown): string => (typeof value === 'string' ? `\`${value}\`` : String(value))

const alternatives = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`

const plain: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
}

/** A type in words. */
const words = (schema: Schema): string => {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.replace('#/$defs/', '')
    return `[${name}](#${name.toLowerCase()})`
  }
  const values = reader.valuesOf(schema)
  if (values !== null) return alternatives(values.map(code))
  if (Array.isArray(schema.anyOf)) return alternatives(schema.anyOf.map(words))
  if (schema.type === 'array') return `list of ${words(schema.items as Schema)}`
  if (schema.type === 'object') return 'object'
  return plain[String(schema.type)] ?? String(schema.type)
}

/** The object behind a field, if it is one or a list of one that has no name of its own. */
const inside = (schema: Schema): Schema | null => {
  if (schema.type === 'array') return inside(schema.items as Schema)
  return schema.type === 'object' ? schema : null
}

const fieldLines = (schema: Schema, indent = ''): readonly string[] =>
  Object.entries((schema.properties ?? {}) as Readonly<Record<string, Schema>>).flatMap(([name, field]) => {
    const optional = (schema.required as readonly string[]).includes(name) ? '' : ' (may be left out)'
    const doc = typeof field.description === 'string' ? `. ${field.description}` : ''
    const within = inside(field)
    return [
      `${indent}- \`${name}\`: ${words(field)}${optional}${doc}`,
      ...(within === null ? [] : fieldLines(within, `${indent}  `)),
    ]
  })

const dataLines = (data: Schema): readonly string[] =>
  typeof data.$ref === 'string' ? [`- ${words(data)}`] : fieldLines(data)

const sections = [
  { title: 'Both versions, and IKEv1', has: (name: string) => name.startsWith('ike:') && !name.startsWith('ike:v2_') },
  { title: 'IKEv2', has: (name: string) => name.startsWith('ike:v2_') },
  { title: 'Certificates', has: (name: string) => name.startsWith('pki:') },
  { title: 'IPsec', has: (name: string) => name.startsWith('ipsec:') },
] as const

const eventLines = ({ name, doc, data }: EventReference): readonly string[] => {
  const lines = dataLines(data)
  return [`#### ${name}`, '', doc, '', ...(lines.length === 0 ? [] : [...lines, ''])]
}

const definitionLines = ([name, schema]: readonly [string, Schema]): readonly string[] => {
  const lines = schema.type === 'object' ? fieldLines(schema) : [words({ ...schema, description: undefined })]
  return [`#### ${name}`, '', ...(typeof schema.description === 'string' ? [schema.description, ''] : []), ...lines, '']
}

/** The reference part of `docs/trace.md`. */
export const traceReference: string = [
  '## The events',
  '',
  ...sections.flatMap(({ title, has }) => [
    `### ${title}`,
    '',
    ...events.filter(({ name }) => has(name)).flatMap(eventLines),
  ]),
  '## The types',
  '',
  ...[...reader.definitions].sort(([a], [b]) => a.localeCompare(b, 'en')).flatMap(definitionLines),
]
  .join('\n')
  .trimEnd()
  .concat('\n')

export const eventNames: readonly string[] = events.map(({ name }) => name)
