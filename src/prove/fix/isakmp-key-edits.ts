import { type IsakmpProfile, type Keyring, type PreSharedKey, preSharedKey, withoutKey } from '../../selection/index.ts'
import { type Edit, type HiddenKey, section, wideningCost } from './edit.ts'
import { cannotReadKeys, type Side } from './side.ts'

/* Pre-shared keys of IKEv1: which key counts for the peer, and in which keyring (ios-semantics §1.9). */

/** A key with the keyring in which it stands. */
interface Held {
  readonly keyring: Keyring
  readonly entry: PreSharedKey
}

const everyBit = '255.255.255.255'

const profileOf = ({ selection, flow }: Side): IsakmpProfile | null =>
  selection.profiles.find(({ name }) => name === flow?.isakmpProfile?.name) ?? null

/** The key that an end takes for the other one when it begins, and when it answers: they may differ. */
const heldFor = (side: Side, role: 'initiator' | 'responder'): Held | null => {
  if (!side.flow) return null
  const { peer, localAddress } = side.flow
  const profile = role === 'initiator' ? profileOf(side) : null
  const { choice } = preSharedKey(side.selection, { role, profile, peer, localAddress })
  if (choice === null) return null
  const keyring = side.selection.keyrings.find(({ name }) => name === choice.keyring)
  const entry = keyring?.keys.find(({ at }) => at.file === choice.at.file && at.line === choice.at.line)
  return keyring && entry ? { keyring, entry } : null
}

const distinct = (held: readonly (Held | null)[]): readonly Held[] => {
  const found = held.filter((each) => each !== null)
  return found.filter(({ entry }, index) => found.findIndex((other) => other.entry === entry) === index)
}

const hiddenKey = ({ router, flow }: Side, { keyring, entry }: Held, has: 'has' | 'had'): HiddenKey => ({
  placeholder: `<the key that ${router.name} ${has} for ${flow?.peer}${keyring.name === 'default' ? '' : ` in keyring ${keyring.name}`}>`,
  key: entry.key,
  at: withoutKey(entry),
})

const header = ({ name, vrf }: Pick<Keyring, 'name' | 'vrf'>): string =>
  `crypto keyring ${name}${vrf === undefined ? '' : ` vrf ${vrf}`}`

/** A key as it stands for the peer's address in the form of its keyring. */
const keyLine = (keyring: string, address: string, key: string, more: string): string =>
  keyring === 'default'
    ? `crypto isakmp key ${key} address ${address}${more}`
    : `pre-shared-key address ${address} key ${key}`

const inKeyring = (keyring: Pick<Keyring, 'name' | 'vrf'>, lines: readonly string[]): readonly string[] =>
  keyring.name === 'default' ? lines : section(header(keyring), lines)

const isFor = ({ match }: PreSharedKey, address: string): boolean =>
  match.kind === 'address' && match.address === address && match.mask === everyBit

/** This end takes the key that the other one has for it: where it has one for that address alone in its place, else beside the others. */
export const isakmpKeyEdits = (own: Side, other: Side): readonly Edit[] => {
  if (!own.flow || !other.flow || [own, other].some(cannotReadKeys)) return []
  const [begins, answers] = [heldFor(own, 'initiator'), heldFor(own, 'responder')]
  const first = firstKeyring(own)
  const missing = begins === null || answers?.keyring.name !== first.name ? [first] : []
  return distinct([heldFor(other, 'initiator'), heldFor(other, 'responder')]).flatMap((wanted) => {
    const wrong = distinct([begins, answers]).filter(({ entry }) => entry.key !== wanted.entry.key)
    const keyrings = [...wrong.map(({ keyring }) => keyring), ...missing]
    return [...new Map(keyrings.map((keyring) => [keyring.name, keyring])).values()].flatMap((keyring) =>
      takeKey(own, other, keyring, wanted),
    )
  })
}

type KeyringToBe = Pick<Keyring, 'name' | 'vrf' | 'keys'>

/** Where this end looks when it begins; there may be nothing yet. */
const firstKeyring = (own: Side): KeyringToBe => {
  const name = profileOf(own)?.keyrings[0]?.name ?? 'default'
  return own.selection.keyrings.find((keyring) => keyring.name === name) ?? { name, keys: [] }
}

const takeKey = (own: Side, other: Side, keyring: KeyringToBe, wanted: Held): readonly Edit[] => {
  const address = own.flow?.peer
  if (address === undefined) return []
  const entry = keyring.keys.find((each) => isFor(each, address))
  if (entry?.key === wanted.entry.key) return []
  const fresh = hiddenKey(other, wanted, 'has')
  const old = entry ? hiddenKey(own, { keyring, entry }, 'had') : null
  const more = entry && /\sno-xauth$/.test(entry.at.text) ? ' no-xauth' : ''
  const line = ({ placeholder }: HiddenKey): string => keyLine(keyring.name, address, placeholder, more)
  const place = keyring.name === 'default' ? '' : ` in keyring ${keyring.name}`
  return [
    {
      router: own.router.name,
      subject: `${header(keyring)} ${address}`,
      // Where a key stands for an address IOS may refuse another one: the old one goes first.
      paste: inKeyring(keyring, [...(old ? [`no ${line(old)}`] : []), line(fresh)]),
      undo: inKeyring(keyring, [`no ${line(fresh)}`, ...(old ? [line(old)] : [])]),
      hidden: old ? [fresh, old] : [fresh],
      text: `${own.router.name}: the key for ${address}${place} is the one that ${other.router.name} has for ${other.flow?.peer}`,
      cost: old ? 4 : 3,
      widens: null,
    },
  ]
}

/** The key that counts comes out of a keyring that the profile names: this one is named as well, or gives its key up. */
export const isakmpKeyringEdits = (own: Side): readonly Edit[] => {
  const profile = profileOf(own)
  const held = heldFor(own, 'responder')
  const address = own.flow?.peer
  if (!profile || !held || address === undefined || profile.keyrings.length === 0) return []
  const { keyring, entry } = held
  if (profile.keyrings.some(({ name }) => name === keyring.name)) return []
  const profileHeader = `crypto isakmp profile ${profile.name}`
  const named: Edit = {
    router: own.router.name,
    subject: `${profileHeader} keyring ${keyring.name}`,
    paste: section(profileHeader, [`keyring ${keyring.name}`]),
    undo: section(profileHeader, [`no keyring ${keyring.name}`]),
    text: `${own.router.name}: profile ${profile.name} names keyring ${keyring.name} too`,
    cost: 3 + wideningCost / 2,
    widens: `profile ${profile.name} takes whoever has a key of keyring ${keyring.name} as well`,
  }
  if (!isFor(entry, address)) return [named]
  const old = hiddenKey(own, held, 'had')
  const line = keyLine(keyring.name, address, old.placeholder, '')
  return [
    {
      router: own.router.name,
      subject: `${header(keyring)} ${address}`,
      paste: inKeyring(keyring, [`no ${line}`]),
      undo: inKeyring(keyring, [line]),
      hidden: [old],
      text: `${own.router.name}: keyring ${keyring.name}, which profile ${profile.name} does not name, has no key for ${address}`,
      cost: 5,
      widens: null,
    },
    named,
  ]
}
