import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { readLab } from '../src/lab/index.ts'
import { prove } from '../src/prove/index.ts'
import { directionFiles } from '../src/report/index.ts'
import { command, exampleFolder, exampleNames } from './support/examples.ts'
import { eventNames, traceReference, traceSchemaText } from './support/trace-reference.ts'

const docs = new URL('../docs/', import.meta.url)
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(JSON.parse(traceSchemaText))

const complaintsOf = (trace: unknown): readonly string[] =>
  validate(trace)
    ? []
    : (validate.errors ?? [])
        .filter(({ keyword }) => keyword !== 'if')
        .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)

interface Trace {
  readonly traces: readonly {
    readonly events: readonly { readonly name: string; readonly index: number; readonly data: object }[]
  }[]
}

/** Every trace of an example, of the other cases too. */
const tracesOf = (name: string): readonly string[] => {
  const lab = readLab([exampleFolder(name)])
  return prove(lab).runs.flatMap(({ run, otherwise }) =>
    directionFiles(lab, run, otherwise).flatMap(({ path, content }) =>
      path.endsWith('/trace.json') ? [String(content)] : [],
    ),
  )
}

describe('trace.json fits its schema', () => {
  it.each(exampleNames)('%s', (name) => {
    for (const text of tracesOf(name)) {
      const trace: Trace = JSON.parse(text)
      expect(complaintsOf(trace)).toEqual([])
      const indices = trace.traces.flatMap(({ events }) => events.map(({ index }) => index))
      expect(indices.toSorted((a, b) => a - b)).toEqual(indices.map((_, place) => place))
      // A reader of qlog looks there for what the file is.
      expect(text.slice(0, 256)).toMatch(/"file_schema".*"serialization_format"/s)
    }
  })

  it('which refuses a field too many, one too few, and an event that nobody knows', () => {
    const [text] = tracesOf('ikev2-certificates')
    const trace: Trace = JSON.parse(text ?? '')
    const [first, ...others] = trace.traces
    const [event, ...later] = first?.events ?? []
    const changed = (data: object): unknown => ({
      ...trace,
      traces: [{ ...first, events: [{ ...event, ...data }, ...later] }, ...others],
    })
    expect(validate(changed({}))).toBe(true)
    expect(validate(changed({ data: { ...event?.data, surplus: 1 } }))).toBe(false)
    expect(validate(changed({ data: {} }))).toBe(false)
    expect(validate(changed({ name: 'ike:unheard_of' }))).toBe(false)
    expect(validate({ ...trace, qlog_version: '0.4' })).toBe(false)
  })

  it('and the examples show most of the events', () => {
    const seen = new Set(
      exampleNames.flatMap((name) =>
        tracesOf(name).flatMap((text) =>
          (JSON.parse(text) as Trace).traces.flatMap(({ events }) => events.map((event) => event.name)),
        ),
      ),
    )
    expect([...seen].filter((name) => !eventNames.includes(name))).toEqual([])
    expect(seen.size).toBeGreaterThan(eventNames.length / 2)
  })
})

/** They are made from the types: `npx vitest run test/trace-schema.test.ts --update` writes them anew. */
describe('the documents of the trace are what src/trace/ says', () => {
  it('docs/trace.schema.json', async () => {
    await expect(traceSchemaText).toMatchFileSnapshot('../docs/trace.schema.json')
  })

  it('docs/trace.md', async () => {
    const text = readFileSync(new URL('trace.md', docs), 'utf8')
    const head = text.slice(0, text.indexOf('## The events'))
    await expect(head + traceReference).toMatchFileSnapshot('../docs/trace.md')
  })

  it('`ikewise schema trace` prints it', async () => {
    expect(await command('schema', 'trace')).toEqual({ code: 0, out: traceSchemaText, err: '' })
  })
})
