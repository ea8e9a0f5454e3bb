import { parseConfigurationTexts } from '../../src/ios/index.ts'
import { type Lab, storeOf } from '../../src/lab/index.ts'
import { type Fix, prove } from '../../src/prove/index.ts'

/* Fixes as an engineer goes about them: the lines are pasted behind the configurations, and everything is read anew. */

/** What stands for a key gives way to it: on the line that is named, or below it where that one begins a keyring's peer. */
const withKeys = (lab: Lab, lines: readonly string[], keys: Fix['edits'][number]['keys']): readonly string[] =>
  keys.reduce<readonly string[]>((filled, { placeholder, at }) => {
    const texts = lab.routers.find(({ name }) => name === at.router)?.texts ?? []
    const text = texts.find(({ file }) => file === at.file)?.text.split('\n') ?? []
    const [, which] = /<the (local|remote) key/.exec(placeholder) ?? []
    const below = text.slice(at.line - 1).join('\n')
    const form = new RegExp(
      `\\b(?:crypto isakmp key (?<a>\\S+) |pre-shared-key(?: ${which ?? '(?:local|remote)'})? (?!local |remote )(?:address .* key )?(?<b>.+)|pre-share key (?<c>.+))`,
    )
    const { a, b, c } = form.exec(below)?.groups ?? {}
    const key = a ?? b ?? c
    if (key === undefined) throw new Error(`no key at ${at.file}:${at.line}`)
    return filled.map((line) => line.replaceAll(placeholder, () => key.trim()))
  }, lines)

/** The lines of a fix for each router, with the keys that stand in the lab for which it was found. */
export const linesOf = (
  given: Lab,
  { edits }: Pick<Fix, 'edits'>,
  lines: 'paste' | 'undo',
): readonly { readonly router: string; readonly paste: readonly string[] }[] =>
  edits.map(({ router, keys, [lines]: paste }) => ({ router, paste: withKeys(given, paste, keys) }))

/** The lab with the lines of a fix pasted, or those that take it back. Throws where IOS's reader refuses one. */
export const withFix = (lab: Lab, fix: Pick<Fix, 'edits'>, lines: 'paste' | 'undo', given: Lab = lab): Lab => ({
  ...lab,
  routers: lab.routers.map((router) => {
    const pasted = linesOf(given, fix, lines)
      .filter((edit) => edit.router === router.name)
      .flatMap(({ paste }) => paste)
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

const bare = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === 'at' ? undefined : each)))

/**
 * What the configuration of a router says, without the places where it says it. The order of `match` statements decides
 * nothing, nor does that of the keys of a keyring, of which each has an address of its own.
 */
export const meaningOf = ({ configuration }: Lab['routers'][number]): unknown => {
  const { notices: _, ignored: __, ...said } = configuration
  return JSON.parse(
    JSON.stringify(bare(said), (key, value: unknown) =>
      (key.startsWith('match') || key === 'keys') && Array.isArray(value)
        ? value.map((each) => JSON.stringify(each)).sort()
        : value,
    ),
  )
}

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
