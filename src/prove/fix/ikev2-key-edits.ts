import { type IkeV2Keyring, type IkeV2KeyringPeer, type IkeV2Profile, ikeV2SharedKey } from '../../selection/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import { type Edit, freeName, type HiddenKey, section } from './edit.ts'
import { cannotReadKeys, type Side } from './side.ts'

/* Shared keys of IKEv2: what one end calls local the other one must call remote (ios-semantics §2.4, §2.5). */

type Which = 'local' | 'remote'

/** A key, and the line that holds it: of the profile, or of a keyring's peer. */
interface Held {
  readonly key: string
  readonly at: SourceRef
}

const opposite: Readonly<Record<Which, Which>> = { local: 'remote', remote: 'local' }

const profileOf = ({ selection, flow }: Side): IkeV2Profile | undefined =>
  selection.ikev2.profiles.find(({ name }) => name === flow?.ikev2Profile?.name)

const heldBy = (side: Side, which: Which): Held | null => {
  const profile = profileOf(side)
  if (!profile || !side.flow) return null
  const { key, because } = ikeV2SharedKey(side.selection, {
    profile,
    peerAddress: side.flow.peer,
    identity: null,
    side: which,
  })
  const [at] = because
  return key === null || at === undefined ? null : { key, at }
}

/** Which of its two keys an end has is told where they differ. */
const hiddenKey = (side: Side, which: Which, held: Held, has: 'has' | 'had'): HiddenKey => {
  const differ = heldBy(side, 'local')?.key !== heldBy(side, 'remote')?.key
  return {
    placeholder: `<the ${differ ? `${which} ` : ''}key that ${side.router.name} ${has} for ${side.flow?.peer}>`,
    key: held.key,
    at: held.at,
  }
}

/** A key of this end that is to be another one. */
interface Change {
  readonly which: Which
  readonly fresh: HiddenKey
}

/** Keys count where the side that proves itself by them says so. */
const changes = (own: Side, other: Side): readonly Change[] => {
  const signs: Readonly<Record<Which, Side>> = { local: own, remote: other }
  return (['local', 'remote'] as const).flatMap((which): readonly Change[] => {
    if (profileOf(signs[which])?.authenticationLocal?.method !== 'pre-share') return []
    const wanted = heldBy(other, opposite[which])
    if (wanted === null || wanted.key === heldBy(own, which)?.key) return []
    return [{ which, fresh: hiddenKey(other, opposite[which], wanted, 'has') }]
  })
}

/** This end takes the keys that the other one has for it: where its own stand, or in a peer of a keyring for its address alone. */
export const ikeV2KeyEdits = (own: Side, other: Side): readonly Edit[] => {
  const profile = profileOf(own)
  if (!profile || !own.flow || !other.flow || [own, other].some(cannotReadKeys)) return []
  const wanted = changes(own, other)
  const [first] = wanted
  if (!first) return []
  const inLines = wanted.filter(({ which }) => lineOf(profile, which) !== undefined)
  const inRing = wanted.filter((change) => !inLines.includes(change))
  const parts = [
    ...(inLines.length > 0 ? [inProfile(own, profile, inLines)] : []),
    ...(inRing.length > 0 ? [inKeyring(own, other, profile, inRing)] : []),
  ]
  const isOne = new Set(wanted.map(({ fresh }) => fresh.key)).size === 1
  const keys = isOne ? (wanted.length > 1 ? 'the key' : `the ${first.which} key`) : 'the keys'
  return [
    {
      router: own.router.name,
      subject: `keys of crypto ikev2 profile ${profile.name}`,
      paste: parts.flatMap(({ paste }) => paste),
      undo: parts.toReversed().flatMap(({ undo }) => undo),
      hidden: parts.flatMap(({ hidden }) => hidden),
      text: `${own.router.name}: ${keys} for ${own.flow.peer} ${isOne ? 'is the one' : 'are those'} that ${other.router.name} has for ${other.flow.peer}`,
      cost: parts.reduce((sum, { cost }) => sum + cost, 0),
      widens: null,
    },
  ]
}

type Part = Pick<Edit, 'paste' | 'undo' | 'cost'> & { readonly hidden: readonly HiddenKey[] }

/** The line of the profile that holds a key itself: it goes before any keyring. */
const lineOf = (profile: IkeV2Profile, which: Which) =>
  (which === 'local' ? [profile.authenticationLocal] : profile.authenticationRemote).find(
    (line) => line?.method === 'pre-share' && line.key !== undefined,
  )

const inProfile = (own: Side, { name }: IkeV2Profile, all: readonly Change[]): Part => {
  const lines = all.flatMap(({ which, fresh }) => {
    const held = heldBy(own, which)
    return held ? [{ which, fresh, old: hiddenKey(own, which, held, 'had') }] : []
  })
  const within = (time: 'fresh' | 'old'): readonly string[] =>
    section(
      `crypto ikev2 profile ${name}`,
      lines.map(({ which, [time]: key }) => `authentication ${which} pre-share key ${key.placeholder}`),
    )
  return {
    paste: within('fresh'),
    undo: within('old'),
    hidden: lines.flatMap(({ fresh, old }) => [fresh, old]),
    cost: 4,
  }
}

/** The keys of a keyring's peer; undefined: it has none. */
type PeerKeys = Readonly<Partial<Record<Which, HiddenKey>>>

const hiddenIn = ({ local, remote }: PeerKeys): readonly HiddenKey[] =>
  [local, remote].filter((key) => key !== undefined)

const changed = (before: PeerKeys, all: readonly Change[]): PeerKeys => ({
  ...before,
  ...Object.fromEntries(all.map(({ which, fresh }) => [which, fresh])),
})

/** In one line where both are the same. */
const keyLines = ({ local, remote }: PeerKeys): readonly string[] =>
  local !== undefined && local.key === remote?.key
    ? [`pre-shared-key ${local.placeholder}`]
    : [
        ...(local ? [`pre-shared-key local ${local.placeholder}`] : []),
        ...(remote ? [`pre-shared-key remote ${remote.placeholder}`] : []),
      ]

const everyBit = '255.255.255.255'

const inKeyring = (own: Side, other: Side, profile: IkeV2Profile, all: readonly Change[]): Part => {
  const keyring = own.selection.ikev2.keyrings.find(({ name }) => name === profile.keyring?.name)
  const peer = keyring?.peers.find(({ address }) => address?.address === own.flow?.peer && address?.mask === everyBit)
  return keyring && peer ? inPeer(own, keyring, peer, all) : inNewPeer(own, other, profile, keyring ?? null, all)
}

const inPeer = (own: Side, { name }: IkeV2Keyring, peer: IkeV2KeyringPeer, all: readonly Change[]): Part => {
  const had = (which: Which, key: string | undefined): PeerKeys =>
    key === undefined
      ? {}
      : {
          [which]: {
            placeholder: `<the ${peer.localKey === peer.remoteKey ? '' : `${which} `}key that ${own.router.name} had in peer ${peer.name}>`,
            key,
            at: peer.at,
          },
        }
  const before: PeerKeys = { ...had('local', peer.localKey), ...had('remote', peer.remoteKey) }
  const after = changed(before, all)
  const come = all.filter(({ which }) => before[which] === undefined)
  const gone =
    hiddenIn(before).length === 0 ? ['no pre-shared-key'] : come.map(({ which }) => `no pre-shared-key ${which}`)
  const within = (lines: readonly string[]): readonly string[] =>
    section(`crypto ikev2 keyring ${name}`, section(`peer ${peer.name}`, lines))
  return {
    paste: within(keyLines(after)),
    undo: within([...gone, ...keyLines(before)]),
    hidden: [...hiddenIn(before), ...hiddenIn(after)],
    cost: 4,
  }
}

/** A peer for the address alone stands before one for a network, and has both keys for it; where no keyring is named there is a new one. */
const inNewPeer = (
  own: Side,
  other: Side,
  profile: IkeV2Profile,
  keyring: IkeV2Keyring | null,
  all: readonly Change[],
): Part => {
  const { keyrings } = own.selection.ikev2
  const name = profile.keyring?.name ?? freeName(new Set(keyrings.map((each) => each.name)), `to-${other.router.name}`)
  const peer = freeName(new Set(keyring?.peers.map((each) => each.name)), other.router.name)
  const held = (which: Which): PeerKeys => {
    const now = lineOf(profile, which) ? null : heldBy(own, which)
    return now ? { [which]: hiddenKey(own, which, now, 'had') } : {}
  }
  const keys = changed({ ...held('local'), ...held('remote') }, all)
  const header = `crypto ikev2 keyring ${name}`
  const names = profile.keyring ? [] : [`keyring local ${name}`]
  const inNames = (lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : section(`crypto ikev2 profile ${profile.name}`, lines)
  return {
    paste: [
      ...section(header, section(`peer ${peer}`, [`address ${own.flow?.peer}`, ...keyLines(keys)])),
      ...inNames(names),
    ],
    undo: [
      ...inNames(names.map((line) => `no ${line}`)),
      ...(keyring ? section(header, [`no peer ${peer}`]) : [`no ${header}`]),
    ],
    hidden: hiddenIn(keys),
    cost: keyring ? 4 : 6,
  }
}
