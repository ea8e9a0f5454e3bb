import {
  type EspAuthentication,
  type EspEncryption,
  type Interface,
  type IpsecConfiguration,
  keyLengths,
  newAssociation,
  type ProtectedFlow,
  type ProxyIdentity,
  type SecurityAssociation,
} from '../../src/ipsec/index.ts'
import { lineAt } from './selection-stubs.ts'

/** Hand-made flows, configurations and security associations for the tests of `ipsec/` and `router/`. */

export const anything: ProxyIdentity = { address: '0.0.0.0', mask: '0.0.0.0', protocol: 0, port: 0 }

export const host = (address: string, protocol = 0, port = 0): ProxyIdentity => ({
  address,
  mask: '255.255.255.255',
  protocol,
  port,
})

export const network = (address: string, mask: string, protocol = 0, port = 0): ProxyIdentity => ({
  address,
  mask,
  protocol,
  port,
})

export const encryptionNames: readonly EspEncryption[] = [
  'esp-des',
  'esp-3des',
  'esp-aes 128',
  'esp-aes 192',
  'esp-aes 256',
  'esp-null',
]

/** They stand without an authenticator. */
export const combinedNames: readonly EspEncryption[] = [
  'esp-gcm 128',
  'esp-gcm 192',
  'esp-gcm 256',
  'esp-gmac 128',
  'esp-gmac 192',
  'esp-gmac 256',
]

export const authenticationNames: readonly EspAuthentication[] = [
  'esp-md5-hmac',
  'esp-sha-hmac',
  'esp-sha256-hmac',
  'esp-sha384-hmac',
  'esp-sha512-hmac',
]

/** Octets that are all different from their neighbours, so that a shifted copy shows. */
export const counting = (length: number, start = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => start + index)

/** The ends of the SAs below. */
export const here = '192.0.2.1'
export const there = '192.0.2.2'

const defaultAuthentication = (encryption: EspEncryption | undefined): EspAuthentication | null =>
  encryption !== undefined && combinedNames.includes(encryption) ? null : 'esp-sha256-hmac'

/** An outbound SA between `here` and `there` for all traffic; its keys count up from 1. */
export const outboundSa = (
  more: Partial<Omit<SecurityAssociation, 'encryptionKey' | 'authenticationKey'>> = {},
): SecurityAssociation => {
  const algorithms = {
    encryption: more.encryption ?? 'esp-aes 128',
    authentication: more.authentication === undefined ? defaultAuthentication(more.encryption) : more.authentication,
  } as const
  return {
    ...newAssociation({
      direction: 'out',
      spi: Uint8Array.of(0x11, 0x22, 0x33, 0x44),
      flow: 'Tunnel1-head-0',
      mode: 'tunnel',
      local: here,
      remote: there,
      localProxy: anything,
      remoteProxy: anything,
      ...algorithms,
      keymat: counting(keyLengths(algorithms).total),
      lifetime: { seconds: 3600, kilobytes: 4_608_000 },
      created: 0,
      connection: 1,
      udpEncapsulation: false,
      pfsGroup: null,
    }),
    ...more,
  }
}

/** The peer's inbound SA for what an outbound SA sends. */
export const inboundSaOf = (out: SecurityAssociation): SecurityAssociation => ({
  ...out,
  direction: 'in',
  local: out.remote,
  remote: out.local,
  localProxy: out.remoteProxy,
  remoteProxy: out.localProxy,
  sequence: 0,
  octets: 0,
  packets: 0,
})

export const transformSet = (
  name: string,
  encryption: EspEncryption | undefined,
  authentication: EspAuthentication | undefined,
  mode: 'tunnel' | 'transport' = 'tunnel',
): IpsecConfiguration['transformSets'][number] => ({
  name,
  ...(encryption === undefined ? {} : { encryption }),
  ...(authentication === undefined ? {} : { authentication }),
  mode,
  at: lineAt(10, `crypto ipsec transform-set ${name}`),
})

/** A flow of a tunnel with `tunnel mode ipsec ipv4` between `here` and `there`. */
export const flowOf = (more: Partial<ProtectedFlow> = {}): ProtectedFlow => ({
  name: 'Tunnel1-head-0',
  map: 'Tunnel1-head-0',
  kind: 'ipsec-tunnel',
  interface: 'Tunnel1',
  localAddress: here,
  peer: there,
  peers: [more.peer ?? there],
  localProxy: anything,
  remoteProxy: anything,
  exceptions: [],
  transformSets: [transformSet('TS', 'esp-aes 128', 'esp-sha256-hmac')],
  lifetime: { seconds: 3600, kilobytes: 4_608_000 },
  at: lineAt(20, 'tunnel protection ipsec profile P'),
  settingsAt: lineAt(11, 'crypto ipsec profile P'),
  ...more,
})

export const interfaceOf = (
  name: string,
  address: string | null,
  mask = '255.255.255.0',
  more: Partial<Interface> = {},
): Interface => ({
  name,
  addresses: address === null ? [] : [{ address, mask }],
  shutdown: false,
  at: lineAt(30, `interface ${name}`),
  ...more,
})

export const ipsecConfiguration = (more: Partial<IpsecConfiguration> = {}): IpsecConfiguration => ({
  transformSets: [transformSet('TS', 'esp-aes 128', 'esp-sha256-hmac')],
  profiles: [],
  cryptoMaps: [],
  accessLists: [],
  interfaces: [interfaceOf('Ethernet0/0', here)],
  routes: [],
  lifetime: { seconds: 3600, kilobytes: 4_608_000 },
  ...more,
})
