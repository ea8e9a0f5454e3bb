import { parseConfigurationTexts } from '../../src/ios/index.ts'
import { type Lab, storeOf } from '../../src/lab/index.ts'
import { type Fix, prove } from '../../src/prove/index.ts'

/* Fixes as an engineer goes about them: the lines are pasted behind the configurations, and everything is read anew. */

/** The lab with the lines of a fix pasted, or those that take it back. Throws where IOS's reader refuses one. */
export const withFix = (lab: Lab, { edits }: Pick<Fix, 'edits'>, lines: 'paste' | 'undo'): Lab => ({
  ...lab,
  routers: lab.routers.map((router) => {
    const pasted = edits.filter((edit) => edit.router === router.name).flatMap((edit) => edit[lines])
    if (pasted.length === 0) return router
    const { file } = router.configuration
    const texts = [
      ...router.texts.slice(0, -1),
      ...router.texts.slice(-1).map((last) => ({ ...last, text: `${last.text}\n${pasted.join('\n')}\n` })),
    ]
    const read = parseConfigurationTexts(texts, { file, router: router.name })
    if (!read.ok) throw new Error(`IOS's reader refuses ${pasted.join(' / ')}`)
    const { configuration } = read
    const enrolled = router.enrolled.map((trustpoint) => {
      const now = configuration.trustpoints.find(({ name }) => name === trustpoint.name)
      return now ? { ...trustpoint, configuration: now } : trustpoint
    })
    return { ...router, texts, configuration, enrolled, store: storeOf(enrolled, lab.knobs) }
  }),
})

/** What each direction comes to in each case, by negotiation. */
export const outcomesIn = (lab: Lab): readonly (readonly [string, string, readonly unknown[]])[] =>
  prove(lab).verdict.tunnels.flatMap(({ directions }) =>
    directions.map(
      ({ initiator, responder, cases }) =>
        [initiator, responder, cases.map(({ when, outcome, code }) => [when.length, outcome, code])] as const,
    ),
  )

/** That of a direction which comes up in every case. */
export const up: readonly unknown[] = [[0, 'up', null]]
