import { equalBytes, type IkeV2Header, ikeV2Flag, toHex } from '../../wire/index.ts'
import type { Endpoint } from '../effects.ts'
import type { Answered, Dead, Session } from './session.ts'

/** Dead sessions that are still shown, and still answer repeated requests. */
const deadKept = 16

/** A dead session, and the answers that a repeated request still gets. */
export interface Buried {
  readonly session: Dead
  readonly answered: readonly Answered[]
}

const ownSpi = (session: Session): Uint8Array => (session.role === 'I' ? session.spiI : session.spiR)
const peerSpi = (session: Session): Uint8Array => (session.role === 'I' ? session.spiR : session.spiI)

/** The role of whoever receives this message in the IKE SA (RFC 7296 §3.1: the flag names the sender's). */
export const receiverRole = ({ flags }: Pick<IkeV2Header, 'flags'>): 'I' | 'R' =>
  (flags & ikeV2Flag.INITIATOR) === 0 ? 'I' : 'R'

const initKey = (spiI: Uint8Array, peer: Endpoint): string => `${toHex(spiI)} ${peer.address} ${peer.port}`

/** The IKE SAs of one router, and how a datagram finds its own. */
export class SessionTable {
  readonly #sessions = new Map<number, Session>()
  readonly #byOwnSpi = new Map<string, number>()
  /** Responders by what an IKE_SA_INIT that is repeated still carries. */
  readonly #byInit = new Map<string, number>()
  #buried: readonly Buried[] = []
  #nextId = 1

  get(id: number): Session | undefined {
    return this.#sessions.get(id)
  }

  all(): readonly Session[] {
    return [...this.#sessions.values()]
  }

  /** Living ones in the order in which they began, then those that ended last. */
  shown(): readonly Session[] {
    return [...this.#sessions.values(), ...this.#buried.map(({ session }) => session)]
  }

  set(session: Session): void {
    this.#sessions.set(session.id, session)
    this.#byOwnSpi.set(toHex(ownSpi(session)), session.id)
    if (session.state === 'R_SA_INIT') this.#byInit.set(initKey(session.spiI, session.peer), session.id)
  }

  bury(session: Dead, answered: readonly Answered[]): void {
    this.#sessions.delete(session.id)
    this.#byOwnSpi.delete(toHex(ownSpi(session)))
    for (const [key, id] of this.#byInit) if (id === session.id) this.#byInit.delete(key)
    this.#buried = [{ session, answered }, ...this.#buried.slice(0, deadKept - 1)]
  }

  /** Numbers for a new session: its own, and the lowest SA ID that is free, as IOS counts. */
  allocate(): { readonly id: number; readonly connection: number } {
    const used = new Set(this.all().map(({ connection }) => connection))
    let connection = 1
    while (used.has(connection)) connection += 1
    return { id: this.#nextId++, connection }
  }

  find(header: IkeV2Header): Session | undefined {
    const role = receiverRole(header)
    const own = role === 'I' ? header.initiatorSpi : header.responderSpi
    const other = role === 'I' ? header.responderSpi : header.initiatorSpi
    const id = this.#byOwnSpi.get(toHex(own))
    const session = id === undefined ? undefined : this.#sessions.get(id)
    if (session?.role !== role) return undefined
    return session.state === 'I_SA_INIT' || equalBytes(peerSpi(session), other) ? session : undefined
  }

  findInit(spiI: Uint8Array, peer: Endpoint): Session | undefined {
    const id = this.#byInit.get(initKey(spiI, peer))
    return id === undefined ? undefined : this.#sessions.get(id)
  }

  /** Whether an SPI of an initiator is our own: a first message that carries it is a reflection. */
  isOwnInitiatorSpi(spiI: Uint8Array): boolean {
    const id = this.#byOwnSpi.get(toHex(spiI))
    return id !== undefined && this.#sessions.get(id)?.role === 'I'
  }

  findBuried(header: IkeV2Header): Buried | undefined {
    return this.#buried.find(
      ({ session }) => equalBytes(session.spiI, header.initiatorSpi) && equalBytes(session.spiR, header.responderSpi),
    )
  }
}
