import type { EspAuthentication, EspEncryption } from '../ipsec/index.ts'

/** The tables with which Wireshark decrypts IKEv1 and ESP. They are secrets: write them only where keys are asked for. */

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

export interface WiresharkKeys {
  readonly ikev1: readonly IkeV1Key[]
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

const ENCRYPTION: Readonly<Record<EspEncryption, string>> = {
  'esp-des': 'DES-CBC [RFC2405]',
  'esp-3des': 'TripleDES-CBC [RFC2451]',
  'esp-aes 128': 'AES-CBC [RFC3602]',
  'esp-aes 192': 'AES-CBC [RFC3602]',
  'esp-aes 256': 'AES-CBC [RFC3602]',
  'esp-null': 'NULL',
}

const AUTHENTICATION: Readonly<Record<EspAuthentication, string>> = {
  'esp-md5-hmac': 'HMAC-MD5-96 [RFC2403]',
  'esp-sha-hmac': 'HMAC-SHA-1-96 [RFC2404]',
  'esp-sha256-hmac': 'HMAC-SHA-256-128 [RFC4868]',
  'esp-sha384-hmac': 'HMAC-SHA-384-192 [RFC4868]',
  'esp-sha512-hmac': 'HMAC-SHA-512-256 [RFC4868]',
}

const PREFERENCES = ['esp.enable_encryption_decode', 'esp.enable_authentication_check'] as const

/**
 * The files of a Wireshark configuration folder, by name: `WIRESHARK_CONFIG_DIR=FOLDER tshark -r FILE` reads them, and
 * so does Wireshark when they stand in the folder of a configuration profile.
 */
export function wiresharkFiles(keys: WiresharkKeys): ReadonlyMap<string, string> {
  return new Map([
    ['ikev1_decryption_table', lines(keys.ikev1.map(ikev1Row))],
    ['esp_sa', lines(keys.esp.map(espRow))],
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
    ...keys.esp.map((key) => `uat:esp_sa:${espRow(key)}`),
  ]
  return ['-r', capture, ...settings.flatMap((setting) => ['-o', setting])]
}

function ikev1Row({ cookieI, key }: IkeV1Key): string {
  return `${hex(cookieI)},${hex(key)}`
}

function espRow(key: EspKey): string {
  const authentication = key.authentication === null ? 'NULL' : AUTHENTICATION[key.authentication]
  const fields = [
    ...['IPv4', key.source, key.destination, `0x${hex(key.spi)}`],
    ...[ENCRYPTION[key.encryption], keyField(key.encryptionKey), authentication, keyField(key.authenticationKey)],
  ]
  return fields.map((field) => `"${field}"`).join(',')
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
