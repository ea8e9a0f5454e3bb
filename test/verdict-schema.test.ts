import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { command, exampleFolder, exampleNames, oneSidedNames } from './support/examples.ts'

const text = readFileSync(new URL('../docs/verdict.schema.json', import.meta.url), 'utf8')
const guide = readFileSync(new URL('../docs/verdict.md', import.meta.url), 'utf8')
const schema = JSON.parse(text)
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema)

const complaintsOf = (verdict: unknown): readonly string[] =>
  validate(verdict) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Fields whose keys are names of routers. */
const byRouter = new Set(['certificates', 'final', 'signsWith'])

/** The document with one of its objects changed, for every object of it that has fields of the format. */
const changes = (
  value: Json,
  change: (fields: Readonly<Record<string, Json>>) => readonly Json[],
  under = '',
): readonly Json[] => {
  if (value === null || typeof value !== 'object') return []
  if (Array.isArray(value))
    return value.flatMap((entry, index) => changes(entry, change).map((changed) => value.with(index, changed)))
  const fields = value as Readonly<Record<string, Json>>
  return [
    ...(byRouter.has(under) ? [] : change(fields)),
    ...Object.entries(fields).flatMap(([key, entry]) =>
      changes(entry, change, key).map((changed) => ({ ...fields, [key]: changed })),
    ),
  ]
}

const without = (fields: Readonly<Record<string, Json>>): readonly Json[] =>
  Object.keys(fields).map((left) => Object.fromEntries(Object.entries(fields).filter(([key]) => key !== left)))

const proven = async (...words: readonly string[]): Promise<Json> =>
  JSON.parse((await command('prove', ...words, '--format', 'json')).out)

describe('verdict.json fits docs/verdict.schema.json', () => {
  it.each([...exampleNames, ...oneSidedNames])('%s', async (name) => {
    expect(complaintsOf(await proven(exampleFolder(name)))).toEqual([])
  })

  it.each([
    ['with fixes', ['ikev1-asymmetric-trustpoints', '--fix']],
    ['of one direction', ['ikev1-asymmetric-trustpoints', '--initiator', 'R2']],
    ['of what would be', ['ikev1-reordered-enrolment', '--what-if', 'renew:R1:IOSCA2']],
  ] as const)('%s', async (_, [name, ...options]) => {
    expect(complaintsOf(await proven(exampleFolder(name), ...options))).toEqual([])
  })
})

describe('the schema', () => {
  it('refuses a field that it does not describe, and the lack of one that it does, wherever it stands', async () => {
    const verdicts = [
      await proven(exampleFolder('ikev1-profile-mismatch'), '--fix'),
      await proven(exampleFolder('ikev2-peer-unknown')),
    ]
    const more = verdicts.flatMap((verdict) => changes(verdict, (fields) => [{ ...fields, surplus: 1 }]))
    const fewer = verdicts.flatMap((verdict) => changes(verdict, without))
    expect(more.length).toBeGreaterThan(20)
    expect(fewer.length).toBeGreaterThan(100)
    expect([...more, ...fewer].filter((spoilt) => validate(spoilt))).toEqual([])
  })

  it('has no field that docs/verdict.md leaves out', () => {
    const named = (node: Json): readonly string[] => {
      if (node === null || typeof node !== 'object') return []
      if (Array.isArray(node)) return node.flatMap(named)
      const { properties, ...rest } = node as Readonly<Record<string, Json>>
      return [
        ...Object.keys(properties ?? {}),
        ...Object.values(properties ?? {}).flatMap(named),
        ...Object.values(rest).flatMap(named),
      ]
    }
    expect([...new Set(named(schema))].filter((field) => !guide.includes(`\`${field}\``))).toEqual([])
  })

  it('is what `ikewise schema verdict` prints', async () => {
    expect(await command('schema', 'verdict')).toEqual({ code: 0, out: text, err: '' })
  })
})
