import type { Certificate } from '../../pki/index.ts'
import { defaultIkeV2Lifetime, type IkeV2Profile, type ReceivedIkeV2Identity } from '../../selection/index.ts'
import { toHex } from '../../wire/index.ts'
import type { Outbox } from '../effects.ts'
import type { IkeV2Context } from './context.ts'
import type { Answered, Established, Keyed } from './session.ts'

/** An IKE SA that is proved from both ends. */
export const establish = (
  ctx: IkeV2Context,
  out: Outbox,
  made: {
    readonly keyed: Keyed
    readonly profile: IkeV2Profile | null
    readonly peerIdentity: ReceivedIkeV2Identity
    readonly peerCertificate: Certificate | null
    readonly peerMethod: string
    readonly ownIdentity: string
    readonly ownTrustpoint: string | null
    readonly ownMethod: string
    readonly nextMessageId: number
    readonly expectedMessageId: number
    readonly answered: readonly Answered[]
    readonly rekeyed: boolean
  },
): Established => {
  const { keyed, profile } = made
  const lifetime = profile?.lifetime ?? defaultIkeV2Lifetime
  // A renewed SA is told of under its own number, in the midst of the old one's exchange.
  const { connection } = out
  out.connection = keyed.connection
  out.trace('ike:v2_sa_established', {
    local: keyed.local.address,
    peer: keyed.peer.address,
    role: keyed.role,
    profile: profile?.name ?? null,
    initiatorSpi: toHex(keyed.spiI),
    responderSpi: toHex(keyed.spiR),
    rekeyed: made.rekeyed,
    lifetimeSeconds: lifetime,
  })
  out.connection = connection
  return {
    id: keyed.id,
    connection: keyed.connection,
    role: keyed.role,
    local: keyed.local,
    peer: keyed.peer,
    spiI: keyed.spiI,
    spiR: keyed.spiR,
    createdAt: keyed.createdAt,
    refused: null,
    suite: keyed.suite,
    nonceI: keyed.nonceI,
    nonceR: keyed.nonceR,
    initRequest: keyed.initRequest,
    initResponse: keyed.initResponse,
    nat: keyed.nat,
    abilities: keyed.abilities,
    keys: keyed.keys,
    state: 'ESTABLISHED',
    profile: profile?.name ?? null,
    peerIdentity: made.peerIdentity,
    peerCertificate: made.peerCertificate,
    peerMethod: made.peerMethod,
    ownIdentity: made.ownIdentity,
    ownTrustpoint: made.ownTrustpoint,
    ownMethod: made.ownMethod,
    establishedAt: ctx.now,
    lifetime,
    nextMessageId: made.nextMessageId,
    expectedMessageId: made.expectedMessageId,
    answered: made.answered,
    outstanding: null,
    queue: [],
    children: [],
    lastHeard: ctx.now,
    successor: null,
  }
}
