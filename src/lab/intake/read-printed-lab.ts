import { shownSerial, shownTimes } from '../../ios/index.ts'
import { sameName, type Trustpoint } from '../../pki/index.ts'
import { defaultKnobs, type Knobs } from '../../selection/index.ts'
import { InputError, withPaths } from '../input-error.ts'
import type { Issuer } from '../issuer.ts'
import { type CaReading, type Lab, type LabRouter, type Source, storeOf, usualPings } from '../lab.ts'
import { requireFewTrustpoints } from '../most-trustpoints.ts'
import { givenKnobs, type LabOptions } from '../options.ts'
import { type CaGroup, caGroups, urlOf } from './ca-groups.ts'
import { type CaPairing, caPairings } from './ca-readings.ts'
import { enrolmentOrder } from './enrolment-order.ts'
import { evidenceOf, type RouterEvidence, type TrustpointEvidence } from './evidence.ts'
import { withHostName } from './host-names.ts'
import type { InputFile } from './input-files.ts'
import { labClock, type TimeEvidence } from './lab-clock.ts'
import { listServers, type Publication } from './list-servers.ts'
import { ownerOf } from './owners.ts'
import { linesOf, type Printed, type PrintedRouter, printedRouters, recordingsOf } from './printed-routers.ts'
import { assumptions, readSources } from './sources.ts'
import { standInKeys } from './stand-in-keys.ts'
import { type Reading, type StandInCa, type StandIns, standIns, unknownPlace } from './stand-ins.ts'

/** As in a scenario that does not say otherwise. */
const latency = 5

/** Where the certificates that are shown of a trustpoint say that lists are. */
const pointsOf = ({ identity }: TrustpointEvidence): readonly string[] =>
  identity.kind === 'der'
    ? identity.certificate.crlDistributionPoints
    : identity.kind === 'shown'
      ? identity.shown.crlDistributionPoints
      : []

/**
 * The CA as one that may issue certificates to further routers too. Its list is where the certificates that are shown of it
 * say; without them, where its trustpoints enrol, and routers ask there anyway, or somewhere.
 */
const issuerOf = ({ id, certificate, keys }: StandInCa, groups: readonly CaGroup[]): Issuer => ({
  label: id,
  certificate,
  keys,
  chain: [],
  url: null,
  cdp: placeOfList(groups, id),
  hash: 'sha256',
  revoked: [],
})

const placeOfList = (groups: readonly CaGroup[], id: string): string | null => {
  const index = groups.findIndex((group) => group.id === id)
  const members = (groups[index]?.members ?? []).map(({ trustpoint }) => trustpoint)
  const [shown] = members.flatMap(pointsOf)
  return shown ?? (members.some((member) => urlOf(member) !== null) ? null : unknownPlace(Math.max(0, index)))
}

/** What each router printed beside its configuration, and what is nobody's. */
const sorted = (
  all: readonly Printed[],
  routers: readonly PrintedRouter[],
): { readonly of: (router: PrintedRouter) => readonly Printed[]; readonly nobodys: readonly Printed[] } => {
  const owners = new Map(all.map((printed) => [printed, ownerOf(printed, routers)]))
  return {
    of: (router) => all.filter((printed) => owners.get(printed) === router),
    nobodys: all.filter((printed) => owners.get(printed) === null),
  }
}

/** The chassis serial number: of `show version` or `show inventory`, else what a certificate has. */
const serialOf = (
  { router, trustpoints }: RouterEvidence,
  outputs: readonly Printed[],
): { readonly serial: string; readonly source: Source | null } | null => {
  for (const printed of outputs.filter(({ output }) => output.kind === 'version' || output.kind === 'inventory')) {
    const { lines, first } = linesOf(printed)
    const found = shownSerial(lines, first)
    if (found)
      return {
        serial: found.serial,
        source: {
          kind: 'serial',
          router: router.name,
          file: printed.recording.file,
          lines: { from: found.line, to: found.line },
          text: `the serial number of ${router.name} is ${found.serial}`,
        },
      }
  }
  for (const { identity } of trustpoints) {
    const serial = identity.kind === 'shown' ? identity.shown.chassisSerial : null
    if (serial !== null) return { serial, source: null }
  }
  return null
}

/** Every URL at which a list is published: where trustpoints enrol, and the distribution points of certificates. */
const publicationsOf = (groups: readonly CaGroup[], cas: readonly StandInCa[]): readonly Publication[] => {
  const caOf = (group: CaGroup): StandInCa | undefined => cas.find(({ id }) => id === group.id)
  return groups.flatMap((group, index) => {
    const ca = caOf(group)
    if (!ca) return []
    const urls = group.members.flatMap(({ trustpoint }) => {
      const enrolled = urlOf(trustpoint)
      return [...pointsOf(trustpoint), ...(enrolled === null ? [] : [enrolled])]
    })
    const { evidence } = group
    const own =
      evidence.kind === 'der'
        ? { issuer: evidence.certificate.issuer, points: evidence.certificate.crlDistributionPoints }
        : null
    const above = own ? cas.find(({ certificate }) => sameName(certificate.subject, own.issuer)) : undefined
    return [
      ...[...urls, unknownPlace(index)].map((url) => ({ url, ca })),
      ...(own && above ? own.points.map((url) => ({ url, ca: above })) : []),
    ]
  })
}

/**
 * Puts a lab together from what routers printed: configurations and whatever stands beside them. Private keys are never
 * in such texts, so every certificate is issued anew by CAs that stand in for the real ones. What nobody told is an
 * unknown. Throws InputError where there is no configuration, or one cannot be read.
 */
export const readPrintedLab = (files: readonly InputFile[], options: LabOptions): Lab => {
  const paths = new Map(files.map(({ name, path }) => [name, path]))
  return withPaths(paths, () => readPrinted(files, paths, options))
}

const readPrinted = (files: readonly InputFile[], paths: ReadonlyMap<string, string>, options: LabOptions): Lab => {
  const { recordings, sources: passedOver } = recordingsOf(files)
  const printed = printedRouters(
    recordings,
    files.map(({ path }) => path),
    (name) => paths.get(name) ?? name,
  )
  const all = recordings.flatMap((recording) => recording.outputs.map((output): Printed => ({ recording, output })))
  const outputs = sorted(all, printed)
  const evidence = printed.map((router) => evidenceOf(router, outputs.of(router)))
  for (const { router, trustpoints } of evidence)
    requireFewTrustpoints(
      router.name,
      router.file,
      trustpoints.filter(({ ca, identity }) => ca !== null || identity.kind !== 'none'),
    )
  const settled = givenKnobs(options.knobs ?? [])
  const knobs: Knobs = { ...defaultKnobs, ...settled }
  const times = evidence.flatMap((router) =>
    outputs.of(router.router).flatMap((one): readonly TimeEvidence[] => {
      const { lines, first } = linesOf(one)
      return shownTimes(lines, first).map((shown) => ({ router, file: one.recording.file, shown }))
    }),
  )
  const told = labClock(times, evidence)
  const clock = options.now ?? told.clock
  const serials = new Map(
    evidence.flatMap((router) => {
      const found = serialOf(router, outputs.of(router.router))
      return found ? [[router.router.name, found] as const] : []
    }),
  )
  const groups = caGroups(evidence)
  const file = printed[0]?.file ?? 'the inputs'
  const issuing = {
    clock,
    keys: standInKeys(),
    serials: new Map([...serials].map(([name, { serial }]) => [name, serial])),
  }
  const heldUnder = (reading: Reading): StandIns => {
    const made = standIns(evidence, groups, reading, issuing)
    if (typeof made !== 'string') return made
    throw new InputError({
      file,
      message: made,
      remedy: 'mend the trustpoint, or give the output of show crypto pki certificates',
    })
  }
  const made = heldUnder(new Map())
  const pairings = openPairings(groups, file)
  const caReadings = pairings.map((pairing): CaReading => {
    const { held } = heldUnder(pairing.reading)
    const holds = new Map([...held].map(([name, trustpoints]) => [name, heldAs(pairing, groups, trustpoints, name)]))
    return { answers: pairing.answers, holds }
  })
  const orders = new Map(evidence.map((router) => [router.router.name, enrolmentOrder(router)]))
  const named = new Map(evidence.map((router) => [router.router.name, withHostName(router)]))
  const routers = printed.map(({ name, texts, configuration }): LabRouter => {
    const order = orders.get(name)
    const held = made.held.get(name) ?? []
    const byName = new Map(held.map((trustpoint) => [trustpoint.name, trustpoint]))
    const enrolled = order?.trustpoints.flatMap((each) => byName.get(each.name) ?? []) ?? held
    const imagined = evidence
      .filter(({ router }) => router.name === name)
      .flatMap(({ trustpoints }) => trustpoints.filter(({ identity }) => identity.kind === 'assumed'))
    return {
      name,
      texts,
      configuration: named.get(name)?.configuration ?? configuration,
      enrolled,
      orderKnown: order?.known ?? enrolled.length < 2,
      ...(imagined.length === 0 ? {} : { imagined: new Set(imagined.map(({ name: trustpoint }) => trustpoint)) }),
      store: storeOf(enrolled, knobs),
    }
  })
  return {
    source: paths.get(file) ?? file,
    paths,
    clock,
    latency,
    routers,
    authorities: listServers(made.cas, publicationsOf(groups, made.cas), clock),
    issuers: made.cas.map((ca) => issuerOf(ca, groups)),
    knobs,
    settled: new Set(Object.keys(settled) as (keyof Knobs)[]),
    ...usualPings,
    ...(caReadings.length > 1 ? { caReadings } : {}),
    sources: [
      ...evidence.flatMap((router) => readSources(router, outputs.of(router.router))),
      ...[...named.values()].flatMap(({ source }) => source ?? []),
      ...[...orders.values()].map(({ source }) => source),
      ...[...serials.values()].flatMap(({ source }) => source ?? []),
      ...(options.now === undefined ? [told.source] : []),
      ...assumptions(evidence, groups, new Set(serials.keys())),
      ...(caReadings.length > 1 ? [caUnknown(pairings)] : []),
      ...evidence.flatMap(({ problems }) => problems),
      ...passedOver,
      ...notRead(recordings, outputs.nobodys),
    ],
  }
}

/** Every way to say whose CAs are one, where nothing tells it. Throws InputError where there are too many. */
const openPairings = (groups: readonly CaGroup[], file: string): readonly CaPairing[] => {
  const pairings = caPairings(groups)
  if (pairings) return pairings
  const nameless = groups.find(
    ({ name, members: [first] }) => name === null && first && urlOf(first.trustpoint) === null,
  )
  const at = nameless?.members[0]?.trustpoint.configuration?.at
  throw new InputError({
    ...(at ?? { file }),
    message:
      'nothing tells which of the trustpoints that enrol without a URL are of one CA, and there are too many ways',
    remedy: 'give the output of show crypto pki certificates of both routers',
  })
}

/** What a router holds of the trustpoints whose CA a pairing shares, by name. */
const heldAs = (
  { reading }: CaPairing,
  groups: readonly CaGroup[],
  held: readonly Trustpoint[],
  router: string,
): ReadonlyMap<string, Trustpoint> => {
  const names = groups
    .filter(({ id }) => reading.has(id))
    .flatMap(({ members }) => members.filter((member) => member.router === router))
    .map(({ trustpoint }) => trustpoint.name)
  return new Map(held.filter(({ name }) => names.includes(name)).map((trustpoint) => [trustpoint.name, trustpoint]))
}

const caUnknown = (pairings: readonly CaPairing[]): Source => ({
  kind: 'unknown',
  router: null,
  file: null,
  lines: null,
  text: `nothing tells which trustpoints without a URL are of one CA: ${pairings.length} ways to read it were tried`,
})

/** What nobody knows what to do with. */
const notRead = (
  recordings: ReturnType<typeof recordingsOf>['recordings'],
  nobodys: readonly Printed[],
): readonly Source[] => [
  ...nobodys
    .filter(({ output }) => output.kind !== 'other' && output.kind !== 'configuration')
    .map(
      ({ recording, output }): Source => ({
        kind: 'not-read',
        router: null,
        file: recording.file,
        lines: { from: output.from, to: output.to },
        text:
          output.router === null
            ? 'nothing tells which router printed this'
            : `${output.router} printed this, and its configuration is not among the inputs`,
      }),
    ),
  ...recordings.flatMap(({ file, unread }) =>
    unread.map(
      (lines): Source => ({ kind: 'not-read', router: null, file, lines, text: 'no output that was recognised' }),
    ),
  ),
]
