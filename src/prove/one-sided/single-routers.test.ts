import { describe, expect, it } from 'vitest'
import { labOf, type RandomRouter } from '../../../test/support/one-sided.ts'
import { worldOf } from '../static/index.ts'
import { analyse, knownTunnels } from './analyse.ts'
import { proveOneSided } from './one-sided.ts'

/* Configurations on which the analysis was wrong once, each told in words. */

const plain: RandomRouter = {
  version: 1,
  method: 'rsa-sig',
  kind: 'gre',
  trustpoints: [{ ca: 'CA1', own: true }],
  listed: [],
  uses: 'both',
  policies: [['aes 256', 'sha256', 14]],
  matches: ['host r2.cisco.com'],
  decoy: null,
  map: null,
  withProfile: true,
  identity: '',
  pfs: null,
  sets: ['esp-aes 256 esp-sha256-hmac'],
  near: true,
  loopback: false,
  orderKnown: true,
  extras: [],
}
const plainV2: RandomRouter = { ...plain, version: 2, matches: ['fqdn r2.cisco.com'] }
const withKey: RandomRouter = { ...plain, method: 'pre-share', trustpoints: [] }

/** What each direction comes to: why none comes up, or in how many cases a peer does. `lost`: a line that is missing. */
const outcomes = (router: RandomRouter, lost?: string): readonly string[] => {
  const line = lost === undefined ? null : (labOf(router).routers[0]?.texts[0]?.text.split('\n').indexOf(lost) ?? -1)
  expect(line).not.toBe(-1)
  return proveOneSided(labOf(router, line)).flatMap(({ tunnel }) =>
    tunnel.directions.map(({ role, cause, proof, unproved }) => `${role}: ${cause?.code ?? proof?.cases ?? unproved}`),
  )
}

/** What a condition of one direction demands. */
const demands = (router: RandomRouter, role: 'initiator' | 'responder', kind: string): readonly string[] => {
  const lab = labOf(router)
  return lab.routers.flatMap((each) =>
    knownTunnels(worldOf(lab), each).flatMap((known) =>
      analyse(known, role)
        .conditions.filter((condition) => condition.kind === kind)
        .map(({ must }) => must),
    ),
  )
}

const comesUp = ['initiator: 1', 'responder: 1']

describe('the way to the peer', () => {
  const onMap: RandomRouter = { ...plainV2, method: 'pre-share', trustpoints: [], kind: 'crypto-map', near: false }

  it('leads nowhere where the line of the Ethernet interface is lost, and the loopback before it has its address', () => {
    expect(outcomes(onMap, 'interface Ethernet0/0')).toEqual([
      'initiator: peer-unreachable',
      'responder: peer-unreachable',
    ])
    expect(outcomes(onMap)).toEqual(comesUp)
  })

  it('may lead into an interface without a next hop', () => {
    expect(outcomes({ ...plain, near: false, extras: ['the next hop is an interface'] })).toEqual(comesUp)
    expect(outcomes({ ...plain, near: false, extras: ['the outside is a line of two ends'] })).toEqual(comesUp)
    expect(outcomes({ ...plain, near: false, loopback: true, extras: ['the outside is a line of two ends'] })).toEqual(
      comesUp,
    )
  })

  it('is not tried where the interface by which it leaves has no address', () => {
    const router = { ...onMap, loopback: true, extras: ['the next hop is an interface'] }
    const why = 'the way to 198.51.100.7 leaves by Ethernet0/0, whose address is not known'
    expect(outcomes(router, ' ip address 192.168.0.1 255.255.255.0')).toEqual([
      `initiator: ${why}`,
      `responder: ${why}`,
    ])
  })

  it('ends where the tunnel routes in another VRF than that of its source', () => {
    const code = 'tunnel-vrf-differs'
    expect(outcomes({ ...plain, extras: ['the tunnel routes in another VRF than its source'] })).toEqual([
      `initiator: ${code}`,
      `responder: ${code}`,
    ])
  })
})

describe('a crypto map', () => {
  it('on an interface of a VRF whose local address stands in the global table is reached by nobody', () => {
    const router: RandomRouter = {
      ...plain,
      kind: 'crypto-map',
      loopback: true,
      extras: ['the outside stands in a VRF'],
    }
    expect(outcomes({ ...router, extras: [] })).toEqual(comesUp)
    expect(outcomes(router, ' vrf forwarding OUT')).toEqual([
      'initiator: tunnel-vrf-differs',
      'responder: tunnel-vrf-differs',
    ])
  })
})

describe('a key of IKEv1', () => {
  it('for the global table is not found where the outside stands in a VRF', () => {
    expect(outcomes({ ...withKey, extras: ['the outside stands in a VRF'] })[0]).toBe(
      'initiator: no-authentication-material',
    )
    expect(outcomes(withKey)).toEqual(comesUp)
  })
})

describe('a keyring of IKEv2', () => {
  const router: RandomRouter = {
    ...plainV2,
    method: 'pre-share',
    trustpoints: [],
    matches: ['fqdn domain cisco.com'],
    extras: ['the keyring is for an identity'],
  }

  it('that has a key for one identity only asks for that one, of all that the profile takes', () => {
    expect(outcomes(router)[1]).toBe('responder: 1')
    expect(demands(router, 'responder', 'shared-key')).toEqual([
      'expect from R1 the key of peer ANY of keyring KEYS (for the host name r2.cisco.com)',
      'prove itself with the key of peer ANY of keyring KEYS (for the host name r2.cisco.com)',
    ])
  })
})

describe('a profile that takes any identity', () => {
  it('takes those that another profile leaves', () => {
    const router: RandomRouter = {
      ...plainV2,
      listed: ['CA1'],
      matches: ['any'],
      extras: ['another profile matches the same and comes last'],
    }
    expect(outcomes(router)[1]).toBe('responder: 1')
    expect(outcomes({ ...router, matches: ['fqdn r2.cisco.com'] })[1]).toBe('responder: profile-did-not-match')
  })
})

describe('a certificate that has expired', () => {
  it('must not be asked for first', () => {
    const router: RandomRouter = {
      ...plain,
      trustpoints: [
        { ca: 'CA1', own: true },
        { ca: 'CA2', own: true },
      ],
      extras: ['its newest certificate has expired'],
    }
    expect(demands(router, 'initiator', 'requests')).toEqual(['ask for CA1, and not before it for CA2'])
    expect(outcomes(router)).toEqual(comesUp)
  })
})

describe('a certificate map', () => {
  it('of a profile of IKEv2 that is shut down lets nobody in', () => {
    const map = ['subject-name co cn = branch']
    expect(outcomes({ ...plainV2, map })[1]).toBe('responder: 1')
    expect(outcomes({ ...plainV2, map, extras: ['the profile is shut down'] })[1]).toBe(
      'responder: no-ikev2-profile-matches',
    )
  })

  it('of a trustpoint is asked of the peer', () => {
    const router: RandomRouter = {
      ...plainV2,
      listed: ['CA1'],
      extras: ['a trustpoint takes certificates of a map only'],
    }
    expect(demands(router, 'responder', 'certificate')).toEqual([
      'hold a certificate with an RSA key from CA1 that fits map OTHER-MAP',
    ])
    expect(outcomes(router)).toEqual(comesUp)
  })

  it('of another profile must not fit the certificate of the peer', () => {
    expect(demands({ ...plain, extras: ['another profile matches by a map'] }, 'responder', 'identity')).toEqual([
      'identify itself as the host name r2.cisco.com; its certificate must not fit map OTHER-MAP, which leads to profile BY-MAP',
    ])
  })

  it('of the only trustpoint that is that of another profile lets nobody in', () => {
    const router: RandomRouter = {
      ...plain,
      extras: ['a trustpoint takes certificates of a map only', 'another profile matches by a map'],
    }
    expect(outcomes(router)[1]).toBe('responder: profile-did-not-match')
  })

  it('leads nobody to a profile of IKEv1 whose peers authenticate with keys', () => {
    const router: RandomRouter = { ...withKey, extras: ['the profile matches by a map too'] }
    expect(outcomes(router, '   match identity host r2.cisco.com')[1]).toBe('responder: profile-did-not-match')
  })
})
