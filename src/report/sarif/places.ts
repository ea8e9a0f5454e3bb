import type { SourceRef } from '../../trace/index.ts'

/** The root of the sources, as viewers of SARIF call it: every path of a log is relative to it. */
export const sourceRoot = '%SRCROOT%'

/** Where a file that the verdict names stands, relative to the working directory, with `/` between. */
export type PathOf = (file: string) => string

export interface ArtifactLocation {
  readonly uri: string
  readonly uriBaseId: string
}

interface Message {
  readonly text: string
}

export interface Location {
  readonly id?: number
  readonly physicalLocation?: {
    readonly artifactLocation: ArtifactLocation
    readonly region?: { readonly startLine: number; readonly snippet: Message }
  }
  readonly logicalLocations?: readonly { readonly name: string; readonly kind: 'router' }[]
  readonly message?: Message
}

export const artifactAt = (file: string, pathOf: PathOf): ArtifactLocation => ({
  uri: pathOf(file).split('/').map(encodeURIComponent).join('/'),
  uriBaseId: sourceRoot,
})

/** A line of a configuration, or no more than the router where no line is to blame. */
export const locationOf = (
  router: string,
  at: SourceRef | null,
  pathOf: PathOf,
  more: Pick<Location, 'id' | 'message'> = {},
): Location => ({
  ...(more.id === undefined ? {} : { id: more.id }),
  ...(at === null
    ? {}
    : {
        physicalLocation: {
          artifactLocation: artifactAt(at.file, pathOf),
          region: { startLine: at.line, snippet: { text: at.text } },
        },
      }),
  logicalLocations: [{ name: router, kind: 'router' }],
  ...(more.message === undefined ? {} : { message: more.message }),
})
