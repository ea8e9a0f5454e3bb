import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { type Figure, median } from './figure.ts'
import { manyTrustpoints } from './many-trustpoints.ts'

const command = fileURLToPath(new URL('../cli/main.js', import.meta.url))
const example = fileURLToPath(new URL('../../examples/ikev1-asymmetric-trustpoints', import.meta.url))

/** Limits that `prove` of the document's example has to keep. */
const longestProof = 1000
const largestProof = 200
/** What ten trustpoints a side may take beyond the start of the process, milliseconds. */
const longestBeyondStart = 100

/** One direction of the example fails, and status 1 says so. */
const expectedStatus = { prove: 1, up: 0, version: 0, bare: 0, nothing: 2 } as const

const resultDescriptor = 3
const kilobytesOfMegabyte = 1024

/** Has the process tell at its end how large it was at most, in kB, on a descriptor of its own. */
const tellSize = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs'
process.on('exit', () => writeSync(${resultDescriptor}, String(process.resourceUsage().maxRSS)))`,
)}`

/** Of which node makes certificates at every start, for a protocol that nobody here speaks: twice the time of the start. */
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env

const run = (
  status: number,
  args: readonly string[],
): { readonly milliseconds: number; readonly output: readonly (string | null)[] } => {
  const start = performance.now()
  const ended = spawnSync(process.execPath, [...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: environment,
  })
  const milliseconds = performance.now() - start
  if (ended.status !== status) throw new Error(`node ${args.join(' ')} ended with ${ended.status}: ${ended.stderr}`)
  return { milliseconds, output: ended.output }
}

const wall = (runs: number, status: number, args: readonly string[]): number => {
  const times = Array.from({ length: runs + 1 }, () => run(status, args).milliseconds)
  // The first run finds the files not yet in memory.
  return median(times.slice(1))
}

const megabytes = (status: number, args: readonly string[]): number =>
  Number(run(status, ['--import', tellSize, ...args]).output[resultDescriptor]) / kilobytesOfMegabyte

/** `prove` of ten trustpoints a side, in an order that nobody knows, less that of a folder which is not there: it has loaded all and done nothing. */
const beyondStart = (runs: number, version: 1 | 2, restricted: boolean): Figure => {
  const folder = manyTrustpoints(version, 10, restricted)
  const start = wall(runs, expectedStatus.nothing, [command, 'prove', `${folder}/nothing`])
  // Where nothing is restricted both directions come up whatever the order.
  const whole = wall(runs, restricted ? expectedStatus.prove : expectedStatus.up, [command, 'prove', folder])
  rmSync(folder, { recursive: true })
  return {
    name: `prove, ten trustpoints a side, ${restricted ? '' : 'nothing restricted, '}IKEv${version}: beyond its start`,
    value: whole - start,
    unit: 'ms',
    ratio: (whole - start) / longestBeyondStart,
  }
}

/** Whole processes, from the shell's point of view: `prove`, `--version`, and node with nothing to do. */
export const processFigures = (runs: number): readonly Figure[] => {
  const prove = [command, 'prove', example]
  const proof = wall(runs, expectedStatus.prove, prove)
  const size = megabytes(expectedStatus.prove, prove)
  const bare = wall(runs, expectedStatus.bare, ['--eval', '0'])
  const version = wall(runs, expectedStatus.version, [command, '--version'])
  return [
    { name: 'prove, the example of the document', value: proof, unit: 'ms', ratio: proof / longestProof },
    { name: 'prove, the example of the document: memory', value: size, unit: 'MB', ratio: size / largestProof },
    beyondStart(runs, 1, true),
    beyondStart(runs, 2, true),
    beyondStart(runs, 1, false),
    beyondStart(runs, 2, false),
    { name: '--version', value: version, unit: 'ms', ratio: version / bare },
    { name: 'node with nothing to do', value: bare, unit: 'ms', ratio: null },
  ]
}
