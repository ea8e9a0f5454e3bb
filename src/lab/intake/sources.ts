import type { Source } from '../lab.ts'
import { type CaGroup, urlOf } from './ca-groups.ts'
import type { RouterEvidence, TrustpointEvidence } from './evidence.ts'
import type { Printed } from './printed-routers.ts'

const kindTexts: Readonly<Record<string, string>> = {
  certificates: 'certificates',
  trustpoints: 'trustpoints',
}

/** What was read of a router, and where: its configuration, and what it printed of its certificates. */
export const readSources = ({ router }: RouterEvidence, outputs: readonly Printed[]): readonly Source[] => {
  const place = ({ recording, output }: Printed): Pick<Source, 'router' | 'file' | 'lines'> => ({
    router: router.name,
    file: recording.file,
    lines: { from: output.from, to: output.to },
  })
  const chains = router.configuration.certificateChains.filter(({ certificates }) => certificates.length > 0)
  const inConfiguration =
    chains.length === 0 ? '' : `, with the certificates of ${chains.map(({ trustpoint }) => trustpoint).join(', ')}`
  return [
    {
      kind: 'configuration',
      ...place(router.printed),
      text: `the configuration of ${router.name}${inConfiguration}`,
    },
    ...outputs.flatMap((printed): readonly Source[] => {
      const what = kindTexts[printed.output.kind]
      return what === undefined
        ? []
        : [{ kind: 'certificates', ...place(printed), text: `the ${what} of ${router.name}` }]
    }),
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

/** A trustpoint's CA that is known by its URL alone, or by nothing. */
const caTexts = (groups: readonly CaGroup[]): readonly Source[] =>
  groups.flatMap((group) => {
    const { members, name } = group
    const list = members.map(({ router, trustpoint }) => `${trustpoint.name} of ${router}`).join(' and ')
    const [first] = members
    const url = first ? urlOf(first.trustpoint) : null
    if (name !== null) return []
    if (url === null) return [assumed(first?.router ?? null, `nothing tells which CA that of ${list} is`)]
    return [
      assumed(
        members.length === 1 ? (first?.router ?? null) : null,
        members.length === 1
          ? `${list} enrols with the CA at ${url}; its name is not known`
          : `${list} enrol with one CA, that at ${url}; its name is not known`,
      ),
    ]
  })

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
