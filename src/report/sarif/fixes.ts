import type { Lab } from '../../lab/index.ts'
import type { Fix, FixEdit } from '../../prove/index.ts'
import { type ArtifactLocation, artifactAt, type PathOf } from './places.ts'

export interface SarifFix {
  readonly description: { readonly text: string }
  readonly artifactChanges: readonly {
    readonly artifactLocation: ArtifactLocation
    readonly replacements: readonly {
      readonly deletedRegion: { readonly startLine: number; readonly startColumn: number; readonly endColumn: number }
      readonly insertedContent: { readonly text: string }
    }[]
  }[]
}

/** Where lines go that are pasted into a configuration: before its `end`, else behind its last line. Counted from 1. */
const pasteLine = (text: string): { readonly line: number; readonly column: number } => {
  const lines = text.split('\n')
  const end = lines.findLastIndex((line) => /^end\s*$/.test(line))
  if (end >= 0) return { line: end + 1, column: 1 }
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

const changeOf = (lab: Lab, { router, file, paste }: FixEdit, pathOf: PathOf): SarifFix['artifactChanges'] => {
  const text = lab.routers.find(({ name }) => name === router)?.texts.at(-1)?.text
  if (text === undefined) return []
  const { line, column } = pasteLine(text)
  const breakBefore = column > 1 ? '\n' : ''
  return [
    {
      artifactLocation: artifactAt(file, pathOf),
      replacements: [
        {
          deletedRegion: { startLine: line, startColumn: column, endColumn: column },
          insertedContent: { text: `${breakBefore}${paste.map((each) => `${each}\n`).join('')}` },
        },
      ],
    },
  ]
}

const tellOf = ({ text, widensTrust, fragile }: Fix): string =>
  [
    text,
    widensTrust === null ? null : `it widens trust: ${widensTrust}`,
    fragile === null ? null : `fragile: ${fragile}`,
  ]
    .filter((part) => part !== null)
    .join('; ')

/**
 * Proved fixes as insertions into the configurations. A router reads its configuration from top to bottom, so the lines
 * to paste do before its `end` what they do on its terminal. A fix that only a terminal can do, such as a renewal, has
 * nothing that takes it back and is left out; so is one with a key, which is shown to nobody.
 */
export const sarifFixes = (lab: Lab, fixes: readonly Fix[], pathOf: PathOf): readonly SarifFix[] =>
  fixes
    .filter(({ edits }) => edits.every(({ undo, keys }) => undo.length > 0 && keys.length === 0))
    .map((fix) => ({
      description: { text: tellOf(fix) },
      artifactChanges: fix.edits.flatMap((edit) => changeOf(lab, edit, pathOf)),
    }))
