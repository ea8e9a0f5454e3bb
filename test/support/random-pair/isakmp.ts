import { keyHolders, secret, suiteNumbers, suites } from './phase1.ts'
import { mailOf, methodOf, type Place, section, servedBy, wireAddressOf } from './place.ts'
import { listedNames, matchLines, type ProfilePlan, profileName, servedAddress } from './profiles.ts'

const selfIdentity = ({ sends }: ProfilePlan, { base, own }: Place): readonly string[] => {
  switch (sends ?? base.identity) {
    case 'address':
      return ['self-identity address']
    case 'fqdn':
      return ['self-identity fqdn']
    case 'other name':
      return ['self-identity fqdn other.cisco.com']
    case 'mail':
      return [`self-identity user-fqdn ${mailOf(own)}`]
    default:
      return []
  }
}

const profileLines = (place: Place): readonly string[] =>
  place.plan.profiles.flatMap((profile, index) =>
    section(`crypto isakmp profile ${profileName(index)}`, [
      ...selfIdentity(profile, place),
      ...listedNames(profile, place.plan.trustpoints).map(([name]) => `ca trust-point ${name}`),
      ...profile.keyrings.map((name) => `keyring ${name}`),
      ...matchLines(profile, place, 1),
      ...servedAddress(profile, place).map((address) =>
        address === wireAddressOf(place.own) ? 'local-address Ethernet0/0' : `local-address ${address}`,
      ),
      ...(profile.timers ? ['keepalive 10 retry 2'] : []),
      ...(profile.aggressive ? ['initiate mode aggressive'] : []),
    ]),
  )

const policyLines = (place: Place): readonly string[] => {
  const methods = [...new Set([methodOf(place), ...place.plan.moreMethods])]
  const policies = suiteNumbers(place).flatMap((number) => methods.map((method) => ({ suite: suites[number], method })))
  return policies.flatMap(({ suite, method }, index) =>
    suite
      ? section(`crypto isakmp policy ${10 * (index + 1)}`, [
          `encr ${suite.encryption}`,
          `hash ${suite.hash}`,
          `authentication ${method}`,
          `group ${suite.group}`,
          ...(place.own > 0 ? ['lifetime 3600'] : []),
        ])
      : [],
  )
}

const keyringLines = (place: Place): readonly string[] => {
  const { front, phase1 } = place.plan
  const vrf = front === 'whole' ? ' vrf FRONT' : ''
  const keys = (key: string): readonly string[] =>
    keyHolders(place).map(([, words]) => `pre-shared-key ${words} key ${key}`)
  return [
    ...section(`crypto keyring KEYS${vrf}`, keys(phase1.key ?? secret)),
    ...section(`crypto keyring OTHER${vrf}`, phase1.otherKey === undefined ? [] : keys(phase1.otherKey)),
    ...(phase1.globalKey === undefined ? [] : [`crypto isakmp key ${phase1.globalKey} address 0.0.0.0 0.0.0.0`]),
  ]
}

/** What an IKEv1 router has of phase 1. */
export const isakmpLines = (place: Place): readonly string[] => {
  const { plan, base } = place
  const identity = plan.identity ?? (base.identity === 'dn' ? 'dn' : undefined)
  return [
    ...policyLines(place),
    ...keyringLines(place),
    ...(identity === undefined ? [] : [`crypto isakmp identity ${identity}`]),
    ...(plan.phase1.disabled ? ['no crypto isakmp enable'] : []),
    ...(plan.phase1.fragments ? ['crypto isakmp fragmentation'] : []),
    ...(plan.phase1.withoutDefaults ? ['no crypto isakmp default policy'] : []),
    ...(servedBy(plan) === 'any' ? ['no crypto ipsec nat-transparency udp-encapsulation'] : []),
    ...profileLines(place),
  ]
}
