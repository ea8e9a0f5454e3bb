import { shownSerial, shownTimes } from '../../ios/index.ts'
import { sameName } from '../../pki/index.ts'
import { defaultKnobs, type Knobs } from '../../selection/index.ts'
import { InputError } from '../input-error.ts'
import type { Issuer } from '../issuer.ts'
import { type Lab, type LabRouter, type Source, storeOf } from '../lab.ts'
import { givenKnobs, type LabOptions } from '../options.ts'
import { type CaGroup, caGroups, urlOf } from './ca-groups.ts'
import { enrolmentOrder } from './enrolment-order.ts'
import { evidenceOf, type RouterEvidence } from './evidence.ts'
import { withHostName } from './host-names.ts'
import type { InputFile } from './input-files.ts'
import { labClock, type TimeEvidence } from './lab-clock.ts'
import { listServers, type Publication } from './list-servers.ts'
import { ownerOf } from './owners.ts'
import { linesOf, type Printed, type PrintedRouter, printedRouters, recordingsOf } from './printed-routers.ts'
import { assumptions, readSources } from './sources.ts'
import { standInKeys } from './stand-in-keys.ts'
import { type StandInCa, standIns, unknownPlace } from './stand-ins.ts'

/** As in a scenario that does not say otherwise. */
const latency = 5
const pingCount = 5

/** The CA as one that may issue certificates to further routers too. */
const issuerOf = ({ id, certificate, key }: StandInCa): Issuer => ({
  label: id,
  certificate,
  key,
  chain: [],
  url: null,
  cdp: null,
  hash: 'sha256',
  revoked: [],
})

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
      const { identity } = trustpoint
      const points =
        identity.kind === 'der'
          ? identity.certificate.crlDistributionPoints
          : identity.kind === 'shown'
            ? identity.shown.crlDistributionPoints
            : []
      const enrolled = urlOf(trustpoint)
      return [...points, ...(enrolled === null ? [] : [enrolled])]
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
  const { recordings, sources: passedOver } = recordingsOf(files)
  const printed = printedRouters(recordings)
  const all = recordings.flatMap((recording) => recording.outputs.map((output): Printed => ({ recording, output })))
  const outputs = sorted(all, printed)
  const evidence = printed.map((router) => evidenceOf(router, outputs.of(router)))
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
  requireKnownCas(groups)
  const made = standIns(evidence, groups, new Map(), {
    clock,
    keys: standInKeys(),
    serials: new Map([...serials].map(([name, { serial }]) => [name, serial])),
  })
  if (typeof made === 'string')
    throw new InputError({
      file: printed[0]?.printed.recording.file ?? 'the inputs',
      message: made,
      remedy: 'mend the trustpoint, or give the output of show crypto pki certificates',
    })
  const orders = new Map(evidence.map((router) => [router.router.name, enrolmentOrder(router)]))
  const named = new Map(evidence.map((router) => [router.router.name, withHostName(router)]))
  const routers = printed.map(({ name, text, configuration }): LabRouter => {
    const order = orders.get(name)
    const held = made.held.get(name) ?? []
    const enrolled =
      order?.trustpoints.flatMap((each) => held.find((candidate) => candidate.name === each.name) ?? []) ?? held
    return {
      name,
      text,
      configuration: named.get(name)?.configuration ?? configuration,
      enrolled,
      orderKnown: order?.known ?? enrolled.length < 2,
      store: storeOf(enrolled, knobs),
    }
  })
  return {
    source: printed[0]?.printed.recording.file ?? '',
    clock,
    latency,
    routers,
    authorities: listServers(made.cas, publicationsOf(groups, made.cas), clock),
    issuers: made.cas.map(issuerOf),
    knobs,
    settled: new Set(Object.keys(settled) as (keyof Knobs)[]),
    pingCount,
    sources: [
      ...evidence.flatMap((router) => readSources(router, outputs.of(router.router))),
      ...[...named.values()].flatMap(({ source }) => source ?? []),
      ...[...orders.values()].map(({ source }) => source),
      ...[...serials.values()].flatMap(({ source }) => source ?? []),
      ...(options.now === undefined ? [told.source] : []),
      ...assumptions(evidence, groups, new Set(serials.keys())),
      ...evidence.flatMap(({ problems }) => problems),
      ...passedOver,
      ...notRead(recordings, outputs.nobodys),
    ],
  }
}

/** Whether two trustpoints are of one CA decides everything: where nothing can tell, a verdict would be a guess. */
const requireKnownCas = (groups: readonly CaGroup[]): void => {
  const alone = groups.filter(({ members }) => members.every(({ router }) => router === members[0]?.router))
  for (const { name, members } of alone) {
    const [first] = members
    const at = first?.trustpoint.configuration?.at
    if (!first || !at || name !== null || urlOf(first.trustpoint) !== null) continue
    const other = alone.find((group) => group.members[0]?.router !== first.router)?.members[0]
    if (other)
      throw new InputError({
        ...at,
        message: `nothing tells whether ${first.trustpoint.name} of ${first.router} and ${other.trustpoint.name} of ${other.router} are of one CA`,
        remedy: `give the output of show crypto pki certificates of ${first.router} and of ${other.router}`,
      })
  }
}

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
