import { parseConfiguration } from '../../ios/index.ts'
import { type Lab, type LabRouter, storeOf } from '../../lab/index.ts'
import type { Edit } from './edit.ts'

/** A router with lines pasted behind its configuration, as an engineer would; null where IOS's reader refuses them. */
const pasted = (router: LabRouter, lab: Lab, lines: readonly string[]): LabRouter | null => {
  const text = `${router.text.replace(/\n?$/, '\n')}${lines.join('\n')}\n`
  const read = parseConfiguration(text, { file: router.configuration.file, router: router.name })
  if (!read.ok) return null
  const { hostname, domainName } = router.configuration
  // No line that is pasted renames a router, and its host name may be known from elsewhere.
  const configuration = { ...(domainName === undefined ? {} : { domainName }), ...read.configuration, hostname }
  const enrolled = router.enrolled.map((trustpoint) => {
    const now = configuration.trustpoints.find(({ name }) => name === trustpoint.name)
    return now ? { ...trustpoint, configuration: now } : trustpoint
  })
  return { ...router, text, configuration, enrolled, store: storeOf(enrolled, lab.knobs) }
}

/** The lab with a change pasted into one of its routers; null where IOS's reader refuses a line. */
export const withEdit = (lab: Lab, edit: Pick<Edit, 'router' | 'paste'>): Lab | null => {
  const routers: LabRouter[] = []
  for (const router of lab.routers) {
    const next = router.name === edit.router ? pasted(router, lab, edit.paste) : router
    if (next === null) return null
    routers.push(next)
  }
  return { ...lab, routers }
}
