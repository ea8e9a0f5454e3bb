import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { debugLog } from '../../src/ios/index.ts'
import { type Lab, readLab } from '../../src/lab/index.ts'
import { type Proof, prove } from '../../src/prove/index.ts'
import { chainSections, type DescribedCa, type DescribedChain } from './certificate-hex.ts'
import { exampleFolder } from './examples.ts'

/**
 * The scenarios of `test/causes/*.yaml`: an example, what is changed in it, and what each direction must come to. They are
 * neutral: nothing in them is of this program but the names of the outcomes and of the causes.
 */

/** What a direction comes to: up, or how it fails. */
export type ExpectedDirection =
  | 'up'
  | {
      readonly outcome: 'down' | 'half-open' | 'undecided'
      /** Null: it ended before any message. */
      readonly stage: string | null
      readonly rejectedBy: string | null
      readonly cause: string
      /** The causes of what would refuse next, in their order; left out: that is not asked. */
      readonly next?: readonly string[] | undefined
    }

/** What is changed in a router's configuration. */
interface Patch {
  /** Lines of which each occurrence is replaced, by their text; by nothing where the new text is empty. */
  readonly replace: Readonly<Record<string, string>>
  /** Lines that are pasted behind the configuration. */
  readonly paste: string
}

export interface CauseScenario {
  readonly name: string
  /** A folder of `examples/`. */
  readonly base: string
  /** Laid over the base's lab.yaml, key by key; a list replaces a list, null removes a key. */
  readonly lab: Readonly<Record<string, unknown>>
  /** Certificates that stand in the configurations, by router and trustpoint: then these are read alone, without a lab.yaml. */
  readonly certificates?:
    | {
        readonly cas: Readonly<Record<string, DescribedCa>>
        readonly chains: Readonly<Record<string, Readonly<Record<string, DescribedChain>>>>
      }
    | undefined
  /** Changes of the configurations, by router. */
  readonly routers: Readonly<Record<string, Patch>>
  /** What the direction comes to in which this router initiates. */
  readonly expect: Readonly<Record<string, ExpectedDirection>>
  /** Codes of the findings that are causes of the catalogue, each once. */
  readonly findings: readonly string[]
  /** Codes of the risks of the stability section, each once; left out: that is not asked. */
  readonly risks?: readonly string[] | undefined
}

/** A cause, scenarios in which it must be found, and others that differ in little and in which it must not. */
export interface CauseScenarios {
  readonly cause: string
  readonly produces: readonly CauseScenario[]
  readonly neighbours: readonly CauseScenario[]
}

const direction: z.ZodType<ExpectedDirection> = z.union([
  z.literal('up'),
  z.strictObject({
    outcome: z.enum(['down', 'half-open', 'undecided']).default('down'),
    stage: z.string().nullable().default(null),
    rejectedBy: z.string().nullable().default(null),
    cause: z.string(),
    next: z.array(z.string()).optional(),
  }),
])

const patch: z.ZodType<Patch> = z.strictObject({
  replace: z.record(z.string(), z.string()).default({}),
  paste: z.string().default(''),
})

const describedCa = z.strictObject({
  name: z.string(),
  issuer: z.string().optional(),
  ca: z.union([z.literal(false), z.strictObject({ pathLength: z.number().optional() })]).default({}),
  keyUsage: z.array(z.string()).default(['digitalSignature', 'keyCertSign', 'cRLSign']),
  criticalExtension: z.boolean().default(false),
  bits: z.number().default(2048),
})

const describedChain = z.strictObject({
  ca: z.string(),
  identity: z
    .strictObject({
      keyUsage: z.array(z.string()).default(['digitalSignature', 'keyEncipherment']),
      bits: z.number().default(2048),
    })
    .nullable()
    .default({ keyUsage: ['digitalSignature', 'keyEncipherment'], bits: 2048 }),
})

const certificates = z.strictObject({
  cas: z.record(z.string(), describedCa),
  chains: z.record(z.string(), z.record(z.string(), describedChain)),
})

const scenario: z.ZodType<CauseScenario> = z.strictObject({
  name: z.string(),
  base: z.string(),
  certificates: certificates.optional(),
  lab: z.record(z.string(), z.unknown()).default({}),
  routers: z.record(z.string(), patch).default({}),
  expect: z.record(z.string(), direction),
  findings: z.array(z.string()).default([]),
  risks: z.array(z.string()).optional(),
})

const file: z.ZodType<readonly CauseScenarios[]> = z.array(
  z.strictObject({
    cause: z.string(),
    produces: z.array(scenario).min(1),
    neighbours: z.array(scenario).min(1),
  }),
)

const folder = fileURLToPath(new URL('../causes', import.meta.url))

/** The scenarios of all files, by cause, in order. Throws where one has not the form above, and names it. */
export const causeScenarios = (): readonly CauseScenarios[] => {
  const byCause = new Map<string, CauseScenarios>()
  for (const each of readFiles()) {
    const before = byCause.get(each.cause)
    byCause.set(each.cause, {
      cause: each.cause,
      produces: [...(before?.produces ?? []), ...each.produces],
      neighbours: [...(before?.neighbours ?? []), ...each.neighbours],
    })
  }
  return [...byCause.values()]
}

const readFiles = (): readonly CauseScenarios[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => {
      const read = file.safeParse(parse(readFileSync(join(folder, name), 'utf8')))
      if (!read.success) throw new Error(`test/causes/${name}: ${z.prettifyError(read.error)}`)
      return read.data
    })

type Tree = { readonly [key: string]: unknown }

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

const overlaid = (below: unknown, above: unknown): unknown => {
  if (!isTree(below) || !isTree(above)) return above
  const out: Record<string, unknown> = { ...below }
  for (const [key, value] of Object.entries(above)) {
    if (value === null) delete out[key]
    else out[key] = overlaid(out[key], value)
  }
  return out
}

const patched = (text: string, { replace, paste }: Patch): string => {
  let out = text.split('\n').map((line) => line.trimEnd())
  for (const [old, fresh] of Object.entries(replace)) {
    if (!out.some((line) => line.trim() === old.trim())) throw new Error(`no line "${old}" to replace`)
    out = out.flatMap((line) => (line.trim() === old.trim() ? fresh.split('\n').filter((each) => each !== '') : [line]))
  }
  return `${out.join('\n')}\n${paste}\n`
}

/** A scenario's lab, made in a folder of its own that is gone when the lab is read. */
export const labOf = ({ base, lab, routers, certificates: printed }: CauseScenario): Lab => {
  const made = mkdtempSync(join(tmpdir(), 'ikewise-cause-'))
  try {
    cpSync(exampleFolder(base), made, { recursive: true })
    const file = join(made, 'lab.yaml')
    writeFileSync(file, stringify(overlaid(parse(readFileSync(file, 'utf8')), lab)))
    for (const [router, change] of Object.entries(routers)) {
      const configuration = join(made, `${router}.cfg`)
      writeFileSync(configuration, patched(readFileSync(configuration, 'utf8'), change))
    }
    if (printed) {
      rmSync(file)
      for (const [router, section] of Object.entries(chainSections(printed.cas, printed.chains))) {
        const configuration = join(made, `${router}.cfg`)
        writeFileSync(configuration, `${readFileSync(configuration, 'utf8').replace(/^end$/m, '')}${section}end\n`)
      }
    }
    return readLab([made])
  } finally {
    rmSync(made, { recursive: true })
  }
}

/** What a scenario comes to, with what each router prints, by initiator and router. */
export interface RunScenario {
  readonly proof: Proof
  readonly debug: (initiator: string, router: string) => string
}

export const runLab = (lab: Lab): RunScenario => {
  const proof = prove(lab)
  return {
    proof,
    debug: (initiator, name) => {
      const found = proof.runs.find(({ run, otherwise }) => run.initiator === initiator && otherwise === 0)
      const router = lab.routers.find((candidate) => candidate.name === name)
      if (!found || !router) throw new Error(`no run in which ${initiator} initiates, or no router ${name}`)
      return debugLog(found.run.events, { router: name, timezone: router.configuration.timezone, dialect: '15.x' })
    },
  }
}
