import type { Crl, CrlRequest } from '../pki/index.ts'
import type { EventBody, EventName, MessageName, TraceEvents } from '../trace/index.ts'
import { event } from '../trace/index.ts'

/** A UDP endpoint: dotted address and port. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** What a child security association needs to be installed; `keymat` is secret and stays out of the trace. */
export interface ChildInstall {
  readonly direction: 'in' | 'out'
  /** The phase 1 SA that negotiated it. */
  readonly sa: number
  readonly connection: number
  readonly child: AgreedChild
  readonly spi: Uint8Array
  /** The SPI of the other direction. */
  readonly otherSpi: Uint8Array
  readonly keymat: Uint8Array
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly role: 'I' | 'R'
  readonly udpEncapsulation: boolean
}

/** A proxy identity: address, mask, protocol and port; 0 is any. */
export interface ProxyIdentity {
  readonly address: string
  readonly mask: string
  readonly protocol: number
  readonly port: number
}

/** What quick mode agreed on. The names of the algorithms are those of `crypto ipsec transform-set`. */
export interface AgreedChild {
  /** Name of the flow (crypto map entry or tunnel) that the SA serves. */
  readonly flow: string
  readonly localProxy: ProxyIdentity
  readonly remoteProxy: ProxyIdentity
  readonly encryption: string
  readonly authentication: string | null
  /** As IOS prints it: `esp-aes esp-sha256-hmac`. */
  readonly transform: string
  readonly mode: 'tunnel' | 'transport'
  /** Octets of KEYMAT for one direction. */
  readonly keyLength: number
  readonly seconds: number
  readonly kilobytes: number
  readonly pfsGroup: number | null
}

/** SK_e and SK_a of one IKEv2 SA, for Wireshark's table. Algorithms by the configuration's names. */
export interface IkeV2ExportedKeys {
  readonly initiatorSpi: Uint8Array
  readonly responderSpi: Uint8Array
  readonly encryption: string
  readonly integrity: string | null
  readonly encryptionKeyI: Uint8Array
  readonly encryptionKeyR: Uint8Array
  readonly integrityKeyI: Uint8Array
  readonly integrityKeyR: Uint8Array
}

/** What the core asks the world to do. The core itself does nothing. */
export type Effect =
  | { readonly kind: 'trace'; readonly connection: number; readonly event: EventBody }
  /** `bytes` is the UDP payload; on port 4500 the non-ESP marker is already in front. */
  | {
      readonly kind: 'send'
      readonly from: Endpoint
      readonly to: Endpoint
      readonly bytes: Uint8Array
      readonly message: MessageName
    }
  /** Arms or re-arms the timer of that name; `after` is milliseconds. */
  | { readonly kind: 'arm'; readonly timer: string; readonly after: number }
  | { readonly kind: 'disarm'; readonly timer: string }
  | { readonly kind: 'fetch-crl'; readonly sa: number; readonly request: CrlRequest }
  | { readonly kind: 'install'; readonly install: ChildInstall }
  | {
      readonly kind: 'remove'
      readonly direction: 'in' | 'out'
      readonly spi: Uint8Array
      readonly reason: string
      readonly peer: Endpoint
    }
  /** Asked for by hash and URL (RFC 7296 §3.6); only where the settings allow it. */
  | { readonly kind: 'fetch-certificate'; readonly sa: number; readonly url: string }
  /** Key export for Wireshark; handed out only where the settings ask for it. */
  | { readonly kind: 'phase1-keys'; readonly cookieI: Uint8Array; readonly encryptionKey: Uint8Array }
  | { readonly kind: 'ikev2-keys'; readonly keys: IkeV2ExportedKeys }
  /** Phase 1 has ended for good or for ill: what waits for it may go on. */
  | { readonly kind: 'phase1'; readonly sa: number; readonly outcome: 'up' | 'down' }

/** The answer to a `fetch-crl`. */
export type CrlAnswer = Crl | { readonly unreachable: string }

/** Collects the effects of one step, in order. */
export class Outbox {
  readonly effects: Effect[] = []
  connection: number

  constructor(connection = 0) {
    this.connection = connection
  }

  trace<N extends EventName>(name: N, data: TraceEvents[N]): void {
    this.effects.push({ kind: 'trace', connection: this.connection, event: event(name, data) })
  }

  push(effect: Effect): void {
    this.effects.push(effect)
  }
}
