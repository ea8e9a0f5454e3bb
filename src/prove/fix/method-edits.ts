import type { IkeV2Profile } from '../../selection/index.ts'
import { type Edit, type HiddenKey, section, wideningCost } from './edit.ts'
import type { Side } from './side.ts'

/* How the ends of IKEv2 prove themselves: each has a method of its own, and the other one must take it (ios-semantics §2.5). */

const profileOf = ({ selection, flow }: Side): IkeV2Profile | undefined =>
  selection.ikev2.profiles.find(({ name }) => name === flow?.ikev2Profile?.name)

const keyTypes: Readonly<Record<string, 'rsa' | 'ec'>> = { 'rsa-sig': 'rsa', 'ecdsa-sig': 'ec' }

/** A method with a signature takes a certificate of its kind. */
const isPossible = ({ selection: { store } }: Side, method: string): boolean =>
  method === 'pre-share' ||
  store.trustpoints.some(({ identity }) => identity?.keys && identity.certificate.keyType === keyTypes[method])

/** This end proves itself as the other one wants it. */
const ownMethodEdits = (own: Side, other: Side): readonly Edit[] => {
  const [mine, theirs] = [profileOf(own), profileOf(other)]
  if (!mine || !theirs) return []
  const header = `crypto ikev2 profile ${mine.name}`
  const before = mine.authenticationLocal
  if (before?.method === 'eap') return []
  const hidden: readonly HiddenKey[] =
    before?.key === undefined
      ? []
      : [
          {
            placeholder: `<the key that ${own.router.name} had in profile ${mine.name}>`,
            key: before.key,
            at: before.at,
          },
        ]
  const old = ['authentication local', before?.method, ...hidden.map(({ placeholder }) => `key ${placeholder}`)]
  return theirs.authenticationRemote
    .filter(({ method }) => method !== 'eap' && method !== before?.method && isPossible(own, method))
    .map(({ method }) => ({
      router: own.router.name,
      subject: `${header} authentication local`,
      paste: section(header, [`authentication local ${method}`]),
      undo: section(header, [before ? old.join(' ') : 'no authentication local']),
      hidden,
      text: `${own.router.name}: profile ${mine.name} proves itself by ${method}, as ${other.router.name} wants it`,
      cost: 4,
      widens: null,
    }))
}

/** This end takes the method by which the other one proves itself. */
const peerMethodEdits = (own: Side, other: Side): readonly Edit[] => {
  const [mine, theirs] = [profileOf(own), profileOf(other)]
  const method = theirs?.authenticationLocal?.method
  if (!mine || method === undefined || method === 'eap') return []
  if (mine.authenticationRemote.some((remote) => remote.method === method)) return []
  const header = `crypto ikev2 profile ${mine.name}`
  const line = `authentication remote ${method}`
  return [
    {
      router: own.router.name,
      subject: `${header} ${line}`,
      paste: section(header, [line]),
      undo: section(header, [`no ${line}`]),
      text: `${own.router.name}: profile ${mine.name} takes ${method} of ${other.router.name}`,
      cost: 3 + wideningCost / 2,
      widens: `profile ${mine.name} takes peers that prove themselves by ${method} as well`,
    },
  ]
}

/** The method of one end and what the other one takes, changed at either end. */
export const methodEdits = (own: Side, other: Side): readonly Edit[] => [
  ...ownMethodEdits(own, other),
  ...peerMethodEdits(own, other),
]
