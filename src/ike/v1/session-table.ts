import type { IsakmpHeader } from '../../wire/index.ts'
import { equalBytes, exchangeType, toHex } from '../../wire/index.ts'
import { type Dead, type Established, noCookie, type Session } from './session.ts'

type Living = Exclude<Session, Dead>

/** Sessions that have ended and still stand in `show crypto isakmp sa`. */
const deadKept = 16

const cookiesKey = (initiator: Uint8Array, responder: Uint8Array): string => toHex(initiator) + toHex(responder)

export const isEstablished = (session: Session): session is Established => session.state === 'ESTABLISHED'

/** The sessions of one router: the living by number and by their cookies, in the order in which they began, and the last dead. */
export class SessionTable {
  readonly #living = new Map<number, Living>()
  readonly #byCookies = new Map<string, number>()
  #dead: readonly Dead[] = []

  get(id: number): Living | undefined {
    return this.#living.get(id)
  }

  living(): readonly Living[] {
    return [...this.#living.values()]
  }

  dead(): readonly Dead[] {
    return this.#dead
  }

  /** Takes a session's next state. */
  put(session: Living): void {
    this.#living.set(session.id, session)
    this.#byCookies.set(cookiesKey(session.cookieI, session.cookieR), session.id)
  }

  /** Takes a session out; returns what it was last. */
  bury(dead: Dead): Living | undefined {
    const last = this.#living.get(dead.id)
    if (last) {
      this.#byCookies.delete(cookiesKey(last.cookieI, last.cookieR))
      this.#byCookies.delete(cookiesKey(last.cookieI, noCookie))
      this.#living.delete(dead.id)
    }
    this.#dead = [dead, ...this.#dead.slice(0, deadKept - 1)]
    return last
  }

  /** The session to which a message belongs. */
  find({ initiatorCookie, responderCookie, exchangeType: type }: IsakmpHeader): Living | undefined {
    const id =
      this.#byCookies.get(cookiesKey(initiatorCookie, responderCookie)) ??
      (type === exchangeType.MAIN_MODE || type === exchangeType.INFORMATIONAL
        ? this.#byCookies.get(cookiesKey(initiatorCookie, noCookie))
        : undefined)
    const session = id === undefined ? undefined : this.#living.get(id)
    // Before MM2 an initiator knows no responder cookie: that session alone is found by one cookie.
    return session && (session.state === 'I_MM1' || equalBytes(session.cookieR, responderCookie)) ? session : undefined
  }

  /** The newest phase 1 SA with an address that nothing has taken over; `profile` null takes any. */
  established(address: string, profile: string | null): Established | undefined {
    return this.living().findLast(
      (session): session is Established =>
        isEstablished(session) &&
        !session.superseded &&
        session.peer.address === address &&
        (profile === null || session.profile === profile),
    )
  }

  establishedWith(address: string): readonly Established[] {
    return this.living()
      .filter(isEstablished)
      .filter(({ peer }) => peer.address === address)
  }

  /** What strangers have begun and not completed, oldest first. */
  halfOpen(): readonly Living[] {
    return this.living().filter((session) => session.role === 'R' && !isEstablished(session))
  }
}
