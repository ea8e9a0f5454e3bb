import type { IkeV2ExportedKeys } from '../ike/index.ts'
import type { CrlRequest } from '../pki/index.ts'
import type { MessageName, TraceEvent } from '../trace/index.ts'

/** What travels between routers: the payload of UDP, or an ESP packet from its SPI on; ESP has no ports. */
export interface RouterDatagram {
  readonly protocol: 'udp' | 'esp'
  readonly from: { readonly address: string; readonly port: number }
  readonly to: { readonly address: string; readonly port: number }
  readonly bytes: Uint8Array
}

/** One direction of ESP, for Wireshark's table. */
export interface EspKeys {
  readonly source: string
  readonly destination: string
  readonly spi: Uint8Array
  readonly encryption: string
  readonly encryptionKey: Uint8Array
  readonly authentication: string | null
  readonly authenticationKey: Uint8Array
}

/** SAs of both versions are counted on their own. */
export type IkeVersion = 1 | 2

/** What a router asks of the world. Times are milliseconds. */
export type RouterEffect =
  | { readonly kind: 'send'; readonly datagram: RouterDatagram; readonly message: MessageName | 'ESP' }
  | { readonly kind: 'arm'; readonly timer: string; readonly after: number }
  | { readonly kind: 'disarm'; readonly timer: string }
  /** `ike`: the version whose SA asks; the answer carries it back. */
  | { readonly kind: 'fetch-crl'; readonly ike: IkeVersion; readonly sa: number; readonly request: CrlRequest }
  /** A certificate that a peer named by hash and URL (RFC 7296 §3.6). */
  | { readonly kind: 'fetch-certificate'; readonly sa: number; readonly url: string }
  | { readonly kind: 'event'; readonly event: TraceEvent }
  /** Only where the settings ask for key export. */
  | { readonly kind: 'phase1-keys'; readonly cookieI: Uint8Array; readonly key: Uint8Array }
  | { readonly kind: 'ikev2-keys'; readonly keys: IkeV2ExportedKeys }
  | { readonly kind: 'esp-keys'; readonly keys: EspKeys }
  | { readonly kind: 'phase1'; readonly sa: number; readonly outcome: 'up' | 'down' }
  /** An echo reply came back through the tunnel. */
  | {
      readonly kind: 'echo-reply'
      readonly from: string
      readonly to: string
      readonly identifier: number
      readonly sequence: number
    }
