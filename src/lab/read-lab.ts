import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ConfigurationText, RouterConfiguration } from '../ios/index.ts'
import type { Trustpoint } from '../pki/index.ts'
import { type Abilities, defaultKnobs, type Knobs, parseKnob } from '../selection/index.ts'
import { type Authority, makeAuthorities } from './authorities.ts'
import { type Enrolment, enrol } from './enrol.ts'
import { InputError, withPaths } from './input-error.ts'
import { inputFiles } from './intake/input-files.ts'
import { readPrintedLab } from './intake/read-printed-lab.ts'
import { issuerOf } from './issuer.ts'
import { type Lab, type LabRouter, storeOf, usualPings } from './lab.ts'
import { requireFewTrustpoints } from './most-trustpoints.ts'
import { givenKnobs, type LabOptions } from './options.ts'
import { readConfiguration } from './read-configuration.ts'
import { type LabFile, readLabFile } from './read-lab-file.ts'
import { filesInMemory, filesOfFolder, type ScenarioFiles } from './scenario-files.ts'
import type { EnrolmentSettings, RouterSettings } from './scenario-schema.ts'

const labFileName = 'lab.yaml'
/** A CA and the routers' first enrolments are older than the clock by this much where the scenario names no time. */
const enrolledBefore = 3 * 86_400_000
const between = 60_000
const authorityBefore = 7 * 86_400_000

/** The folder of a scenario, named as such or by its lab.yaml; null where the inputs are what routers printed. */
const scenarioFolder = (inputs: readonly string[]): string | null => {
  const scenarios = inputs.filter((input) => basename(input) === labFileName || existsSync(join(input, labFileName)))
  const [scenario] = scenarios
  if (scenario === undefined) return null
  if (inputs.length > 1)
    throw new InputError({
      file: scenario,
      message: 'a scenario is read alone',
      remedy: `name the folder with the ${labFileName} and nothing else, or the files without it`,
    })
  return basename(scenario) === labFileName ? dirname(scenario) : scenario
}

/**
 * Reads a scenario and enrols its routers; without a `lab.yaml`, what routers printed. Throws InputError with file, line
 * and remedy where something cannot be used.
 */
export const readLab = (inputs: readonly string[], options: LabOptions = {}): Lab => {
  const folder = scenarioFolder(inputs)
  return folder === null ? readPrintedLab(inputFiles(inputs), options) : readScenario(filesOfFolder(folder), options)
}

/** The same for files that are texts, by name: nothing is read from the disk. */
export const readLabTexts = (texts: Readonly<Record<string, string>>, options: LabOptions = {}): Lab => {
  const files = filesInMemory(texts)
  return files.has(labFileName)
    ? readScenario(files, options)
    : readPrintedLab(
        Object.keys(texts).map((name) => ({ name, path: name, text: files.read(name), found: false })),
        options,
      )
}

const readScenario = (files: ScenarioFiles, options: LabOptions): Lab => {
  const file = readLabFile(files.read(labFileName), files.pathOf(labFileName))
  const { scenario } = file
  const settled = { ...knobsOf(file), ...givenKnobs(options.knobs ?? []) }
  const knobs: Knobs = { ...defaultKnobs, ...settled }
  const clock = options.now ?? Date.parse(scenario.clock)
  const configurations = new Map<string, RouterConfiguration>()
  const texts = new Map<string, ConfigurationText>()
  const paths = new Map<string, string>()
  for (const [name, router] of Object.entries(scenario.routers)) {
    const config = router.config ?? `${name}.cfg`
    if (!files.has(config))
      throw file.error(
        ['routers', name],
        `router ${name} has no configuration`,
        `put it into ${config}, or name its file with config: …`,
      )
    const text = files.read(config)
    const read = { file: basename(config), text }
    const path = files.pathOf(config)
    paths.set(read.file, path)
    configurations.set(
      name,
      withPaths(new Map([[read.file, path]]), () => readConfiguration([read], read.file, name)),
    )
    texts.set(name, read)
  }
  const enrolments = readEnrolments(file, configurations, clock)
  for (const [name, { file: config, trustpoints }] of configurations) {
    const known = new Map(trustpoints.map((each) => [each.name, each]))
    const held = enrolments.filter(({ router }) => router === name)
    withPaths(paths, () =>
      requireFewTrustpoints(
        name,
        config,
        held.map(({ settings }) => ({ configuration: known.get(settings.trustpoint) ?? null })),
      ),
    )
  }
  const oldest = Math.min(
    clock - enrolledBefore,
    ...enrolments.flatMap(({ settings }) => (settings.at === undefined ? [] : [Date.parse(settings.at)])),
  )
  const authorities = makeAuthorities(scenario.cas, clock, oldest - authorityBefore)
  if ('key' in authorities)
    throw file.error(['cas', authorities.index, authorities.key], authorities.message, authorities.remedy)
  const enrolled = enrolAll(file, paths, configurations, enrolments, authorities)
  const routers = [...configurations].map(([name, configuration]): LabRouter => {
    const trustpoints = enrolled.get(name) ?? []
    const text = texts.get(name)
    return {
      name,
      texts: text ? [text] : [],
      configuration,
      enrolled: trustpoints,
      orderKnown: isOrderKnown(scenario.routers[name]) || trustpoints.length < 2,
      store: storeOf(trustpoints, knobs),
      ...traitsOf(scenario.routers[name], Date.parse(scenario.clock)),
    }
  })
  return {
    source: files.source,
    paths,
    clock,
    latency: scenario.latency,
    mtu: scenario.mtu,
    ...(scenario.fragments === 'drop' ? { dropsFragments: true } : {}),
    routers,
    authorities,
    issuers: authorities.map(issuerOf),
    knobs,
    settled: new Set(Object.keys(settled) as (keyof Knobs)[]),
    ...pingsOf(scenario.ping.count),
    sources: [],
  }
}

/** Whoever asks for a number of echo requests gets it. */
const pingsOf = (count: number | undefined): Pick<Lab, 'pingCount' | 'failingPingCount'> =>
  count === undefined ? usualPings : { pingCount: count, failingPingCount: count }

const isOrderKnown = (router: RouterSettings | undefined): boolean =>
  router?.enrolled !== undefined && router.order !== 'unknown'

/** What sets a router apart from others of its configuration: its clock, and what its release can do. */
const traitsOf = (
  router: RouterSettings | undefined,
  clock: number,
): Pick<LabRouter, 'abilities' | 'clockOffset' | 'dropsFragments'> => {
  const { hashes, certificateVersions, signatureHash } = router ?? {}
  const abilities: Abilities = {
    ...(hashes ? { hashes } : {}),
    ...(certificateVersions ? { certificateVersions } : {}),
    ...(signatureHash ? { signatureHash } : {}),
  }
  return {
    ...(Object.keys(abilities).length > 0 ? { abilities } : {}),
    ...(router?.fragments === 'drop' ? { dropsFragments: true } : {}),
    ...(router?.clock === undefined ? {} : { clockOffset: Date.parse(router.clock) - clock }),
  }
}

/** The knobs that the scenario settles. */
const knobsOf = (file: LabFile): Partial<Knobs> => {
  let knobs: Partial<Knobs> = {}
  for (const [name, value] of Object.entries(file.scenario.knobs)) {
    const read = parseKnob(`${name}=${value}`)
    if (!read.ok) throw file.error(['knobs', name], `knob ${name}: ${value} is not known`, read.reject.detail)
    knobs = { ...knobs, ...read.value }
  }
  return knobs
}

interface PlannedEnrolment {
  readonly router: string
  readonly index: number
  readonly settings: EnrolmentSettings
  readonly at: number
}

const plainEnrolment = {
  authenticateOnly: false,
  request: 'granted',
  sends: 'chain',
  keyRegenerated: false,
} as const

/** Nobody said what the router enrolled in: then in every trustpoint for which the scenario has a CA, in whatever order. */
const assumedEnrolments = (
  { scenario }: LabFile,
  { trustpoints }: RouterConfiguration,
): readonly EnrolmentSettings[] => {
  const urls = new Set(scenario.cas.flatMap(({ url }) => (url === undefined ? [] : [withoutSlash(url)])))
  return trustpoints
    .filter(({ enrollment }) => enrollment.kind === 'url' && urls.has(withoutSlash(enrollment.url)))
    .map(({ name }) => ({ ...plainEnrolment, trustpoint: name }))
}

/** Every enrolment of every router in the order in which the CAs saw them. */
const readEnrolments = (
  file: LabFile,
  configurations: ReadonlyMap<string, RouterConfiguration>,
  clock: number,
): readonly PlannedEnrolment[] => {
  const planned: PlannedEnrolment[] = []
  let implied = 0
  for (const router of configurations.keys()) {
    let last = Number.NEGATIVE_INFINITY
    const configuration = configurations.get(router)
    if (!configuration) throw new Error(`a router without a configuration: ${router}`)
    const entries = file.scenario.routers[router]?.enrolled ?? assumedEnrolments(file, configuration)
    for (const [index, entry] of entries.entries()) {
      const settings: EnrolmentSettings = typeof entry === 'string' ? { ...plainEnrolment, trustpoint: entry } : entry
      const at = settings.at === undefined ? clock - enrolledBefore + implied * between : Date.parse(settings.at)
      implied += 1
      if (at < last)
        throw file.error(
          ['routers', router, 'enrolled', index],
          `${router} enrolled in ${settings.trustpoint} before the trustpoint above it`,
          'list the trustpoints of a router oldest first',
        )
      last = at
      planned.push({ router, index, settings, at })
    }
  }
  return planned.toSorted((a, b) => a.at - b.at)
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '').toLowerCase()

const enrolAll = (
  file: LabFile,
  paths: ReadonlyMap<string, string>,
  configurations: ReadonlyMap<string, RouterConfiguration>,
  planned: readonly PlannedEnrolment[],
  authorities: readonly Authority[],
): ReadonlyMap<string, readonly Trustpoint[]> => {
  const out = new Map<string, readonly Trustpoint[]>()
  for (const [keyNumber, { router, index, settings, at }] of planned.entries()) {
    const path = ['routers', router, 'enrolled', index]
    const configuration = configurations.get(router)
    const trustpoint = configuration?.trustpoints.find(({ name }) => name === settings.trustpoint)
    if (!configuration || !trustpoint)
      throw file.error(
        path,
        `${router} has no trustpoint ${settings.trustpoint}`,
        `its configuration defines ${configuration?.trustpoints.map(({ name }) => name).join(', ') || 'none'}`,
      )
    if (out.get(router)?.some(({ name }) => name === trustpoint.name))
      throw file.error(
        path,
        `${router} enrols in ${trustpoint.name} twice`,
        'name each trustpoint once, where its newest certificate stands',
      )
    const { enrollment } = trustpoint
    const authority = authorities.find(({ settings: ca }) =>
      settings.ca === undefined
        ? enrollment.kind === 'url' && ca.url !== undefined && withoutSlash(ca.url) === withoutSlash(enrollment.url)
        : ca.name === settings.ca || (ca.url !== undefined && ca.url === settings.ca),
    )
    const alike = authorities.filter(({ settings: ca }) => ca.name === settings.ca)
    if (alike.length > 1)
      throw file.error(
        path,
        `${alike.length} CAs are called ${settings.ca ?? ''}`,
        `name the one that is meant by its url: ${alike.map(({ settings: ca }) => ca.url ?? '(none)').join(', ')}`,
      )
    if (!authority)
      throw file.error(
        path,
        settings.ca !== undefined
          ? `there is no CA ${settings.ca}`
          : enrollment.kind === 'url'
            ? `no CA of this file answers at ${enrollment.url}, where ${trustpoint.name} enrols (${paths.get(trustpoint.at.file) ?? trustpoint.at.file}:${trustpoint.at.line})`
            : `${trustpoint.name} enrols without a URL, so its CA must be named`,
        `the CAs are ${authorities.map(({ settings: ca }) => `${ca.name}${ca.url === undefined ? '' : ` at ${ca.url}`}`).join('; ') || '(none)'}`,
      )
    const enrolment: Enrolment = { router, settings, configuration: trustpoint, authority, at }
    const made = enrol(enrolment, configuration, file.scenario.routers[router]?.serial, keyNumber)
    if (typeof made === 'string')
      throw file.error(path, made, `give router ${router} a serial: in ${labFileName}, or mend its trustpoint`)
    out.set(router, [...(out.get(router) ?? []), made])
  }
  return out
}
