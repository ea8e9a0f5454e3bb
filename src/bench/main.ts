import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { codecFigures } from './codec.ts'
import { espFigures } from './esp.ts'
import { type Figure, figureLine, figuresJson } from './figure.ts'
import { configurationFigures } from './large-configuration.ts'
import { negotiationFigures } from './negotiations.ts'
import { processFigures } from './processes.ts'

/*
 * node dist/bench/main.js [--quick] [--only SUITE] [--json FILE]
 *
 * Prints a line for each figure when it is known; docs/performance.md explains them.
 */

const suites = {
  negotiations: (quick: boolean) => negotiationFigures(quick ? 100 : 1500),
  codec: (quick: boolean) => codecFigures(quick ? 20 : 200),
  configuration: (quick: boolean) => configurationFigures(quick ? 50 : 300),
  esp: (quick: boolean) => espFigures(quick ? 20 : 200),
  processes: (quick: boolean) => processFigures(quick ? 3 : 15),
} as const

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const chosen = Object.entries(suites).filter(([name]) => values.only === undefined || values.only === name)
if (chosen.length === 0) {
  process.stderr.write(`there is no suite ${values.only}; there are ${Object.keys(suites).join(', ')}\n`)
  process.exit(2)
}

const figures: Figure[] = []
for (const [, suite] of chosen)
  for (const figure of suite(values.quick)) {
    figures.push(figure)
    process.stdout.write(`${figureLine(figure)}\n`)
  }
if (values.json !== undefined) writeFileSync(values.json, figuresJson(figures))
