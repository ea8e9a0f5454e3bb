import { describe, expect, it } from 'vitest'
import { seedMayBeAbsent, seedScore } from '../../../test/support/seed-score.ts'
import {
  type EventBody,
  event,
  type IdentityText,
  type MessageName,
  type Role,
  type SaState,
  type TraceEvent,
} from '../../trace/index.ts'

/*
 *   initiator                                   responder
 *   MM3  KE, NONCE, CERTREQ...            -->
 *                                         <--   MM4  KE, NONCE, CERTREQ...
 *   MM5  ID, CERT, SIG                    -->
 *                                         <--   MM6  ID, CERT, SIG
 */

type RouterName = 'R1' | 'R2'

const ca1 = 'cn=CA1,o=cisco,o=com'
const ca2 = 'cn=CA2,o=cisco,o=com'
const builtIn = [
  'ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US',
  'cn=Cisco SSCA2,o=Cisco Systems',
  'cn=Cisco Manufacturing CA,o=Cisco Systems',
  'cn=Cisco Root CA 2048,o=Cisco Systems',
  'cn=Cisco Root CA M1,o=Cisco',
]

const addresses = { R1: '192.168.0.1', R2: '192.168.0.2' } as const
const serials = { R1: '100', R2: '101' } as const
const trustpoints: Readonly<Record<string, string>> = { [ca1]: 'IOSCA1', [ca2]: 'IOSCA2' }

const other = (router: RouterName): RouterName => (router === 'R1' ? 'R2' : 'R1')

const identityOf = (router: RouterName): IdentityText => ({
  type: 2,
  value: `${router}.cisco.com`,
  protocol: 17,
  port: 500,
  length: 20,
})

const subjectOf = (router: RouterName): string =>
  `serialNumber=${serials[router]}+ipaddress=${addresses[router]}+hostname=${router}.cisco.com,cn=${router},ou=IT,o=cisco,o=com`

/** The events of one router in one session, in the engine's words. */
const session = (router: RouterName, role: Role, keyed: number) => {
  const events: TraceEvent[] = []
  const peer = addresses[other(router)]
  let connection = 0
  const emit = (...bodies: readonly EventBody[]) => {
    for (const body of bodies)
      events.push({ ...body, time: Date.UTC(2013, 5, 20, 13, 0, 37, 609), router, connection } as TraceEvent)
  }
  const packet = (message: MessageName, saState: SaState, payloads: readonly string[] = []) => ({
    ...{ peer, localPort: 500, peerPort: 500, role, saState, message, messageId: 0, payloads },
    ...{ encrypted: false, length: 300, retransmission: 0, digest: '0011223344556677' },
  })
  const place = { role, saState: 'MM_KEY_EXCH', peer } as const
  return {
    events,
    emit,
    keys: () => {
      connection = keyed
      emit(event('ike:keys_derived', { connection }))
    },
    ask: (issuers: readonly string[]) =>
      emit(
        ...issuers.map((issuer) =>
          event('ike:certreq_sent', { issuer, trustpoint: trustpoints[issuer] ?? 'built-in' }),
        ),
      ),
    asked: (issuers: readonly string[], chosen: string, list: readonly string[] | null) => {
      for (const issuer of issuers) {
        const trustpoint = trustpoints[issuer]
        emit(
          event('ike:certreq_received', {
            messageId: 0,
            encoding: 4,
            issuer,
            examined: trustpoint ? [{ trustpoint, inProfileList: list?.includes(trustpoint) ?? null }] : [],
            chosen: issuer === chosen ? (trustpoint ?? null) : null,
          }),
        )
      }
    },
    send: (message: MessageName, saState: SaState, payloads: readonly string[] = []) =>
      emit(event('ike:packet_sent', packet(message, saState, payloads))),
    receive: (message: MessageName, saState: SaState) => emit(event('ike:packet_received', packet(message, saState))),
    state: (input: string, old: string, next: string) => emit(event('ike:state_changed', { input, old, new: next })),
    prove: (trustpoint: string, issuer: string) =>
      emit(
        event('ike:own_identity', {
          method: 'RSA signature',
          idType: 'ID_FQDN',
          nextPayload: 6,
          identity: identityOf(router),
        }),
        event('ike:own_certificate', {
          ...place,
          trustpoint,
          subject: subjectOf(router),
          issuer,
          serial: '02',
          chainLength: 1,
        }),
      ),
    meet: (issuer: string, handle: string, list: readonly string[] | null) =>
      emit(
        event('ike:peer_identity', { nextPayload: 6, identity: identityOf(other(router)) }),
        event('ike:profile_bound', { profile: 'prof1', by: role === 'R' ? 'identity' : 'configuration' }),
        event('ike:peer_certificate', {
          ...place,
          encoding: 4,
          subject: subjectOf(other(router)),
          issuer,
          serial: '02',
          handle,
          first: true,
        }),
        event('pki:validation_begun', { ...place, handle, list, keyringOfProfile: false }),
      ),
    accept: (handle: string, trustpoint: string) =>
      emit(
        event('pki:validation_succeeded', { ...place, handle, trustpoint, subject: subjectOf(other(router)) }),
        event('ike:signature_checked', { good: true, kind: 'SIG' }),
        event('ike:peer_authenticated', { local: addresses[router], peer, peerPort: 500 }),
      ),
    refuse: (handle: string, issuer: string) =>
      emit(
        event('pki:validation_failed', {
          ...place,
          ...{
            handle,
            code: 'no-suitable-trustpoint',
            subject: subjectOf(other(router)),
            issuer,
            serial: '03',
            detail: 'issuer outside the list',
          },
        }),
        event('ike:rejected', {
          message: 'MM5',
          code: 'certificate-outside-profile-trustpoints',
          detail: 'issuer outside the list',
          notify: null,
          peer,
        }),
      ),
  }
}

const fromPeer = 'IKE_MESG_FROM_PEER, IKE_MM_EXCH'
const complete = 'IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE'

const r1Initiates = (): readonly TraceEvent[] => {
  const all = [ca1, ca2, ...builtIn]
  const r1 = session('R1', 'I', 1010)
  const r2 = session('R2', 'R', 1010)
  r1.emit(
    event('ike:sa_requested', {
      peer: addresses.R2,
      local: addresses.R1,
      profile: 'prof1',
      localPort: 500,
      peerPort: 500,
    }),
  )
  r1.ask([ca1])
  r1.send('MM3', 'MM_SA_SETUP', ['KE', 'NONCE', 'CERTREQ'])
  r1.state(complete, 'IKE_I_MM2', 'IKE_I_MM3')
  r2.keys()
  r2.asked([ca1], ca1, null)
  r2.ask(all)
  r2.send('MM4', 'MM_KEY_EXCH', ['KE', 'NONCE', ...all.map(() => 'CERTREQ')])
  r2.state(complete, 'IKE_R_MM3', 'IKE_R_MM4')
  r1.keys()
  r1.asked(all, ca1, ['IOSCA1'])
  r1.prove('IOSCA1', ca1)
  r2.meet(ca1, 'A0013', null)
  r2.accept('A0013', 'IOSCA1')
  r2.prove('IOSCA1', ca1)
  r2.send('MM6', 'MM_KEY_EXCH')
  r1.receive('MM6', 'MM_KEY_EXCH')
  r1.meet(ca1, '80013', ['IOSCA1'])
  r1.accept('80013', 'IOSCA1')
  r1.state(complete, 'IKE_I_MM6', 'IKE_P1_COMPLETE')
  return [...r1.events, ...r2.events]
}

const r2Initiates = (): readonly TraceEvent[] => {
  const byR2 = [ca1, ca2, ...builtIn]
  const byR1 = [ca2, ca1, ...builtIn]
  const r1 = session('R1', 'R', 1099)
  const r2 = session('R2', 'I', 1100)
  r2.ask(byR2)
  r2.send('MM3', 'MM_SA_SETUP', ['KE', 'NONCE', ...byR2.map(() => 'CERTREQ')])
  r1.keys()
  r1.asked(byR2, ca1, null)
  r1.ask(byR1)
  r1.send('MM4', 'MM_KEY_EXCH', ['KE', 'NONCE', ...byR1.map(() => 'CERTREQ')])
  r2.keys()
  r2.asked(byR1, ca2, null)
  r2.prove('IOSCA2', ca2)
  r2.send('MM5', 'MM_KEY_EXCH')
  r1.receive('MM5', 'MM_KEY_EXCH')
  r1.state(fromPeer, 'IKE_R_MM4', 'IKE_R_MM5')
  r1.meet(ca2, '900C5', ['IOSCA1'])
  r1.refuse('900C5', ca2)
  return [...r1.events, ...r2.events]
}

describe.skipIf(seedMayBeAbsent)('debug text against what the two routers of the seed printed', () => {
  it('has every line of R1 initiating, in order', () => {
    expect(seedScore('ikev1-r1-initiates.txt', r1Initiates())).toBe('59/59')
  })

  it('has every line of R2 initiating, in order', () => {
    expect(seedScore('ikev1-r2-initiates.txt', r2Initiates())).toBe('93/93')
  })
})
