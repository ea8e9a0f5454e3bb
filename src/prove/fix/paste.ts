import { parseConfigurationTexts } from '../../ios/index.ts'
import { type Lab, type LabRouter, storeOf } from '../../lab/index.ts'
import { type Edit, withKeys } from './edit.ts'

/** A router with lines pasted behind its configuration, as an engineer would; null where IOS's reader refuses them. */
const pasted = (router: LabRouter, lab: Lab, lines: readonly string[]): LabRouter | null => {
  const last = router.texts.at(-1)
  const { file } = router.configuration
  const texts = [
    ...router.texts.slice(0, -1),
    { file: last?.file ?? file, text: `${(last?.text ?? '').replace(/\n?$/, '\n')}${lines.join('\n')}\n` },
  ]
  const read = parseConfigurationTexts(texts, { file, router: router.name })
  if (!read.ok) return null
  const { hostname, domainName } = router.configuration
  // No line that is pasted renames a router, and its host name may be known from elsewhere.
  const configuration = { ...(domainName === undefined ? {} : { domainName }), ...read.configuration, hostname }
  const enrolled = router.enrolled.map((trustpoint) => {
    const now = configuration.trustpoints.find(({ name }) => name === trustpoint.name)
    return now ? { ...trustpoint, configuration: now } : trustpoint
  })
  return { ...router, texts, configuration, enrolled, store: storeOf(enrolled, lab.knobs) }
}

/** What became of a router with these lines: whoever searches pastes the same again and again. */
const known = new WeakMap<LabRouter, WeakMap<Lab['knobs'], Map<string, LabRouter | null>>>()

const pastedOnce = (router: LabRouter, lab: Lab, lines: readonly string[]): LabRouter | null => {
  const byKnobs = known.get(router) ?? new WeakMap<Lab['knobs'], Map<string, LabRouter | null>>()
  known.set(router, byKnobs)
  const byLines = byKnobs.get(lab.knobs) ?? new Map<string, LabRouter | null>()
  byKnobs.set(lab.knobs, byLines)
  const text = lines.join('\n')
  const before = byLines.get(text)
  if (before !== undefined) return before
  const after = pasted(router, lab, lines)
  byLines.set(text, after)
  return after
}

/** The lab with a change pasted into one of its routers; null where IOS's reader refuses a line. */
export const withEdit = (
  lab: Lab,
  { router: name, paste, hidden = [] }: Pick<Edit, 'router' | 'paste' | 'hidden'>,
): Lab | null => {
  const routers: LabRouter[] = []
  for (const router of lab.routers) {
    const next = router.name === name ? pastedOnce(router, lab, withKeys(paste, hidden)) : router
    if (next === null) return null
    routers.push(next)
  }
  return { ...lab, routers }
}
