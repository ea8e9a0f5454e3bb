import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { parseCrl } from '../pki/index.ts'
import type { Router, RouterDatagram, RouterEffect } from '../router/index.ts'
import { fetchOverHttp } from './http-fetch.ts'
import { NamedTimers } from './named-timers.ts'

/** The UDP ports of IKE and of NAT traversal (RFC 3947 §4), as the engine knows them. */
const IKE = 500
const NAT_T = 4500

/** What the world did to a driver that it could not do itself. None of these ends the driver. */
export interface DriverProblem {
  readonly kind: 'socket' | 'send' | 'raw-esp'
  readonly detail: string
}

/** What the driver does not act on itself: events, keys, the end of phase 1, echo replies. */
export type DriverReport = Exclude<
  RouterEffect,
  { readonly kind: 'send' | 'arm' | 'disarm' | 'fetch-crl' | 'fetch-certificate' }
>

/** What a driver asks of a device; a `Router` gives it. */
export type Driven = Pick<
  Router,
  'initiate' | 'ping' | 'receive' | 'expire' | 'crl' | 'certificate' | 'clear' | 'rekey'
>

export interface UdpDriverOptions {
  readonly router: Driven
  /** The dotted address of this machine that the router's configuration names. */
  readonly address: string
  /**
   * The real ports that stand for 500 and 4500 at both ends, for processes that may not bind those. The engine sees 500
   * and 4500 all the same: its NAT detection covers ports.
   */
  readonly ports?: { readonly ike: number; readonly natT: number }
  readonly onReport: (report: DriverReport) => void
  readonly onProblem: (problem: DriverProblem) => void
  /** Milliseconds and octets of fetching one CRL. */
  readonly crlLimits?: { readonly timeout: number; readonly maxLength: number }
}

const CRL_LIMITS = { timeout: 10_000, maxLength: 16 * 1024 * 1024 } as const

/** A certificate that a peer names by its URL is small (attacks A18). */
const CERTIFICATE_LIMITS = { timeout: 10_000, maxLength: 64 * 1024 } as const

export type StartResult = { readonly ok: true } | { readonly ok: false; readonly detail: string }

/**
 * Runs one router over real UDP sockets and the system clock: datagrams, expired timers and fetched CRLs go in, and the
 * effects that come back are carried out in order. ESP travels in UDP only; a raw ESP packet becomes a problem.
 */
export class UdpDriver {
  readonly #options: UdpDriverOptions
  readonly #timers: NamedTimers
  readonly #sockets = new Map<number, Socket>()
  readonly #sending = new Set<Promise<void>>()
  readonly #stopped = new AbortController()

  constructor(options: UdpDriverOptions) {
    this.#options = options
    this.#timers = new NamedTimers((timer) => this.#perform(options.router.expire(Date.now(), timer)))
  }

  /** Binds both ports. Where one cannot be bound, nothing stays open. */
  async start(): Promise<StartResult> {
    try {
      for (const port of [IKE, NAT_T]) await this.#bind(port)
      return { ok: true }
    } catch (error) {
      await this.stop()
      return { ok: false, detail: String(error) }
    }
  }

  /** Negotiates the flow of that name. */
  initiate(flow: string): void {
    this.#perform(this.#options.router.initiate(Date.now(), flow))
  }

  /** An echo request from inside, as if the router's network had sent it; negotiates what it needs. */
  ping(request: Parameters<Driven['ping']>[1]): void {
    this.#perform(this.#options.router.ping(Date.now(), request))
  }

  /** Deletes every security association and tells the peers. */
  clear(): void {
    this.#perform(this.#options.router.clear(Date.now()))
  }

  /** Renews every IKEv2 SA, or every child. */
  rekey(what: 'ike' | 'child'): void {
    this.#perform(this.#options.router.rekey(Date.now(), what))
  }

  /** Ends without a word to the peers: timers and fetches at once, sockets when what was sent is on its way. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#timers.disarmAll()
    await Promise.all(this.#sending)
    const sockets = [...this.#sockets.values()]
    this.#sockets.clear()
    await Promise.all(
      sockets.map(async (socket) => {
        const closed = once(socket, 'close')
        socket.close()
        await closed
      }),
    )
  }

  async #bind(port: number): Promise<void> {
    const socket = createSocket('udp4')
    const bound = once(socket, 'listening')
    socket.bind({ address: this.#options.address, port: this.#realPort(port), exclusive: true })
    await bound
    socket.on('error', (error) => this.#options.onProblem({ kind: 'socket', detail: error.message }))
    socket.on('message', (bytes, sender) => {
      const from = { address: sender.address, port: this.#enginePort(sender.port) }
      const to = { address: this.#options.address, port }
      // The core takes bytes for a Uint8Array, whose `slice` copies; a Buffer's does not.
      const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
      this.#perform(this.#options.router.receive(Date.now(), { protocol: 'udp', from, to, bytes: plain }))
    })
    this.#sockets.set(port, socket)
  }

  #perform(effects: readonly RouterEffect[]): void {
    if (this.#stopped.signal.aborted) return
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          this.#send(effect.datagram)
          break
        case 'arm':
          this.#timers.arm(effect.timer, effect.after)
          break
        case 'disarm':
          this.#timers.disarm(effect.timer)
          break
        case 'fetch-crl':
          void this.#fetchCrl(effect)
          break
        case 'fetch-certificate':
          void this.#fetchCertificate(effect)
          break
        default:
          this.#options.onReport(effect)
      }
    }
  }

  #send({ protocol, from, to, bytes }: RouterDatagram): void {
    const { onProblem } = this.#options
    const socket = this.#sockets.get(from.port)
    if (protocol === 'esp') {
      onProblem({ kind: 'raw-esp', detail: `an ESP packet outside UDP for ${to.address} was not sent` })
      return
    }
    if (socket === undefined) {
      onProblem({ kind: 'send', detail: `no socket for port ${from.port}` })
      return
    }
    const sent = new Promise<void>((resolve) => {
      socket.send(bytes, this.#realPort(to.port), to.address, (error) => {
        if (error) onProblem({ kind: 'send', detail: error.message })
        resolve()
      })
    })
    this.#sending.add(sent)
    void sent.then(() => this.#sending.delete(sent))
  }

  async #fetchCrl({ ike, sa, request: { url } }: Extract<RouterEffect, { kind: 'fetch-crl' }>): Promise<void> {
    const limits = this.#options.crlLimits ?? CRL_LIMITS
    const answer = await fetchOverHttp(url, { ...limits, signal: this.#stopped.signal })
    this.#perform(this.#options.router.crl(Date.now(), { ike, sa, url, crl: crlAnswer(answer) }))
  }

  async #fetchCertificate({ sa, url }: Extract<RouterEffect, { kind: 'fetch-certificate' }>): Promise<void> {
    const answer = await fetchOverHttp(url, { ...CERTIFICATE_LIMITS, signal: this.#stopped.signal })
    const der =
      'unreachable' in answer
        ? answer
        : answer.status === 200
          ? answer.body
          : { unreachable: `the server answered ${answer.status}` }
    this.#perform(this.#options.router.certificate(Date.now(), { sa, url, der }))
  }

  #realPort(port: number): number {
    const { ports } = this.#options
    if (ports === undefined) return port
    return port === IKE ? ports.ike : port === NAT_T ? ports.natT : port
  }

  #enginePort(port: number): number {
    const { ports } = this.#options
    if (ports === undefined) return port
    return port === ports.ike ? IKE : port === ports.natT ? NAT_T : port
  }
}

function crlAnswer(answer: Awaited<ReturnType<typeof fetchOverHttp>>): Parameters<Driven['crl']>[1]['crl'] {
  if ('unreachable' in answer) return answer
  if (answer.status !== 200) return { unreachable: `the server answered ${answer.status}` }
  const crl = parseCrl(answer.body)
  return crl.ok ? crl.value : { unreachable: crl.reject.detail }
}
