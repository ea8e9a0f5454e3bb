import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { end, type Namespace } from './namespaces.ts'
import type { Tool } from './requires.ts'
import { until } from './until.ts'

/** What `describeWith` must find for tests that use strongSwan. */
// biome-ignore format: one line reads as the list
export const STRONGSWAN: readonly Tool[] = ['ip', 'ping', 'charon-systemd', 'swanctl', 'pki', 'kernel-libipsec', 'network namespaces', 'TUN devices']

/** Sections and values of strongswan.conf and swanctl.conf. */
export interface Settings {
  readonly [key: string]: string | number | Settings
}

/** PEM text by file name, sorted into the folders that swanctl reads. */
interface Credentials {
  readonly x509?: Readonly<Record<string, string>>
  readonly x509ca?: Readonly<Record<string, string>>
  readonly private?: Readonly<Record<string, string>>
}

export interface StrongSwanConfiguration {
  readonly connections: Settings
  readonly secrets?: Settings
  readonly credentials?: Credentials
}

export interface IkeSa {
  /** charon's number of it. */
  readonly id: string
  readonly connection: string
  readonly state: string
  /** Sixteen hexadecimal digits: the initiator's cookie. */
  readonly initiatorSpi: string
  readonly responderSpi: string
  readonly children: readonly ChildSa[]
}

interface ChildSa {
  readonly child: string
  readonly state: string
  readonly encapsulated: boolean
  readonly spiIn: string
  readonly spiOut: string
  /** Of perfect forward secrecy, empty without. */
  readonly dhGroup: string
  readonly packetsIn: number
  readonly packetsOut: number
}

/** SAs by the name of their connection or child, or one IKE SA by its number. */
export type Named = { readonly ike: string } | { readonly child: string } | { readonly id: string }

/**
 * What charon loads: OpenSSL for the cryptography; ESP in user space, because the kernel of a container may have none,
 * which means ESP in UDP only.
 */
const PLUGINS =
  'random nonce openssl pem pkcs1 pkcs8 pubkey x509 revocation constraints hmac kdf socket-default kernel-libipsec kernel-netlink updown vici'

const CHARON: Settings = {
  load: PLUGINS,
  // Else an old child SA stays until its lifetime ends, and no test could wait for that.
  delete_rekeyed: 'yes',
  install_virtual_ip: 'no',
  retransmit_timeout: 1,
  retransmit_tries: 3,
}

/** A running charon in a network namespace. */
export class StrongSwan {
  readonly #namespace: Namespace
  readonly #folder: string
  readonly #charon: ChildProcess

  private constructor(namespace: Namespace, folder: string, charon: ChildProcess) {
    this.#namespace = namespace
    this.#folder = folder
    this.#charon = charon
  }

  /**
   * Starts charon, with more of strongswan.conf's `settings` for it, and loads the configuration. Ends with the
   * namespace, or before with `stop`. `level` is how much of everything charon logs: 1 what happens, 2 why, 3 with the
   * bytes of messages.
   */
  static async start(
    namespace: Namespace,
    configuration: StrongSwanConfiguration,
    settings: Settings = {},
    level = 1,
  ): Promise<StrongSwan> {
    const folder = mkdtempSync(join(tmpdir(), 'ikewise-strongswan-'))
    const logged = { path: join(folder, 'charon.log'), default: level, flush_line: 'yes', time_format: '%T' }
    writeFileSync(
      join(folder, 'strongswan.conf'),
      settingsText({
        'charon-systemd': {
          ...CHARON,
          ...settings,
          journal: { default: -1 },
          filelog: { file: logged },
          plugins: { vici: { socket: socketOf(folder) } },
        },
      }),
    )
    writeCredentials(folder, configuration)
    const charon = namespace.start('charon-systemd', [], {
      env: { ...process.env, STRONGSWAN_CONF: join(folder, 'strongswan.conf') },
      stdio: 'ignore',
    })
    const peer = new StrongSwan(namespace, folder, charon)
    try {
      await until('charon answers swanctl', () => peer.#swanctl('--stats'))
      await peer.#swanctl('--load-all', '--file', join(folder, 'swanctl.conf'))
      return peer
    } catch (error) {
      const log = peer.log()
      await peer.stop()
      throw new Error(`charon did not start: ${error}\n${log}`)
    }
  }

  /** Negotiates a child SA, and the IKE SA it needs. False when that fails or takes more than `seconds`. */
  initiate(child: string, seconds = 10): Promise<boolean> {
    return this.#succeeds('--initiate', '--child', child, '--timeout', `${seconds}`)
  }

  /** Deletes an IKE SA with its children, or one child alone, and tells the peer. */
  terminate(what: Named): Promise<boolean> {
    return this.#succeeds('--terminate', ...naming(what), '--timeout', '10')
  }

  /** Negotiates keys anew: an IKE SA by a new main mode, a child by a new quick mode. */
  rekey(what: Named): Promise<boolean> {
    return this.#succeeds('--rekey', ...naming(what))
  }

  async sas(): Promise<readonly IkeSa[]> {
    return ikeSasOf(await this.#swanctl('--list-sas', '--raw'))
  }

  /** What charon logged so far; the tests quote it when something fails. */
  log(): string {
    try {
      return readFileSync(join(this.#folder, 'charon.log'), 'utf8')
    } catch {
      return ''
    }
  }

  /** Ends charon without giving it time to tell its peers. */
  async crash(): Promise<void> {
    const gone = once(this.#charon, 'exit')
    this.#charon.kill('SIGKILL')
    await gone
  }

  async stop(): Promise<void> {
    await end(this.#charon)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #swanctl(command: string, ...args: readonly string[]): Promise<string> {
    const environment = [`SWANCTL_DIR=${this.#folder}`, `STRONGSWAN_CONF=${join(this.#folder, 'strongswan.conf')}`]
    return this.#namespace.run('env', ...environment, 'swanctl', command, '--uri', socketOf(this.#folder), ...args)
  }

  #succeeds(command: string, ...args: readonly string[]): Promise<boolean> {
    return this.#swanctl(command, ...args).then(
      () => true,
      () => false,
    )
  }
}

const socketOf = (folder: string): string => `unix://${join(folder, 'charon.vici')}`

const naming = (what: Named): readonly string[] => {
  if ('id' in what) return ['--ike-id', what.id]
  return 'ike' in what ? ['--ike', what.ike] : ['--child', what.child]
}

function writeCredentials(
  folder: string,
  { connections, secrets = {}, credentials = {} }: StrongSwanConfiguration,
): void {
  writeFileSync(join(folder, 'swanctl.conf'), settingsText({ connections, secrets }))
  for (const kind of ['x509', 'x509ca', 'private'] as const) {
    mkdirSync(join(folder, kind))
    for (const [name, pem] of Object.entries(credentials[kind] ?? {})) writeFileSync(join(folder, kind, name), pem)
  }
}

function settingsText(settings: Settings, indent = ''): string {
  return Object.entries(settings)
    .map(([key, value]) =>
      typeof value === 'object'
        ? `${indent}${key} {\n${settingsText(value, `${indent}  `)}${indent}}\n`
        : `${indent}${key} = ${typeof value === 'string' ? JSON.stringify(value) : value}\n`,
    )
    .join('')
}

/** Reads `swanctl --list-sas --raw`: `list-sa event {conn {key=value … child-sas {child-1 {key=value …}}}}`, a line an SA. */
function ikeSasOf(raw: string): readonly IkeSa[] {
  return [...raw.matchAll(/^list-sa event \{([\w.-]+) \{(.*?)child-sas \{(.*)\}\}\}$/gm)].map(
    ([, name, own, children]) => ({
      id: value(own, 'uniqueid'),
      connection: text(name),
      state: value(own, 'state'),
      initiatorSpi: value(own, 'initiator-spi'),
      responderSpi: value(own, 'responder-spi'),
      children: [...text(children).matchAll(/[\w.-]+ \{(.*?)\}/g)].map(([, fields]) => ({
        child: value(fields, 'name'),
        state: value(fields, 'state'),
        encapsulated: value(fields, 'encap') === 'yes',
        spiIn: value(fields, 'spi-in'),
        spiOut: value(fields, 'spi-out'),
        dhGroup: value(fields, 'dh-group'),
        packetsIn: Number(value(fields, 'packets-in')),
        packetsOut: Number(value(fields, 'packets-out')),
      })),
    }),
  )
}

const text = (part: string | undefined): string => part ?? ''

const value = (fields: string | undefined, key: string): string =>
  text(new RegExp(`(?:^|\\s)${key}=(\\S*)`).exec(text(fields))?.[1])
