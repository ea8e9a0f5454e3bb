import type { EspAuthentication, EspEncryption } from '../ipsec/index.ts'
import type { IkeV2Encryption, IkeV2Integrity } from '../selection/index.ts'

/** The tables with which Wireshark decrypts IKEv1, IKEv2 and ESP. They are secrets: write them only where keys are asked for. */

/** The phase 1 encryption key `Ka` (RFC 2409, Appendix B) of the SA whose initiator chose `cookieI`. */
export interface IkeV1Key {
  readonly cookieI: Uint8Array
  readonly key: Uint8Array
}

/** One direction of ESP. Addresses are dotted; `spi` has four octets. Null authentication is an ESP without ICV. */
export interface EspKey {
  readonly source: string
  readonly destination: string
  readonly spi: Uint8Array
  readonly encryption: EspEncryption
  readonly encryptionKey: Uint8Array
  readonly authentication: EspAuthentication | null
  readonly authenticationKey: Uint8Array
}

/** The keys of one IKEv2 SA; the algorithms by the names of `crypto ikev2 proposal`. SPIs have eight octets. */
export interface IkeV2Key {
  readonly initiatorSpi: Uint8Array
  readonly responderSpi: Uint8Array
  readonly encryption: IkeV2Encryption
  readonly integrity: IkeV2Integrity | null
  readonly encryptionKeyI: Uint8Array
  readonly encryptionKeyR: Uint8Array
  readonly integrityKeyI: Uint8Array
  readonly integrityKeyR: Uint8Array
}

export interface WiresharkKeys {
  readonly ikev1: readonly IkeV1Key[]
  readonly ikev2: readonly IkeV2Key[]
  readonly esp: readonly EspKey[]
}

/**
 * How much of an IPv4 packet with IKE a capture may show when the same encrypted message stood in it before.
 *
 * Wireshark decrypts IKEv1 by chaining the IV from each message of an exchange to the next, and takes a retransmission
 * for a new message: it would decrypt it wrongly and call it malformed. Cut after the ISAKMP header it is shown for what
 * it is, and the chain holds. For the same reason a capture must show each packet once, not at both of its ends, and
 * needs MM1 to MM4: the first IV comes from their KE payloads.
 */
export function octetsUpToIsakmpHeader(port: 500 | 4500): number {
  const nonEspMarker = port === 4500 ? 4 : 0
  return 20 + 8 + nonEspMarker + 28
}

/** null: it has no name for it, and the packets stay closed. */
const ENCRYPTION: Readonly<Record<EspEncryption, string | null>> = {
  'esp-des': 'DES-CBC [RFC2405]',
  'esp-3des': 'TripleDES-CBC [RFC2451]',
  'esp-aes 128': 'AES-CBC [RFC3602]',
  'esp-aes 192': 'AES-CBC [RFC3602]',
  'esp-aes 256': 'AES-CBC [RFC3602]',
  'esp-null': 'NULL',
  'esp-gcm 128': 'AES-GCM with 16 octet ICV [RFC4106]',
  'esp-gcm 192': 'AES-GCM with 16 octet ICV [RFC4106]',
  'esp-gcm 256': 'AES-GCM with 16 octet ICV [RFC4106]',
  'esp-gmac 128': null,
  'esp-gmac 192': null,
  'esp-gmac 256': null,
}

const AUTHENTICATION: Readonly<Record<EspAuthentication, string>> = {
  'esp-md5-hmac': 'HMAC-MD5-96 [RFC2403]',
  'esp-sha-hmac': 'HMAC-SHA-1-96 [RFC2404]',
  'esp-sha256-hmac': 'HMAC-SHA-256-128 [RFC4868]',
  'esp-sha384-hmac': 'HMAC-SHA-384-192 [RFC4868]',
  'esp-sha512-hmac': 'HMAC-SHA-512-256 [RFC4868]',
}

/** Wireshark 4's names in the table of IKEv2; null: it has none for the cipher, and the messages stay closed. */
const IKEV2_ENCRYPTION: Readonly<Record<IkeV2Encryption, string | null>> = {
  des: null,
  '3des': '3DES [RFC2451]',
  'aes-cbc-128': 'AES-CBC-128 [RFC3602]',
  'aes-cbc-192': 'AES-CBC-192 [RFC3602]',
  'aes-cbc-256': 'AES-CBC-256 [RFC3602]',
  'aes-gcm-128': 'AES-GCM-128 with 16 octet ICV [RFC5282]',
  'aes-gcm-192': 'AES-GCM-192 with 16 octet ICV [RFC5282]',
  'aes-gcm-256': 'AES-GCM-256 with 16 octet ICV [RFC5282]',
  'aes-ccm-128': 'AES-CCM-128 with 16 octet ICV [RFC5282]',
  'aes-ccm-192': 'AES-CCM-192 with 16 octet ICV [RFC5282]',
  'aes-ccm-256': 'AES-CCM-256 with 16 octet ICV [RFC5282]',
  'chacha20-poly1305': null,
}

const IKEV2_INTEGRITY: Readonly<Record<IkeV2Integrity, string | null>> = {
  md5: 'HMAC_MD5_96 [RFC2403]',
  sha1: 'HMAC_SHA1_96 [RFC2404]',
  sha256: 'HMAC_SHA2_256_128 [RFC4868]',
  sha384: 'HMAC_SHA2_384_192 [RFC4868]',
  sha512: 'HMAC_SHA2_512_256 [RFC4868]',
  'aes-xcbc': null,
  'aes-cmac': null,
}

const PREFERENCES = ['esp.enable_encryption_decode', 'esp.enable_authentication_check'] as const

/**
 * The files of a Wireshark configuration folder, by name: `WIRESHARK_CONFIG_DIR=FOLDER tshark -r FILE` reads them, and
 * so does Wireshark when they stand in the folder of a configuration profile.
 */
export function wiresharkFiles(keys: WiresharkKeys): ReadonlyMap<string, string> {
  return new Map([
    ['ikev1_decryption_table', lines(keys.ikev1.map(ikev1Row))],
    ['ikev2_decryption_table', lines(keys.ikev2.flatMap(ikev2Row))],
    ['esp_sa', lines(keys.esp.flatMap(espRow))],
    ['preferences', lines(PREFERENCES.map((name) => `${name}: TRUE`))],
  ])
}

/** The tshark command, for a POSIX shell, that reads and decrypts a capture without any configuration folder. */
export function tsharkCommand(capture: string, keys: WiresharkKeys): string {
  return ['tshark', ...tsharkArguments(capture, keys).map(quoted)].join(' ')
}

/** The same as a list of arguments. */
export function tsharkArguments(capture: string, keys: WiresharkKeys): readonly string[] {
  const settings = [
    ...PREFERENCES.map((name) => `${name}:TRUE`),
    ...keys.ikev1.map((key) => `uat:ikev1_decryption_table:${ikev1Row(key)}`),
    ...keys.ikev2.flatMap(ikev2Row).map((row) => `uat:ikev2_decryption_table:${row}`),
    ...keys.esp.flatMap(espRow).map((row) => `uat:esp_sa:${row}`),
  ]
  return ['-r', capture, ...settings.flatMap((setting) => ['-o', setting])]
}

function ikev1Row({ cookieI, key }: IkeV1Key): string {
  return `${hex(cookieI)},${hex(key)}`
}

/** None where Wireshark cannot decrypt the algorithms. */
function ikev2Row(key: IkeV2Key): readonly string[] {
  const encryption = IKEV2_ENCRYPTION[key.encryption]
  const integrity = key.integrity === null ? 'NONE [RFC4306]' : IKEV2_INTEGRITY[key.integrity]
  if (encryption === null || integrity === null) return []
  const fields = [
    ...[hex(key.initiatorSpi), hex(key.responderSpi), hex(key.encryptionKeyI), hex(key.encryptionKeyR)],
    ...[`"${encryption}"`, hex(key.integrityKeyI), hex(key.integrityKeyR), `"${integrity}"`],
  ]
  return [fields.join(',')]
}

/** None where Wireshark cannot decrypt the cipher. The key of AES-GCM has its salt behind it. */
function espRow(key: EspKey): readonly string[] {
  const encryption = ENCRYPTION[key.encryption]
  if (encryption === null) return []
  const authentication = key.authentication === null ? 'NULL' : AUTHENTICATION[key.authentication]
  const fields = [
    ...['IPv4', key.source, key.destination, `0x${hex(key.spi)}`],
    ...[encryption, keyField(key.encryptionKey), authentication, keyField(key.authenticationKey)],
  ]
  return [fields.map((field) => `"${field}"`).join(',')]
}

/** An absent key is an empty field; Wireshark takes `0x` for an error. */
function keyField(key: Uint8Array): string {
  return key.length === 0 ? '' : `0x${hex(key)}`
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join('')
}

function quoted(argument: string): string {
  return /^[\w./:-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
}
