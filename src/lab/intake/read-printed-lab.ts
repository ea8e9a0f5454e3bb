import { defaultKnobs, type Knobs } from '../../selection/index.ts'
import { InputError } from '../input-error.ts'
import type { Issuer } from '../issuer.ts'
import { type Lab, type LabRouter, type Source, storeOf } from '../lab.ts'
import { givenKnobs, type LabOptions } from '../options.ts'
import { inputFiles } from './input-files.ts'
import { listServers } from './list-servers.ts'
import { type PrintedRouter, printedRouters, recordingsOf } from './printed-routers.ts'
import { type StandInCa, standIns } from './stand-ins.ts'

/** The clock where nothing tells the time: any moment will do, for the stand-ins' dates are made around it. */
const anyTime = Date.UTC(2026, 0, 1)
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

const configurationSource = ({ name, printed: { recording, output } }: PrintedRouter): Source => ({
  kind: 'configuration',
  router: name,
  file: recording.file,
  lines: { from: output.from, to: output.to },
  text: `the configuration of ${name}`,
})

/**
 * Puts a lab together from what routers printed: configurations and whatever stands beside them. Private keys are never
 * in such texts, so every certificate is issued anew by CAs that stand in for the real ones. What nobody told is an
 * unknown. Throws InputError where there is no configuration, or one cannot be read.
 */
export const readPrintedLab = (inputs: readonly string[], options: LabOptions): Lab => {
  const files = inputFiles(inputs)
  const { recordings, sources } = recordingsOf(files)
  const printed = printedRouters(recordings)
  const settled = givenKnobs(options.knobs ?? [])
  const knobs: Knobs = { ...defaultKnobs, ...settled }
  const clock = options.now ?? anyTime
  const made = standIns(printed, clock)
  if (typeof made === 'string')
    throw new InputError({
      file: printed[0]?.printed.recording.file ?? 'the inputs',
      message: made,
      remedy: 'mend the trustpoint, or give the output of show crypto pki certificates',
    })
  const routers = printed.map(({ name, text, configuration }): LabRouter => {
    const enrolled = made.enrolled.get(name) ?? []
    return {
      name,
      text,
      configuration,
      enrolled,
      orderKnown: enrolled.length < 2,
      store: storeOf(enrolled, knobs),
    }
  })
  const urls = new Map(
    printed.flatMap(({ configuration }) =>
      configuration.trustpoints.flatMap(({ enrollment }) =>
        enrollment.kind === 'url' ? [[enrollment.url, undefined] as const] : [],
      ),
    ),
  )
  return {
    source: printed[0]?.printed.recording.file ?? '',
    clock,
    latency,
    routers,
    authorities: listServers(made.cas, urls, clock),
    issuers: made.cas.map(issuerOf),
    knobs,
    settled: new Set(Object.keys(settled) as (keyof Knobs)[]),
    pingCount,
    sources: [...printed.map(configurationSource), ...sources],
  }
}
