import type { EspAlgorithms } from './algorithms.ts'
import { keyLengths } from './algorithms.ts'
import type { IpsecLifetime, ProxyIdentity } from './configuration.ts'
import { freshReplayWindow, type ReplayWindow } from './replay-window.ts'

/** One direction of ESP, as data (RFC 4301 §4.4.2). Times are milliseconds since 1970 UTC. */
export interface SecurityAssociation extends EspAlgorithms {
  readonly direction: 'in' | 'out'
  readonly spi: Uint8Array
  readonly flow: string
  readonly mode: 'tunnel' | 'transport'
  /** The ends of the outer packet, dotted. */
  readonly local: string
  readonly remote: string
  readonly localProxy: ProxyIdentity
  readonly remoteProxy: ProxyIdentity
  /** With AES-GCM and AES-GMAC the salt behind it. */
  readonly encryptionKey: Uint8Array
  readonly authenticationKey: Uint8Array
  readonly lifetime: IpsecLifetime
  readonly created: number
  readonly connection: number
  /** The last sequence number that was sent. */
  readonly sequence: number
  readonly replay: ReplayWindow
  readonly octets: number
  readonly packets: number
  readonly udpEncapsulation: boolean
  readonly pfsGroup: number | null
}

/** A new SA from its KEYMAT: the encryption key comes first (RFC 2409 §5.5, RFC 4301 §4.5.2). */
export const newAssociation = (
  settings: Omit<
    SecurityAssociation,
    'encryptionKey' | 'authenticationKey' | 'sequence' | 'replay' | 'octets' | 'packets'
  > & { readonly keymat: Uint8Array },
): SecurityAssociation => {
  const { keymat } = settings
  const lengths = keyLengths(settings)
  if (keymat.length !== lengths.total)
    throw new Error(`KEYMAT of ${keymat.length} octets where ${lengths.total} are needed`)
  return {
    encryption: settings.encryption,
    authentication: settings.authentication,
    direction: settings.direction,
    spi: settings.spi,
    flow: settings.flow,
    mode: settings.mode,
    local: settings.local,
    remote: settings.remote,
    localProxy: settings.localProxy,
    remoteProxy: settings.remoteProxy,
    lifetime: settings.lifetime,
    created: settings.created,
    connection: settings.connection,
    udpEncapsulation: settings.udpEncapsulation,
    pfsGroup: settings.pfsGroup,
    encryptionKey: keymat.slice(0, lengths.encryption),
    authenticationKey: keymat.slice(lengths.encryption),
    sequence: 0,
    replay: freshReplayWindow,
    octets: 0,
    packets: 0,
  }
}

const octetsOfKilobyte = 1024
/** Share of the volume after which the SA is renewed. IOS renews when little is left; how little is a model choice. */
const softVolume = 0.9

export const volumeState = ({ octets, lifetime }: SecurityAssociation): 'fresh' | 'rekey' | 'expired' => {
  const limit = lifetime.kilobytes * octetsOfKilobyte
  return octets >= limit ? 'expired' : octets >= limit * softVolume ? 'rekey' : 'fresh'
}
