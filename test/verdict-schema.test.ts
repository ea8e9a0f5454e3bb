import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { exampleNames, proveExample } from './support/examples.ts'

const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(new URL('../docs/verdict.schema.json', import.meta.url), 'utf8')),
)

describe('verdict.json fits docs/verdict.schema.json', () => {
  it.each(exampleNames)('%s', async (name) => {
    const { verdict, dispose } = await proveExample(name)
    dispose()
    expect(schema.safeParse(verdict).error?.issues ?? []).toEqual([])
    const [tunnel] = verdict.tunnels
    expect(schema.safeParse({ ...verdict, tunnels: [{ ...tunnel, protocol: 'IKEv3' }] }).success).toBe(false)
    expect(schema.safeParse({ ...verdict, surplus: 1 }).success).toBe(false)
  })
})
