import { type CatalogueCode, catalogue } from './catalogue/index.ts'

/** A text of the catalogue with the names of the routers in it. */
const named = (text: string, self: string, peer: string): string =>
  text.replaceAll('{self}', self).replaceAll('{peer}', peer)

/** What a verdict tells of a cause. `self` is the router that refuses, `peer` the one that is refused. */
export interface ToldCause {
  readonly summary: string
  /** Who must act. */
  readonly actor: string
  /** What to do. */
  readonly remedy: string
}

export const toldCause = (code: CatalogueCode, self: string, peer: string): ToldCause => {
  const { summary, actor, remedy } = catalogue[code]
  return { summary: named(summary, self, peer), actor: named(actor, self, peer), remedy: named(remedy, self, peer) }
}
