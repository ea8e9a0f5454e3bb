import type { AuthorityPlan, PairPlan, ProfilePlan, RandomScenario, RouterPlan, TrustpointPlan } from './random-pair.ts'
import { filesOf } from './random-pair-text.ts'

const authority: AuthorityPlan = {
  parent: undefined,
  hash: 'sha256',
  bits: 2048,
  days: 1095,
  certificateDays: 365,
  crlDays: 7,
  online: true,
  revokes: false,
  namesake: false,
  rolled: false,
}

const trustpoint = (index: number): TrustpointPlan => ({
  authority: index,
  holds: 'certificate',
  key: undefined,
  validity: 'long',
  revocation: 'crl',
  named: 'both',
  primary: false,
  usages: undefined,
  published: undefined,
  odd: undefined,
})

const profile = (list: readonly number[]): ProfilePlan => ({
  peer: 0,
  matches: ['exact'],
  sends: undefined,
  list: list.map((place) => ({ trustpoint: place, use: 'both' })),
  local: undefined,
  remote: undefined,
  keyring: false,
  shutdown: false,
})

const router = (count: number, list: readonly number[]): RouterPlan => ({
  trustpoints: Array.from({ length: count }, (_, index) => trustpoint(index)),
  order: Array.from({ length: count }, (_, index) => index),
  orderKnown: false,
  version: undefined,
  domain: true,
  identity: undefined,
  disabled: false,
  suite: undefined,
  moreSuites: [],
  method: undefined,
  moreMethods: [],
  key: undefined,
  profiles: [profile(list)],
  openLists: true,
  tunnelProfile: 'own',
  transforms: undefined,
  pfs: undefined,
  kind: undefined,
  proxy: 'same',
  routed: true,
  clock: undefined,
  front: undefined,
  serves: 'own',
  listsBehind: false,
  losesFragments: false,
  fragments: false,
  old: undefined,
})

/** Two routers with so many trustpoints each, all of CAs that both know, in an order that nobody knows; R1's profile names the first. */
export const manyTrustpoints = (version: 1 | 2, count: number): Pick<RandomScenario, 'files'> => {
  const plan: PairPlan = {
    authorities: Array.from({ length: count }, () => authority),
    base: { version, method: 'rsa-sig', identity: 'fqdn', suite: 0, transform: 0, pfs: 0, kind: 'gre' },
    routers: [
      router(count, [0]),
      router(count, version === 1 ? [] : Array.from({ length: count }, (_, index) => index)),
    ],
    knobs: [],
    pings: 0,
    mtu: 1500,
  }
  return { files: filesOf(plan) }
}
