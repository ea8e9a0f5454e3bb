import { describe, expect, it } from 'vitest'
import { seedMayBeAbsent, seedScore } from '../../../test/support/seed-score.ts'
import {
  type EventBody,
  event,
  type IkeV2MessageName,
  type ProxyText,
  type RejectCode,
  type SelectorText,
  type TraceEvent,
} from '../../trace/index.ts'

/*
 *   initiator                                   responder
 *   IKE_SA_INIT  SA, KE, N              -->
 *                                       <--   IKE_SA_INIT  SA, KE, N, CERTREQ
 *   IKE_AUTH     IDi, CERT, CERTREQ,
 *                AUTH, SA, TSi, TSr     -->
 *                                       <--   IKE_AUTH  NOTIFY(AUTHENTICATION_FAILED | TS_UNACCEPTABLE)
 */

type RouterName = 'R1' | 'R2'

const addresses = { R1: '192.168.0.1', R2: '192.168.0.2' } as const

/** The events of one router in the IKEv2 SA with ID 1, in the engine's words. */
const session = (router: RouterName) => {
  const local = addresses[router]
  const peer = addresses[router === 'R1' ? 'R2' : 'R1']
  const events: TraceEvent[] = []
  const emit = (...bodies: readonly EventBody[]) => {
    for (const body of bodies)
      events.push({ ...body, time: Date.UTC(2013, 6, 17, 18, 9, 4, 542), router, connection: 1 } as TraceEvent)
  }
  const packet = (message: IkeV2MessageName, payloads: readonly string[]) => ({
    ...{ local, peer, localPort: 500, peerPort: 500, message, payloads, length: 300, retransmission: 0 },
    ...{ messageId: message.startsWith('IKE_AUTH') ? 1 : 0, encrypted: message.startsWith('IKE_AUTH') },
    ...{ initiatorSpi: '1d418169b24bf95a', responderSpi: 'a645046f734260c6', digest: '0011223344556677' },
  })
  return {
    events,
    emit,
    local,
    peer,
    send: (message: IkeV2MessageName, ...payloads: readonly string[]) => {
      if (message.startsWith('IKE_AUTH')) emit(event('ike:v2_payloads_encrypting', { message, payloads }))
      emit(event('ike:v2_packet_sent', packet(message, message.startsWith('IKE_AUTH') ? ['ENCR'] : payloads)))
    },
    receive: (message: IkeV2MessageName, ...payloads: readonly string[]) => {
      emit(event('ike:v2_packet_received', packet(message, message.startsWith('IKE_AUTH') ? ['ENCR'] : payloads)))
      if (message.startsWith('IKE_AUTH')) emit(event('ike:v2_payloads_decrypted', { message, payloads }))
      emit(event('ike:v2_processing', { message }))
    },
    /** The hashes of the peer's CERTREQ, each of the CA of one trustpoint; one of a CA that is not known comes first. */
    asked: (list: readonly string[] | null, signs: boolean, ...trustpoints: readonly string[]) => {
      const examined = trustpoints.map((trustpoint) => {
        const inProfile = list?.includes(trustpoint) ?? null
        const chosen = signs && inProfile !== false ? trustpoint : null
        return { hash: trustpoint, trustpoints: [{ trustpoint, inProfile, signs }], chosen }
      })
      emit(
        event('ike:v2_certreq_received', {
          encoding: 4,
          requests: trustpoints.length + 1,
          examined: [{ hash: 'unknown', trustpoints: [], chosen: null }, ...examined],
          chosen: examined.find(({ chosen }) => chosen !== null)?.chosen ?? null,
        }),
      )
    },
    chain: (trustpoint: string) =>
      emit(
        event('ike:v2_certificate_chain', {
          ...{ trustpoint, passed: true, subject: `cn=${router}`, issuer: 'cn=CA', serial: '02', chainLength: 1 },
        }),
      ),
    meet: () =>
      emit(
        event('ike:v2_peer_identity', { idType: 1, value: peer }),
        event('ike:v2_profile_searched', { idType: 1, value: peer, profile: 'profile1' }),
      ),
    reject: (code: RejectCode, notify: string) => {
      emit(
        event('ike:rejected', { message: 'IKE_AUTH request', code, detail: code, notify, peer }),
        event('ike:v2_notify_sent', { message: 'IKE_AUTH response', notify, protected: true }),
      )
    },
  }
}

const init = ['SA', 'KE', 'N', 'VID', 'VID']

const noTrustpoint = (): readonly TraceEvent[] => {
  const r1 = session('R1')
  r1.send('IKE_SA_INIT request', ...init)
  r1.receive('IKE_SA_INIT response', ...init, 'CERTREQ')
  r1.asked(null, false, 'TP1', 'TP2')
  r1.emit(event('ike:v2_certificate_payload_failed', { detail: 'the profile names no trustpoint' }))
  return r1.events
}

const anything: SelectorText = {
  ...{ start: '0.0.0.0', end: '255.255.255.255', protocol: 0, startPort: 0, endPort: 65535 },
}
const host = (address: string): ProxyText => ({ address, mask: '255.255.255.255', protocol: 47, port: 0 })

const overlappingProfiles = (): readonly TraceEvent[] => {
  const r2 = session('R2')
  r2.receive('IKE_SA_INIT request', ...init)
  r2.receive('IKE_AUTH request', 'VID', 'IDi', 'CERT', 'AUTH', 'SA', 'TSi', 'TSr')
  r2.emit(
    event('ike:v2_peer_identity', { idType: 1, value: r2.peer }),
    event('ike:v2_profile_searched', { idType: 1, value: r2.peer, profile: 'profile3' }),
    event('ike:v2_authentication_verified', { good: true, method: 'RSA', detail: '' }),
    event('ike:v2_selectors', { side: 'received', initiator: [anything], responder: [anything] }),
    event('ipsec:map_checked', {
      boundProfile: 'profile3',
      candidates: [{ map: 'Tunnel1-head-0', profile: 'profile1', accepted: false, reason: 'profile-did-not-match' }],
      map: null,
      localProxy: host(r2.local),
      remoteProxy: host(r2.peer),
    }),
  )
  r2.reject('proxy-identities-not-supported', 'TS_UNACCEPTABLE')
  r2.send('IKE_AUTH response', 'VID', 'IDr', 'CERT', 'AUTH', 'NOTIFY(TS_UNACCEPTABLE)')
  return r2.events
}

const r2Initiates = (): readonly TraceEvent[] => {
  const r1 = session('R1')
  const r2 = session('R2')
  r2.send('IKE_SA_INIT request', ...init)
  r1.receive('IKE_SA_INIT request', ...init)
  r1.send('IKE_SA_INIT response', ...init, 'CERTREQ')
  r2.receive('IKE_SA_INIT response', ...init, 'CERTREQ')
  r2.asked(['TP1', 'TP2'], true, 'TP2')
  r2.chain('TP2')
  r2.send('IKE_AUTH request', 'VID', 'IDi', 'CERT', 'CERTREQ', 'AUTH')
  r1.receive('IKE_AUTH request', 'VID', 'IDi', 'CERT', 'CERTREQ', 'AUTH')
  r1.meet()
  r1.asked(['TP1'], true, 'TP2', 'TP1')
  r1.chain('TP1')
  r1.emit(
    event('ike:v2_peer_method', { method: 'RSA', number: 1, accepted: true }),
    event('ike:v2_validation_begun', { handle: '900C5', list: ['TP1'] }),
    event('ike:v2_validation_ended', {
      ...{
        handle: '900C5',
        passed: false,
        code: 'certificate-outside-profile-trustpoints',
        trustpoint: null,
        peer: r1.peer,
      },
      ...{ subject: 'cn=R2', issuer: 'cn=CA2', serial: '03', detail: 'the issuer is outside the list' },
    }),
  )
  r1.reject('certificate-outside-profile-trustpoints', 'AUTHENTICATION_FAILED')
  r1.send('IKE_AUTH response', 'NOTIFY(AUTHENTICATION_FAILED)')
  return [...r1.events, ...r2.events]
}

describe.skipIf(seedMayBeAbsent)('debug text of IKEv2 against what the two routers of the seed printed', () => {
  it('has every line of an initiator whose profile names no trustpoint, in order', () => {
    expect(seedScore('ikev2-no-trustpoint.txt', noTrustpoint())).toBe('17/17')
  })

  it('has every line of a responder with overlapping profiles, in order', () => {
    expect(seedScore('ikev2-overlapping-profiles.txt', overlappingProfiles())).toBe('7/7')
  })

  it('has every line of R2 initiating, in order', () => {
    expect(seedScore('ikev2-r2-initiates.txt', r2Initiates())).toBe('16/16')
  })
})
