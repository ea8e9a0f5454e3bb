import { addressOf, fqdnOf, nameOf, type Place, section } from './place.ts'

/** Certificate maps by what they look at. */
export const mapKinds = [
  'PEER',
  'ISSUER',
  'NAME',
  'HOST',
  'ALT',
  'SERIAL',
  'DATES',
  'OTHERS',
  'EMPTY',
  'NOBODY',
] as const
export type MapKind = (typeof mapKinds)[number]

/** The map for a peer, by its number. */
export const mapName = (kind: MapKind, peer: number): string => `${kind}${peer}`

/** The rules of each sequence, which is tried where none before it fits. */
const rulesOf = (place: Place, peer: number): Readonly<Record<MapKind, readonly (readonly string[])[]>> => {
  const subject = `subject-name co cn = ${nameOf(peer).toLowerCase()}`
  return {
    PEER: [[subject, 'issuer-name co o = cisco']],
    ISSUER: [
      ['issuer-name co cn = ca0', subject],
      ['issuer-name co cn = ca2', subject],
    ],
    NAME: [[`name co ${addressOf(place, peer)}`]],
    HOST: [[`unstructured-subject-name co ${fqdnOf(peer)}`]],
    ALT: [[`alt-subject-name co ${fqdnOf(peer)}`]],
    SERIAL: [['serial-number eq 03'], ['serial-number eq 04']],
    DATES: [['valid-start ge Jun 17 2013 12:02:00 UTC', 'expires-on lt Jan 1 2014']],
    OTHERS: [['issuer-name nc cn = ca1', `subject-name nc cn = ${nameOf(place.own).toLowerCase()}`]],
    EMPTY: [[]],
    NOBODY: [['subject-name co cn = nobody']],
  }
}

/** The maps of every peer. */
export const mapLines = (place: Place): readonly string[] =>
  place.peers.flatMap((peer) =>
    mapKinds.flatMap((kind) =>
      (rulesOf(place, peer)[kind] ?? []).flatMap((rules, index) =>
        section(`crypto pki certificate map ${mapName(kind, peer)} ${10 * (index + 1)}`, rules),
      ),
    ),
  )
