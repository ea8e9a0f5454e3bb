import { keyHolders, secret, suiteNumbers, suites } from './phase1.ts'
import { addressOf, fqdnOf, fvrfLines, mailOf, methodOf, nameOf, type Place, section } from './place.ts'
import { listedNames, matchLines, type ProfilePlan, profileName, servedAddress } from './profiles.ts'
import type { RouterPlan } from './routers.ts'
import { trustpointName } from './trustpoints.ts'

/** An IKEv2 initiator without a trustpoint cannot sign: that every second profile names none would hide all else. */
const pkiTrustpoints = (profile: ProfilePlan, plan: RouterPlan): readonly string[] => {
  const listed = listedNames(profile, plan.trustpoints)
  const named =
    listed.length > 0 || plan.openLists
      ? listed
      : plan.trustpoints.map((_, index) => [trustpointName(plan.trustpoints, index), 'both'] as const)
  return named.map(([name, use]) => `pki trustpoint ${name}${use === 'both' ? '' : ` ${use}`}`)
}

const identityLocal = ({ sends }: ProfilePlan, place: Place): readonly string[] => {
  const { base, own } = place
  switch (sends ?? base.identity) {
    case 'address':
      return [`identity local address ${addressOf(place, own)}`]
    case 'fqdn':
      return [`identity local fqdn ${fqdnOf(own)}`]
    case 'other name':
      return ['identity local fqdn other.cisco.com']
    case 'mail':
      return [`identity local email ${mailOf(own)}`]
    case 'dn':
      return ['identity local dn']
    case 'key-id':
      return [`identity local key-id ${nameOf(own)}`]
    default:
      return []
  }
}

const authenticationLines = (profile: ProfilePlan, place: Place): readonly string[] => {
  const inline = (method: string): string =>
    method === 'pre-share' && profile.inlineKey !== undefined ? ` key ${profile.inlineKey}` : ''
  const local = profile.local ?? methodOf(place)
  const remote = [...new Set([profile.remote ?? methodOf(place), ...place.plan.moreMethods])]
  return [
    ...(local === 'none' ? [] : [`authentication local ${local === 'eap' ? 'eap mschapv2' : local}${inline(local)}`]),
    ...remote.map((method) => `authentication remote ${method}${inline(method)}`),
  ]
}

const profileLines = (place: Place): readonly string[] =>
  place.plan.profiles.flatMap((profile, index) =>
    section(`crypto ikev2 profile ${profileName(index)}`, [
      ...matchLines(profile, place, 2),
      ...servedAddress(profile, place).map((address) => `match address local ${address}`),
      ...identityLocal(profile, place),
      ...authenticationLines(profile, place),
      ...profile.keyrings.slice(0, 1).map((name) => `keyring local ${name === 'default' ? 'KEYS' : name}`),
      ...pkiTrustpoints(profile, place.plan),
      ...fvrfLines(place.plan),
      ...(profile.shutdown ? ['shutdown'] : []),
      ...(profile.timers ? ['lifetime 3600', 'dpd 10 2 periodic'] : []),
    ]),
  )

const groupsLine = (group: number, more: RouterPlan['phase1']['groups']): string => {
  const others = [2, 19].filter((each) => each !== group)
  return `group ${(more === 'more before' ? [...others, group] : more === undefined ? [group] : [group, ...others]).join(' ')}`
}

const policyLines = (place: Place): readonly string[] => {
  const { plan, own } = place
  const numbers = suiteNumbers(place)
  if (numbers.length === 0 || plan.phase1.policy === 'none') return []
  const addresses: Readonly<Record<string, string>> = {
    'of the end': addressOf(place, own),
    'of another address': '192.168.0.199',
  }
  const served = addresses[plan.phase1.policy ?? '']
  return section('crypto ikev2 policy pol', [
    ...fvrfLines(plan),
    ...(served === undefined ? [] : [`match address local ${served}`]),
    ...numbers.map((number) => `proposal suite${number}`),
  ])
}

/** A peer of a keyring; `name`: it is known by the identity that it sends. */
const peerLines = (place: Place, key: string): readonly string[] =>
  keyHolders(place).flatMap(([name, words], index) => {
    const peer = place.peers[index] ?? 0
    const byName = place.plan.phase1.keysFor === 'name'
    const identity = place.base.identity === 'fqdn' ? `fqdn ${fqdnOf(peer)}` : `address ${addressOf(place, peer)}`
    return [`peer ${name}`, byName ? ` identity ${identity}` : ` ${words}`, ` pre-shared-key ${key}`]
  })

/** The other keyring holds a key for each way. */
const otherPeerLines = (place: Place, key: string): readonly string[] =>
  peerLines(place, key).flatMap((line) =>
    line.startsWith(' pre-shared-key') ? [` pre-shared-key local ${key}`, ` pre-shared-key remote ${secret}`] : [line],
  )

/** What an IKEv2 router has of phase 1. */
export const ikev2Lines = (place: Place): readonly string[] => {
  const { phase1 } = place.plan
  return [
    ...suiteNumbers(place).flatMap((number) => {
      const suite = suites[number]
      return suite
        ? section(`crypto ikev2 proposal suite${number}`, [...suite.v2, groupsLine(suite.group, phase1.groups)])
        : []
    }),
    ...policyLines(place),
    ...section('crypto ikev2 keyring KEYS', peerLines(place, phase1.key ?? secret)),
    ...section(
      'crypto ikev2 keyring OTHER',
      phase1.otherKey === undefined ? [] : otherPeerLines(place, phase1.otherKey),
    ),
    ...(phase1.fragments ? ['crypto ikev2 fragmentation mtu 800'] : []),
    ...(phase1.byUrl ? [] : ['no crypto ikev2 http-url cert']),
    ...(phase1.cookies ? ['crypto ikev2 cookie-challenge 1'] : []),
    ...(phase1.withoutDefaults ? ['no crypto ikev2 proposal default'] : []),
    ...profileLines(place),
  ]
}
