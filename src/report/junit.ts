import { type Cause, type Direction, type Finding, placeOf, type Tunnel, type Verdict } from '../prove/index.ts'
import { element, xmlText } from './xml.ts'

/**
 * JUnit XML: a suite for each tunnel, a case for each direction. A case passes where the direction comes up in every
 * case of the unknowns, so that a build is red exactly where the command's exit code is not 0. What is undecided is an
 * `error` under `strict` (exit code 3) and a `failure` otherwise (exit code 1). Valid against the schema of Ant's
 * reports and against that of Jenkins; the former wants times, of which a proof has only the clock of its lab.
 */
export interface JunitOptions {
  /** The lab's clock, milliseconds since 1970 UTC. */
  readonly clock: number
  readonly strict: boolean
}

const becauseLines = ({ because }: Cause): readonly string[] =>
  because.flatMap(({ message, what, why, at }) => [
    `${message === null ? '' : `${message}: `}${what}${at === null ? '' : ` [${placeOf(at)}: ${at.text.trim()}]`}`,
    ...(why === '' ? [] : [`    ${why}`]),
  ])

const caseLines = ({ cases }: Direction): readonly string[] =>
  cases.map(({ when, outcome, summary }) => {
    const condition = when.map((all) => all.map(({ text }) => text).join(' and ')).join(', or ')
    return `${outcome}${condition === '' ? '' : ` if ${condition}`}${summary === null ? '' : `: ${summary}`}`
  })

const fixLines = ({ fixes }: Tunnel): readonly string[] => {
  const [first] = fixes ?? []
  if (!first) return []
  return [
    '',
    `Proved to mend both directions: ${first.text}`,
    ...first.edits.flatMap(({ router, paste }) => [`${router}:`, ...paste.map((line) => `    ${line}`)]),
  ]
}

/** What an engineer reads in the build's report: the cause, the chain that led to it, what would come next. */
const detailOf = (tunnel: Tunnel, direction: Direction): string =>
  [
    ...(direction.cause === null ? [] : [direction.cause.summary, ...becauseLines(direction.cause)]),
    ...(direction.dependsOn.length === 0 ? [] : ['', 'It depends on what was not given:', ...caseLines(direction)]),
    ...(direction.nextBlockers.length === 0
      ? []
      : ['', 'Behind it stands:', ...direction.nextBlockers.map(({ code, summary }) => `${code}: ${summary}`)]),
    ...fixLines(tunnel),
  ].join('\n')

const messageOf = ({ outcome, stage, cause }: Direction): string =>
  `${outcome}${stage === null ? '' : ` at ${stage}`}${cause === null ? '' : `: ${cause.summary}`}`

const testCase = (tunnel: Tunnel, direction: Direction, strict: boolean): string => {
  const attributes = {
    name: `${direction.initiator} initiates`,
    classname: `ikewise.${tunnel.ends.join('-')}`,
    time: 0,
  }
  if (direction.outcome === 'up') return element('testcase', attributes)
  const undecided = direction.outcome === 'undecided'
  return element('testcase', attributes, [
    element(
      undecided && strict ? 'error' : 'failure',
      { message: messageOf(direction), type: undecided ? 'undecided' : (direction.cause?.code ?? direction.outcome) },
      [xmlText(detailOf(tunnel, direction))],
    ),
  ])
}

const findingLine = ({ router, severity, text, at }: Finding): string =>
  `${severity}: ${at === null ? router : `${placeOf(at)}`}: ${text}`

/** The document. Times are 0: what passes in a lab is virtual, and the same inputs give the same bytes. */
export const junitXml = ({ tunnels, findings }: Verdict, { clock, strict }: JunitOptions): string => {
  const suites = tunnels.map((tunnel, id) => {
    const outcomes = tunnel.directions.map(({ outcome }) => outcome)
    const undecided = outcomes.filter((outcome) => outcome === 'undecided').length
    const failing = outcomes.filter((outcome) => outcome !== 'up').length
    const told = findings.filter(({ router }) => tunnel.ends.includes(router)).map(findingLine)
    return element(
      'testsuite',
      {
        package: 'ikewise',
        id,
        name: `${tunnel.ends.join(' - ')} (${tunnel.protocol})`,
        timestamp: new Date(clock).toISOString().slice(0, 19),
        hostname: 'localhost',
        tests: outcomes.length,
        failures: strict ? failing - undecided : failing,
        errors: strict ? undecided : 0,
        time: 0,
      },
      [
        '\n',
        element('properties', {}, [
          element('property', { name: 'protocol', value: tunnel.protocol }),
          element('property', { name: 'authentication', value: tunnel.authentication ?? '' }),
        ]),
        '\n',
        ...tunnel.directions.flatMap((direction) => [testCase(tunnel, direction, strict), '\n']),
        element('system-out', {}, told.length === 0 ? [] : [xmlText(told.join('\n'))]),
        '\n',
        element('system-err', {}),
        '\n',
      ],
    )
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.map((suite) => `${suite}\n`).join('')}</testsuites>\n`
}
