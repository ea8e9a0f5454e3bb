import { type Edit, section, wideningCost } from './edit.ts'
import { profileHolder, type Side, trustsMore } from './side.ts'

/** What is changed alike in an `isakmp profile` and in an `ikev2 profile`; the lines are theirs. */

/** A profile as far as these changes see it. */
interface Profile {
  readonly name: string
  /** The line that begins its section. */
  readonly header: string
}

/** `line`: what matches the identity that the other end sends. */
export const addMatch = (
  own: Side,
  { name, header }: Profile,
  line: string,
  peer: { readonly name: string; readonly sends: string },
): Edit => ({
  router: own.router.name,
  subject: `${header} ${line}`,
  paste: section(header, [line]),
  undo: section(header, [`no ${line}`]),
  text: `${own.router.name}: profile ${name} matches ${peer.name}, which sends ${peer.sends}`,
  cost: 3,
  widens: null,
})

/** `statement`: a line of a profile that takes peers of another one. */
export const dropMatch = (own: Side, { name, header }: Profile, statement: string, loser: string): Edit => ({
  router: own.router.name,
  subject: `${header} ${statement}`,
  paste: section(header, [`no ${statement}`]),
  undo: section(header, [statement]),
  text: `${own.router.name}: profile ${name} no longer takes peers of ${loser} (${statement})`,
  cost: 4,
  widens: null,
})

/** The tunnel names another profile. `keyword`: `isakmp-profile` or `ikev2-profile`. */
export const nameAnother = <P extends { readonly name: string }>(
  own: Side,
  keyword: 'isakmp-profile' | 'ikev2-profile',
  profiles: readonly P[],
  {
    before,
    named,
    trusted,
  }: {
    /** The tunnel's profile of today, where there is one of that name. */
    readonly before: P | undefined
    /** What the tunnel names today. */
    readonly named: string | undefined
    readonly trusted: (profile: P) => readonly string[]
  },
): readonly Edit[] => {
  const holder = profileHolder(own)
  if (holder === null) return []
  const line = (name: string): string => `set ${keyword} ${name}`
  return profiles
    .filter(({ name }) => name !== before?.name)
    .map((profile): Edit => {
      const { name } = profile
      const more = trustsMore(before ? trusted(before) : null, trusted(profile))
      return {
        router: own.router.name,
        subject: `${holder} ${keyword}`,
        paste: section(holder, [line(name)]),
        undo: section(holder, [named === undefined ? `no ${line(name)}` : line(named)]),
        text: `${own.router.name}: the tunnel names profile ${name}`,
        cost: 4 + (more === null ? 0 : wideningCost / 2),
        widens: more === null ? null : `the tunnel of ${own.router.name} comes to trust ${more} as well`,
      }
    })
}

/** The profile sends what the other end matches. `keyword`: `self-identity` or `identity local`; `before`: its line of today. */
export const sendIdentity = (
  own: Side,
  { name, header }: Profile,
  keyword: string,
  lines: readonly string[],
  { before, peer }: { readonly before: string | undefined; readonly peer: string },
): readonly Edit[] =>
  lines
    .filter((line) => line !== before)
    .map((line) => ({
      router: own.router.name,
      subject: `${header} ${keyword}`,
      paste: section(header, [line]),
      undo: section(header, [before ?? `no ${line}`]),
      text: `${own.router.name}: profile ${name} sends the identity that ${peer} matches (${line})`,
      cost: 4,
      widens: null,
    }))
