import { ikeV2NotifyType } from '../../wire/index.ts'
import type { Cookies } from './cookie.ts'
import { traceIgnored } from './decisions.ts'
import { type Arrived, traceReceived } from './incoming.ts'
import { brokenRule, find, notifyOf } from './message-rules.ts'
import { statusNotify } from './notifies.ts'
import { criticalUnknown } from './opening.ts'
import { resend } from './packets.ts'
import { answerStateless, receiveSaInitRequest } from './sa-init-responder.ts'
import type { Session } from './session.ts'
import { receiverRole } from './session-table.ts'
import type { Turn } from './turn.ts'

/** IKE_SA_INIT as responder: nothing is kept of a first message before it has passed everything here. */
export const receiveFirst = (turn: Turn, cookies: Cookies, arrived: Arrived): void => {
  const { life, now, out } = turn
  const { peer, local, header, name, message, payloads, digest } = arrived
  const ignore = (reason: string, detail: string): void => traceIgnored(out, name, peer.address, reason, detail)
  if (receiverRole(header) !== 'R' || header.messageId !== 0 || header.responderSpi.some((octet) => octet !== 0)) {
    ignore('bad-flags', 'a first message has the initiator flag, message id 0 and no responder SPI')
    return
  }
  if (header.initiatorSpi.every((octet) => octet === 0)) {
    ignore('no-spi', 'the initiator SPI is zero')
    return
  }
  if (life.sessions.isOwnInitiatorSpi(header.initiatorSpi)) {
    ignore('reflected', 'the initiator SPI is our own')
    return
  }
  const known = life.sessions.findInit(header.initiatorSpi, peer)
  if (known) {
    repeated(turn, arrived, known)
    return
  }
  const critical = criticalUnknown(payloads)
  if (critical) {
    answerStateless(
      out,
      { local, peer, spiI: header.initiatorSpi },
      statusNotify('UNSUPPORTED_CRITICAL_PAYLOAD', Uint8Array.of(critical.payloadType)),
    )
    ignore('unsupported-critical-payload', `payload type ${critical.payloadType}`)
    return
  }
  const broken = brokenRule(name, payloads)
  if (broken !== null) {
    ignore('payload-not-allowed', broken)
    return
  }
  if (!isCookieGood(turn, cookies, arrived)) return
  makeRoom(turn)
  const ids = life.sessions.allocate()
  out.connection = ids.connection
  traceReceived(out, arrived)
  const session = receiveSaInitRequest(
    life.context(now),
    out,
    ids,
    { local, peer, spiI: header.initiatorSpi.slice(), message },
    payloads,
  )
  if (session) life.commit(now, out, null, { ...session, requestDigest: digest })
}

const repeated = ({ out }: Turn, { name, digest, peer, header }: Arrived, known: Session): void => {
  out.connection = known.connection
  const same = known.state === 'R_SA_INIT' && known.requestDigest === digest
  out.trace('ike:v2_duplicate', { message: name, messageId: header.messageId, answered: same })
  if (same) resend(out, known, known.flight, 1)
  else traceIgnored(out, name, peer.address, 'other-content', 'the SPI belongs to an SA that began otherwise')
}

const halfOpen = ({ life }: Turn): readonly Session[] =>
  life.sessions.all().filter(({ state }) => state === 'R_SA_INIT')

/** From a number of half-open SAs on, a peer must show that it receives at its address (RFC 7296 §2.6; attacks D1). */
const isCookieGood = (turn: Turn, cookies: Cookies, { local, peer, header, payloads }: Arrived): boolean => {
  const { life, now, out } = turn
  const { cookieChallenge } = life.options.selection.ikev2
  const nonce = find(payloads, 'NONCE')
  if (cookieChallenge === undefined || !nonce) return true
  if (halfOpen(turn).length < cookieChallenge) return true
  const claim = { nonce: nonce.data, address: peer.address, spi: header.initiatorSpi }
  const cookie = notifyOf(payloads, ikeV2NotifyType.COOKIE)
  if (cookie && cookies.isGood(now, claim, cookie.data)) {
    out.trace('ike:v2_cookie', { what: 'good' })
    return true
  }
  out.trace('ike:v2_cookie', { what: cookie ? 'wrong' : 'asked for' })
  answerStateless(out, { local, peer, spiI: header.initiatorSpi }, statusNotify('COOKIE', cookies.make(now, claim)))
  return false
}

/** A flood of first messages costs a bounded number of sessions: the oldest half-open one goes (attacks D2). */
const makeRoom = (turn: Turn): void => {
  const { life, now, out } = turn
  const { settings, selection } = life.options
  const open = halfOpen(turn)
  const [oldest] = open
  if (oldest && open.length >= Math.min(settings.maxHalfOpen, selection.ikev2.maxInNegotiation))
    life.kill(now, out, oldest, 'too many half-open SAs')
}
