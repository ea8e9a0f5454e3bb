import type { Source } from '../lab.ts'
import { type CaGroup, urlOf } from './ca-groups.ts'
import type { RouterEvidence, TrustpointEvidence } from './evidence.ts'
import { partAssumption } from './partial.ts'
import type { Printed, PrintedRouter } from './printed-routers.ts'

const kindTexts: Readonly<Record<string, string>> = {
  certificates: 'certificates',
  trustpoints: 'trustpoints',
}

const placeOf = (router: string, { recording, output }: Printed): Pick<Source, 'router' | 'file' | 'lines'> => ({
  router,
  file: recording.file,
  lines: { from: output.from, to: output.to },
})

/** What a piece of a configuration gave. */
const pieceTexts: Readonly<Record<PrintedRouter['pieces'][number]['use'], (name: string, what: string) => string>> = {
  used: (_, what) => what,
  same: (name) => `the configuration of ${name} once more: it says the same`,
  superseded: (name) => `the startup configuration of ${name} does not count: what it runs was shown`,
  filled: (name) => `the startup configuration of ${name}, where no output shows what it runs`,
  outdated: (name) => `an older configuration of ${name}: what it runs was shown again behind it`,
  torn: (name) => `lines of ${name} that are torn from their sections`,
}

const unusedPieces: ReadonlySet<string> = new Set(['superseded', 'outdated', 'torn'])

const pieceSource = ({ name }: PrintedRouter, piece: PrintedRouter['pieces'][number], suffix: string): Source => {
  const {
    use,
    piece: { form, filter },
    printed,
  } = piece
  const what =
    form === 'typed'
      ? `what was typed on ${name}`
      : filter
        ? `a part of the configuration of ${name} (${filter.typed})`
        : `the ${form === 'startup' ? 'startup ' : ''}configuration of ${name}`
  const kind = unusedPieces.has(use) ? 'not-read' : 'configuration'
  return { kind, ...placeOf(name, printed), text: `${pieceTexts[use](name, what)}${use === 'used' ? suffix : ''}` }
}

/** Lines that were shown without the header below which they stand. */
const orphanSources = ({ name, pieces }: PrintedRouter): readonly Source[] =>
  pieces
    .filter(({ use, orphans }) => use !== 'torn' && orphans.length > 0)
    .map(({ piece: { file }, orphans }) => ({
      kind: 'not-read',
      router: name,
      file,
      lines: { from: orphans[0]?.line ?? 1, to: orphans.at(-1)?.line ?? 1 },
      text: `${orphans.length} ${orphans.length === 1 ? 'line' : 'lines'} of sections whose header the output leaves out`,
    }))

/** What of the certificates in an output in PEM is used: `IOSCA1 (the CA's and its own)`. Null: none of it could be read. */
const inPem = (
  { pem, trustpoints }: RouterEvidence,
  { recording: { file }, output: { from, to } }: Printed,
): string | null => {
  const held = pem.held.filter(({ at }) => at.file === file && at.line >= from && at.line <= to)
  if (held.length === 0) return null
  const kindsOf = new Map(held.map(({ trustpoint }) => [trustpoint, new Set<string>()]))
  for (const { trustpoint, kind } of held) kindsOf.get(trustpoint)?.add(kind)
  const each = trustpoints.flatMap(({ name }) => {
    const kinds = kindsOf.get(name)
    if (!kinds) return []
    return [`${name} (${kinds.size === 2 ? "the CA's and its own" : kinds.has('ca') ? "the CA's" : 'its own'})`]
  })
  return each.length === 0 ? 'none of a trustpoint that counts' : each.join(', ')
}

const joinedFiles = ({ name, joined }: PrintedRouter): readonly Source[] =>
  joined.length < 2
    ? []
    : [
        assumed(
          name,
          `${joined.slice(0, -1).join(', ')} and ${joined.at(-1)} are parts of one router, ${name}: their names begin alike, each has what the others lack, and no line \`hostname\` says otherwise`,
        ),
      ]

/** What was read of a router, and where: its configuration, and what it printed of its certificates. */
export const readSources = (evidence: RouterEvidence, outputs: readonly Printed[]): readonly Source[] => {
  const { router } = evidence
  const chains = router.configuration.certificateChains.filter(({ certificates }) => certificates.length > 0)
  const inConfiguration =
    chains.length === 0 ? '' : `, with the certificates of ${chains.map(({ trustpoint }) => trustpoint).join(', ')}`
  const carrier = router.pieces.findIndex(({ piece: { lines } }) =>
    lines.some((line) => /^crypto (?:pki|ca) certificate chain/i.test(line)),
  )
  return [
    ...router.pieces.map((piece, index) => pieceSource(router, piece, index === carrier ? inConfiguration : '')),
    ...orphanSources(router),
    ...outputs.flatMap((printed): readonly Source[] => {
      if (printed.output.kind === 'pem') {
        const used = inPem(evidence, printed)
        const text = `certificates of ${router.name} in PEM: ${used}`
        return used === null ? [] : [{ kind: 'certificates', ...placeOf(router.name, printed), text }]
      }
      const what = kindTexts[printed.output.kind]
      return what === undefined
        ? []
        : [{ kind: 'certificates', ...placeOf(router.name, printed), text: `the ${what} of ${router.name}` }]
    }),
    ...joinedFiles(router),
    ...partAssumption(router),
  ]
}

const names = (trustpoints: readonly TrustpointEvidence[]): string => trustpoints.map(({ name }) => name).join(', ')

const assumed = (router: string | null, text: string): Source => ({
  kind: 'assumed',
  router,
  file: null,
  lines: null,
  text,
})

/** `TP1 of R1 and R2`, `VPN of R1 and TP1 of R2`. */
const membersText = ({ members }: CaGroup): string => {
  const [first] = members
  const isOneName = members.every(({ trustpoint }) => trustpoint.name === first?.trustpoint.name)
  return isOneName && first
    ? `${first.trustpoint.name} of ${members.map(({ router }) => router).join(' and ')}`
    : members.map(({ router, trustpoint }) => `${trustpoint.name} of ${router}`).join(' and ')
}

/** Trustpoints' CAs that are known by their URLs alone, or by nothing. */
const caTexts = (groups: readonly CaGroup[]): readonly Source[] => {
  const nameless = groups.filter(({ name }) => name === null)
  const urlOfGroup = ({ members: [first] }: CaGroup): string | null => (first ? urlOf(first.trustpoint) : null)
  const routerOf = ({ members }: CaGroup): string | null => {
    const routers = new Set(members.map(({ router }) => router))
    return routers.size === 1 ? (members[0]?.router ?? null) : null
  }
  const nowhere = nameless
    .filter((group) => urlOfGroup(group) === null)
    .map((group) => assumed(routerOf(group), `nothing tells which CA that of ${membersText(group)} is`))
  const somewhere = nameless.filter((group) => urlOfGroup(group) !== null)
  const [only, ...more] = somewhere
  if (!only) return nowhere
  if (more.length > 0)
    return [
      ...nowhere,
      assumed(
        null,
        `one CA answers at each URL, and its name is not known: ${somewhere.map((group) => `${membersText(group)} ${group.members.length === 1 ? 'enrols' : 'enrol'} at ${urlOfGroup(group)}`).join('; ')}`,
      ),
    ]
  const verb = only.members.length === 1 ? 'enrols with the CA' : 'enrol with one CA, that'
  return [
    ...nowhere,
    assumed(routerOf(only), `${membersText(only)} ${verb} at ${urlOfGroup(only)}; its name is not known`),
  ]
}

/** Everything that was taken for granted because nothing tells it. */
export const assumptions = (
  routers: readonly RouterEvidence[],
  groups: readonly CaGroup[],
  serials: ReadonlySet<string>,
): readonly Source[] => {
  const known = routers.some(({ trustpoints }) =>
    trustpoints.some(({ identity, ca }) =>
      [identity.kind, ca?.kind].some((kind) => kind === 'der' || kind === 'shown'),
    ),
  )
  const validates = routers.some(({ trustpoints }) =>
    trustpoints.some(({ configuration }) => configuration?.revocationCheck[0] !== 'none'),
  )
  return [
    ...(known
      ? [
          assumed(
            null,
            'every certificate is issued anew by CAs that stand in for the real ones: names, dates, extensions and algorithms are those that were read, the keys are not',
          ),
        ]
      : []),
    ...routers.flatMap(({ router, trustpoints }) => {
      const imagined = trustpoints.filter(({ identity }) => identity.kind === 'assumed')
      const needsSerial = imagined.filter(({ configuration }) => configuration?.serialNumber === true)
      return [
        ...(imagined.length === 0
          ? []
          : [
              assumed(
                router.name,
                `${router.name} holds a valid certificate of ${names(imagined)}, as the trustpoint asks for it: nothing shows it`,
              ),
            ]),
        ...(needsSerial.length === 0 || serials.has(router.name)
          ? []
          : [assumed(router.name, `the serial number of ${router.name} is not known: UNKNOWN stands in certificates`)]),
      ]
    }),
    ...caTexts(groups),
    ...(groups.length > 0 && validates
      ? [
          assumed(
            null,
            'servers of revocation lists answer: those known by an address where there is a route to it, those known by name from anywhere; none has revoked anything',
          ),
        ]
      : []),
  ]
}
