import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { codecFigures } from './codec.ts'
import { espFigures } from './esp.ts'
import { type Figure, figureLine, figuresJson } from './figure.ts'
import { configurationFigures } from './large-configuration.ts'
import { negotiationFigures } from './negotiations.ts'
import { processFigures } from './processes.ts'
import { skFigures } from './sk.ts'
import { staticFigures } from './static-verdicts.ts'

/*
 * node dist/bench/main.js [--quick] [--only SUITE] [--json FILE]
 *
 * Prints a line for each figure when it is known; docs/performance.md explains them.
 */

const suites = {
  ikev1: (quick: boolean) => negotiationFigures(1, quick ? 100 : 1500),
  ikev2: (quick: boolean) => negotiationFigures(2, quick ? 100 : 1500),
  codec: (quick: boolean) => codecFigures(quick ? 20 : 200),
  configuration: (quick: boolean) => configurationFigures(quick ? 50 : 300),
  sk: (quick: boolean) => skFigures(quick ? 20 : 200),
  esp: (quick: boolean) => espFigures(quick ? 20 : 200),
  static: (quick: boolean) => staticFigures(quick ? 3 : 30),
  processes: (quick: boolean) => processFigures(quick ? 3 : 15),
} as const

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})

/** In a process of its own, so that no suite runs on the heap and the compiled code that another one leaves. */
const inOwnProcess = async (name: string): Promise<readonly Figure[]> => {
  const child = fork(fileURLToPath(import.meta.url), ['--only', name, ...(values.quick ? ['--quick'] : [])])
  const figures: Figure[] = []
  child.on('message', (figure: Figure) => {
    figures.push(figure)
  })
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error(`the suite ${name} ended with ${status}`)
  return figures
}

const here = (suite: (quick: boolean) => readonly Figure[]): readonly Figure[] => {
  const figures = suite(values.quick)
  for (const figure of figures) {
    process.stdout.write(`${figureLine(figure)}\n`)
    process.send?.(figure)
  }
  return figures
}

const figures: Figure[] = []
if (values.only === undefined) for (const name of Object.keys(suites)) figures.push(...(await inOwnProcess(name)))
else {
  const suite = Object.entries(suites).find(([name]) => name === values.only)?.[1]
  if (!suite) {
    process.stderr.write(`there is no suite ${values.only}; there are ${Object.keys(suites).join(', ')}\n`)
    process.exit(2)
  }
  figures.push(...here(suite))
}
if (values.json !== undefined) writeFileSync(values.json, figuresJson(figures))
