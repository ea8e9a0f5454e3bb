import { matchesCertificateMap } from '../../selection/index.ts'
import { type Edit, section } from './edit.ts'
import type { Side } from './side.ts'

/* Which profile a certificate map binds: `match certificate` of either version's profiles. */

/** A profile of either version. */
interface MappedProfile {
  readonly name: string
  readonly header: string
  readonly matchCertificate: readonly { readonly map: string }[]
}

const certificatesOf = ({ router }: Side) => router.enrolled.flatMap(({ identity }) => identity?.certificate ?? [])

const fitsPeer = (own: Side, other: Side, name: string): boolean => {
  const map = own.selection.certificateMaps.find((known) => known.name === name)
  return (
    map !== undefined && certificatesOf(other).some((certificate) => matchesCertificateMap(map, certificate).choice)
  )
}

/** The map of another profile takes the peer away from that of the tunnel. */
const removals = (own: Side, other: Side, tunnels: string, profiles: readonly MappedProfile[]): readonly Edit[] =>
  profiles
    .filter(({ name }) => name !== tunnels)
    .flatMap(({ name, header, matchCertificate }) =>
      matchCertificate
        .filter(({ map }) => fitsPeer(own, other, map))
        .map(
          ({ map }): Edit => ({
            router: own.router.name,
            subject: `${header} match certificate ${map}`,
            paste: section(header, [`no match certificate ${map}`]),
            undo: section(header, [`match certificate ${map}`]),
            text: `${own.router.name}: profile ${name} no longer takes peers of ${tunnels} (match certificate ${map})`,
            cost: 4,
            widens: null,
          }),
        ),
    )

/** The common name that all certificates of a router have; null where they differ. */
const commonName = (side: Side): string | null => {
  const names = new Set(certificatesOf(side).map(({ subject }) => /(?:^|[,+])cn=([^,+]+)/i.exec(subject.ios)?.[1]))
  const [only] = names
  return names.size === 1 && only !== undefined ? only.toLowerCase() : null
}

/** What a distinguished name takes: a map of its own, by the name in the peer's certificates (ios-semantics §6 entry 8). */
const additions = (own: Side, other: Side, { name, header, matchCertificate }: MappedProfile): readonly Edit[] => {
  const subject = commonName(other)
  if (subject === null || matchCertificate.some(({ map }) => fitsPeer(own, other, map))) return []
  const map = `FROM-${other.router.name}`
  if (own.selection.certificateMaps.some((known) => known.name === map)) return []
  return [
    {
      router: own.router.name,
      subject: `${header} match certificate ${map}`,
      paste: [
        ...section(`crypto pki certificate map ${map} 10`, [`subject-name co cn = ${subject}`]),
        ...section(header, [`match certificate ${map}`]),
      ],
      undo: [...section(header, [`no match certificate ${map}`]), `no crypto pki certificate map ${map} 10`],
      text: `${own.router.name}: profile ${name} matches ${other.router.name} by its certificate (${subject})`,
      cost: 6,
      widens: null,
    },
  ]
}

/** `isByName`: the peer sends a distinguished name, which no other statement matches. */
export const certificateMapEdits = (
  own: Side,
  other: Side,
  tunnels: string,
  profiles: readonly MappedProfile[],
  isByName: boolean,
): readonly Edit[] => {
  const profile = profiles.find(({ name }) => name === tunnels)
  return [...removals(own, other, tunnels, profiles), ...(isByName && profile ? additions(own, other, profile) : [])]
}
