import {
  type Blocker,
  type Cause,
  type Direction,
  type Finding,
  type OneSidedDirection,
  type OneSidedTunnel,
  placeOf,
  type Tunnel,
  type Verdict,
} from '../prove/index.ts'
import { demandText } from './one-sided-words.ts'
import { fixKeys } from './words.ts'
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

const mendLines = ({ actor, remedy }: Cause): readonly string[] => [
  '',
  `Who must act: ${actor}`,
  `What to do: ${remedy.replaceAll('`', '')}`,
]

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
    ...fixKeys(first).map(({ placeholder, place }) => `${placeholder} is not shown: put in the key at ${place}`),
  ]
}

/** What an engineer reads in the build's report: the cause, the chain that led to it, what would come next. */
const detailOf = (tunnel: Tunnel, direction: Direction): string =>
  [
    ...(direction.cause === null
      ? []
      : [direction.cause.summary, ...becauseLines(direction.cause), ...mendLines(direction.cause)]),
    ...(direction.dependsOn.length === 0 ? [] : ['', 'It depends on what was not given:', ...caseLines(direction)]),
    ...(direction.nextBlockers.length === 0
      ? []
      : ['', 'Behind it stands:', ...direction.nextBlockers.map(blockerLine)]),
    ...fixLines(tunnel),
  ].join('\n')

const blockerLine = ({ code, summary, actor, at }: Blocker): string =>
  `${code}: ${summary}${at.length === 0 ? '' : ` (${at.map(placeOf).join(', ')})`}; ${actor} must act`

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

const oneSidedCase = ({ router, peer }: OneSidedTunnel, direction: OneSidedDirection, strict: boolean): string => {
  const { role, outcome, text, cause, conditions } = direction
  const undecided = outcome === 'undecided'
  const detail = [
    text,
    ...conditions.map((each) => `${each.message === null ? '' : `${each.message}: `}${demandText(each)}`),
  ]
  return element(
    'testcase',
    {
      name: `${router} ${role === 'initiator' ? 'initiates' : 'responds'}`,
      classname: `ikewise.${router}-${peer.replaceAll('.', '-')}`,
      time: 0,
    },
    [
      element(
        undecided && strict ? 'error' : 'failure',
        { message: `${outcome}: ${text}`, type: undecided ? 'undecided' : (cause?.code ?? outcome) },
        [xmlText(detail.join('\n'))],
      ),
    ],
  )
}

/** The document. Times are 0: what passes in a lab is virtual, and the same inputs give the same bytes. */
export const junitXml = ({ tunnels, oneSided, findings }: Verdict, options: JunitOptions): string => {
  const { strict } = options
  const suites = [
    ...tunnels.map((tunnel) => ({
      name: `${tunnel.ends.join(' - ')} (${tunnel.protocol})`,
      ends: tunnel.ends,
      protocol: tunnel.protocol,
      authentication: tunnel.authentication ?? '',
      outcomes: tunnel.directions.map(({ outcome }) => outcome),
      cases: tunnel.directions.map((direction) => testCase(tunnel, direction, strict)),
    })),
    ...oneSided.map((tunnel) => ({
      name: `${tunnel.router} - ${tunnel.peer} (${tunnel.protocol}, ${tunnel.tunnel})`,
      ends: [tunnel.router],
      protocol: tunnel.protocol,
      authentication: '',
      outcomes: tunnel.directions.map(({ outcome }) => outcome),
      cases: tunnel.directions.map((direction) => oneSidedCase(tunnel, direction, strict)),
    })),
  ]
  const told = (ends: readonly string[]): readonly string[] =>
    findings.filter(({ router }) => ends.includes(router)).map(findingLine)
  const rendered = suites.map((suite, id) => suiteXml(suite, id, told(suite.ends), options))
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${rendered.map((suite) => `${suite}\n`).join('')}</testsuites>\n`
}

interface Suite {
  readonly name: string
  readonly protocol: string
  readonly authentication: string
  readonly outcomes: readonly Direction['outcome'][]
  readonly cases: readonly string[]
}

const suiteXml = (
  { name, protocol, authentication, outcomes, cases }: Suite,
  id: number,
  told: readonly string[],
  { clock, strict }: JunitOptions,
): string => {
  const undecided = outcomes.filter((outcome) => outcome === 'undecided').length
  const failing = outcomes.filter((outcome) => outcome !== 'up').length
  return element(
    'testsuite',
    {
      package: 'ikewise',
      id,
      name,
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
        element('property', { name: 'protocol', value: protocol }),
        element('property', { name: 'authentication', value: authentication }),
      ]),
      '\n',
      ...cases.flatMap((each) => [each, '\n']),
      element('system-out', {}, told.length === 0 ? [] : [xmlText(told.join('\n'))]),
      '\n',
      element('system-err', {}),
      '\n',
    ],
  )
}
