/** A proxy identity of quick mode. */
export interface ProxyText {
  readonly address: string
  readonly mask: string
  readonly protocol: number
  readonly port: number
}

/** What happens to SAs of IPsec and to the packets that they carry; of both versions of IKE. */
export interface IpsecTraceEvents {
  /** Traffic asks for IPsec SAs. */
  'ipsec:sa_requested': {
    readonly local: string
    readonly remote: string
    readonly localProxy: ProxyText
    readonly remoteProxy: ProxyText
    readonly transform: string
    readonly mode: 'tunnel' | 'transport'
    readonly seconds: number
    readonly kilobytes: number
    readonly keySize: number
    readonly map: string
  }
  /** A proposal of the peer is one that this router may take. */
  'ipsec:proposal_validated': {
    readonly local: string
    readonly remote: string
    readonly localProxy: ProxyText
    readonly remoteProxy: ProxyText
    readonly transform: string
    readonly mode: 'tunnel' | 'transport'
    readonly keySize: number
  }
  /** The map check of ios-semantics §5. */
  'ipsec:map_checked': {
    readonly boundProfile: string | null
    readonly candidates: readonly {
      readonly map: string
      readonly profile: string | null
      readonly accepted: boolean
      readonly reason: 'matches' | 'profile-did-not-match' | 'peer-differs' | 'proxies-differ' | 'other-map-taken'
    }[]
    readonly map: string | null
    readonly localProxy: ProxyText
    readonly remoteProxy: ProxyText
  }
  /** An IPsec SA stands, in one way. */
  'ipsec:sa_installed': {
    readonly destination: string
    readonly spi: string
    readonly transform: string
    readonly connection: number
    readonly direction: 'in' | 'out'
    readonly local: string
    readonly remote: string
    readonly localProxy: ProxyText
    readonly remoteProxy: ProxyText
    readonly seconds: number
    readonly kilobytes: number
    readonly interface: string
    readonly map: string
  }
  /** An IPsec SA is gone, in one way. */
  'ipsec:sa_deleted': {
    readonly destination: string
    readonly spi: string
    readonly reason: string
    readonly transform: string
    readonly connection: number
  }
  /** A packet came with an SPI that no SA of this router has. */
  'ipsec:invalid_spi': {
    readonly destination: string
    readonly source: string
    readonly spi: string
    readonly interface: string
  }
  /** An ESP packet left. `inner` says what it carries. */
  'ipsec:packet_sent': {
    readonly spi: string
    readonly sequence: number
    readonly inner: string
    readonly length: number
    readonly peer: string
  }
  /** An ESP packet arrived and was opened. */
  'ipsec:packet_received': {
    readonly spi: string
    readonly sequence: number
    readonly inner: string
    readonly length: number
    readonly peer: string
  }
  /** An ESP packet arrived and was not let through. */
  'ipsec:packet_dropped': { readonly spi: string; readonly reason: string; readonly peer: string }
}
