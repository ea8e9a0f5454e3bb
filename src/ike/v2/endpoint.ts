import { toHex } from '../../wire/index.ts'
import { type CrlAnswer, type Effect, type Endpoint, Outbox } from '../effects.ts'
import { Cookies } from './cookie.ts'
import { traceIgnored } from './decisions.ts'
import { expireTimer } from './expiry.ts'
import { waitingFor } from './fetched.ts'
import { receiveFirst } from './first-message.ts'
import { type Arrived, readDatagram } from './incoming.ts'
import { receiveRequest } from './incoming-request.ts'
import { receiveResponse } from './incoming-response.ts'
import { type IkeV2Options, Lifecycle, type Request } from './lifecycle.ts'
import { resend } from './packets.ts'
import { resume } from './resume.ts'
import type { Session } from './session.ts'
import type { Turn } from './turn.ts'

/**
 * All IKEv2 SAs of one router: finds the SA to which a datagram belongs, runs its step, and turns what has changed into
 * timers. Holds no clock, socket or random source; every call returns its effects in order. Times are milliseconds.
 */
export class IkeV2Endpoint {
  readonly #life: Lifecycle
  readonly #cookies: Cookies

  constructor(options: IkeV2Options) {
    this.#life = new Lifecycle(options)
    this.#cookies = new Cookies(options.random)
  }

  /** Living sessions in the order in which they began, then those that ended last. */
  sessions(): readonly Session[] {
    return this.#life.sessions.shown()
  }

  /** Traffic needs a child SA for a flow: over an IKE SA that there is, or IKE_SA_INIT first. `profile` is of the flow. */
  initiate(now: number, request: Request): readonly Effect[] {
    return this.#turn(now, ({ out }) => this.#life.want(now, out, request))
  }

  /** A datagram for UDP port 500, or one of port 4500 without its non-ESP marker. Never throws on what a peer sends. */
  receive(
    now: number,
    datagram: { readonly local: Endpoint; readonly peer: Endpoint; readonly bytes: Uint8Array },
  ): readonly Effect[] {
    return this.#turn(now, (turn) => {
      const arrived = readDatagram(turn.out, datagram, this.#life.options.settings)
      if (arrived?.name === 'IKE_SA_INIT request') receiveFirst(turn, this.#cookies, arrived)
      else if (arrived) receiveLater(turn, arrived)
    })
  }

  /** An answer to a `fetch-crl` effect. The answer is kept for later validations. */
  crl(now: number, answer: { readonly sa: number; readonly url: string; readonly crl: CrlAnswer }): readonly Effect[] {
    return this.#turn(now, (turn) => {
      const { url, crl } = answer
      if ('der' in crl) this.#life.crls.set(url, crl)
      const waiting = waitingFor(this.#life, answer.sa)
      if (!waiting) return
      const { session, pending } = waiting
      const { handle } = pending
      turn.out.connection = session.connection
      if ('der' in crl)
        turn.out.trace('pki:crl_received', { handle, url, issuer: crl.issuer.ios, entries: crl.revoked.size })
      else turn.out.trace('pki:crl_failed', { handle, url, trustpoint: '', detail: crl.unreachable })
      resume(turn, session, { ...pending, crls: new Map(pending.crls).set(url, crl) })
    })
  }

  /** An answer to a `fetch-certificate` effect: the octets that the URL gave. */
  certificate(
    now: number,
    answer: {
      readonly sa: number
      readonly url: string
      readonly der: Uint8Array | { readonly unreachable: string }
    },
  ): readonly Effect[] {
    return this.#turn(now, (turn) => {
      const waiting = waitingFor(this.#life, answer.sa)
      if (!waiting) return
      const { session, pending } = waiting
      turn.out.connection = session.connection
      resume(turn, session, { ...pending, fetched: new Map(pending.fetched).set(answer.url, answer.der) })
    })
  }

  /** A timer that was armed has run out. */
  expire(now: number, timer: string): readonly Effect[] {
    return this.#turn(now, (turn) => expireTimer(turn, timer))
  }

  /** A child has carried its volume (`kilobytes`): it is renewed like one that has grown old. `spi` is the inbound SPI. */
  volumeReached(now: number, spi: Uint8Array): readonly Effect[] {
    return this.expire(now, `child:volume:${toHex(spi)}`)
  }

  /** Protected traffic passed: dead peer detection need not ask. */
  traffic(now: number, peer: string, direction: 'in' | 'out'): void {
    const { sessions, spoke } = this.#life
    for (const session of sessions.all()) {
      if (session.state !== 'ESTABLISHED' || session.peer.address !== peer) continue
      if (direction === 'out') spoke.add(session.id)
      else sessions.set({ ...session, lastHeard: now })
    }
  }

  /** Renews the IKE SA, or the child with that inbound SPI, at once. */
  rekey(now: number, id: number, inbound: Uint8Array | null): readonly Effect[] {
    return this.#turn(now, ({ out }) => {
      const session = this.#life.sessions.get(id)
      if (session?.state !== 'ESTABLISHED') return
      this.#life.enqueue(
        now,
        out,
        session,
        inbound === null
          ? { kind: 'rekey-ike', reason: 'command' }
          : { kind: 'rekey-child', inbound: toHex(inbound), reason: 'command' },
      )
    })
  }

  /** `clear crypto session`: tells the peer, and removes everything of one session. */
  clear(now: number, id: number): readonly Effect[] {
    return this.#turn(now, ({ out }) => {
      const session = this.#life.sessions.get(id)
      if (!session) return
      out.connection = session.connection
      if (session.state === 'ESTABLISHED')
        this.#life.enqueue(now, out, session, { kind: 'delete-ike', reason: 'cleared' })
      else this.#life.kill(now, out, session, 'cleared')
    })
  }

  #turn(now: number, step: (turn: Turn) => void): readonly Effect[] {
    const out = new Outbox()
    step({ life: this.#life, now, out })
    return out.effects
  }
}

/** Everything but a first message: the session that it belongs to takes its step. */
const receiveLater = (turn: Turn, arrived: Arrived): void => {
  const { life, now, out } = turn
  const { header, peer, local, name } = arrived
  const session = life.sessions.find(header)
  if (!session) {
    receiveForNobody(turn, arrived)
    return
  }
  out.connection = session.connection
  const moved =
    session.peer.address !== peer.address || session.peer.port !== peer.port || session.local.port !== local.port
  const mayMove = 'nat' in session && (session.nat.selfBehind || session.nat.peerBehind)
  if (moved && !mayMove) {
    traceIgnored(out, name, peer.address, 'other-address', 'the message comes from an address that is not the peer’s')
    return
  }
  // A new address counts only once the message has proved itself: until then it is tried on a copy (attacks E5).
  const tried: Session = moved ? { ...session, local, peer } : session
  const next = arrived.isResponse ? receiveResponse(turn, tried, arrived) : receiveRequest(turn, tried, arrived)
  if (next !== null && next !== tried) life.commit(now, out, session, next)
}

/** A repeated request for an SA that is gone still gets its last answer. */
const receiveForNobody = ({ life, out }: Turn, { header, digest, name, peer }: Arrived): void => {
  const buried = life.sessions.findBuried(header)
  const answered = buried?.answered.find((each) => each.messageId === header.messageId && each.digest === digest)
  if (buried && answered?.reply) {
    out.connection = buried.session.connection
    out.trace('ike:v2_duplicate', { message: name, messageId: answered.messageId, answered: true })
    resend(out, buried.session, answered.reply, 1)
    return
  }
  traceIgnored(out, name, peer.address, 'no-sa', 'the message belongs to no IKE SA')
}
