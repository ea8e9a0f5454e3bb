import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { rolldown } from 'rolldown'
import type { UdpDriver } from '../../src/net/index.ts'
import type { EventName, TraceEvent, TraceEvents } from '../../src/trace/index.ts'
import { end, type Namespace } from './namespaces.ts'
import type { Issued } from './strongswan-pki.ts'
import { until } from './until.ts'

const root = join(import.meta.dirname, '../..')

/** The runner as Node can run it, from the sources that the test has: made once for a file of tests. */
let runner: Promise<string> | undefined

const makeRunner = async (): Promise<string> => {
  const file = join(root, `node_modules/.cache/ikewise-peer-${process.env.VITEST_POOL_ID ?? 0}.mjs`)
  const bundler = await rolldown({ input: join(root, 'test/interop/peer.ts'), platform: 'node' })
  await bundler.write({ file, format: 'esm', codeSplitting: false })
  await bundler.close()
  return file
}

export interface IkewisePeerConfiguration {
  /** IOS configuration text. */
  readonly configuration: string
  /** RFC 7427, which no configuration line of IOS 15.3 turns on. */
  readonly digitalSignatures?: boolean
  /** What the trustpoints of the configuration hold, oldest enrolment first. */
  readonly trustpoints?: readonly {
    readonly name: string
    readonly ca: Issued
    readonly identity?: Issued
    /** Intermediates that go along, the leaf's issuer first. */
    readonly chain?: readonly Issued[]
  }[]
}

/** The first line for the runner. */
export interface PeerStart extends IkewisePeerConfiguration {
  /** Dotted; where it listens. */
  readonly address: string
}

/** Each further one. */
export type PeerOrder =
  | { readonly do: 'initiate' | 'clear' }
  | { readonly do: 'rekey'; readonly what: 'ike' | 'child' }
  | ({ readonly do: 'ping' } & Parameters<UdpDriver['ping']>[0])

/** What the runner prints, as far as a test reads it. */
type Report =
  | { readonly kind: 'event'; readonly event: TraceEvent }
  | { readonly kind: 'echo-reply'; readonly sequence: number }
  | { readonly kind: 'started' | 'problem' | 'phase1' }

/** ikewise's engine and UDP driver as a process in a network namespace. Ends with the namespace. */
export class IkewisePeer {
  readonly #process: ChildProcess
  readonly #reports: Report[] = []
  #complaints = ''

  private constructor(child: ChildProcess) {
    this.#process = child
    const { stdout, stderr } = child
    if (stdout === null || stderr === null) throw new Error('the runner needs pipes')
    createInterface(stdout).on('line', (line) => this.#reports.push(JSON.parse(line)))
    stderr.on('data', (text) => {
      this.#complaints += text
    })
  }

  static async start(namespace: Namespace, configuration: IkewisePeerConfiguration): Promise<IkewisePeer> {
    runner ??= makeRunner()
    const child = namespace.start(process.execPath, [await runner], { stdio: 'pipe' })
    const peer = new IkewisePeer(child)
    peer.#tell({ address: namespace.address, ...configuration } satisfies PeerStart)
    await peer.#until('ikewise has started', () => peer.#reports.some(({ kind }) => kind === 'started'))
    return peer
  }

  /** Negotiates what the crypto map protects. */
  initiate(): void {
    this.#tell({ do: 'initiate' })
  }

  /** Sends an echo request a second from `source`, an inner address of ours, until a reply comes: the first may be lost to the negotiation that it starts. */
  async ping(source: string, destination: string): Promise<void> {
    const replies = () => this.#reports.filter(({ kind }) => kind === 'echo-reply').length
    const before = replies()
    let sequence = 0
    const ask = () => this.#tell({ do: 'ping', source, destination, identifier: 1, sequence: ++sequence })
    const asking = setInterval(ask, 1_000)
    ask()
    try {
      await this.#until('an echo reply is here', () => replies() > before)
    } finally {
      clearInterval(asking)
    }
  }

  /** Deletes everything and tells the peer. */
  clear(): void {
    this.#tell({ do: 'clear' })
  }

  /** Renews the IKEv2 SA or its child at once. */
  rekey(what: 'ike' | 'child'): void {
    this.#tell({ do: 'rekey', what })
  }

  /** Waits for the `count`th event of that name that fits, and returns its data. */
  async event<N extends EventName>(
    name: N,
    {
      count = 1,
      limit,
      fits = () => true,
    }: { count?: number; limit?: number; fits?: (data: TraceEvents[N]) => boolean } = {},
  ): Promise<TraceEvents[N]> {
    return await this.#until(`${count} × ${name}`, () => this.events(name).filter(fits)[count - 1], limit)
  }

  /** The data of all events of that name, so far. */
  events<N extends EventName>(name: N): readonly TraceEvents[N][] {
    return this.#reports.flatMap((report) =>
      report.kind === 'event' && report.event.name === name ? [report.event.data as TraceEvents[N]] : [],
    )
  }

  /** The SPIs that are installed now, of both directions. */
  spis(): readonly string[] {
    const gone = this.events('ipsec:sa_deleted').map(({ spi }) => spi)
    return this.events('ipsec:sa_installed').flatMap(({ spi }) => (gone.includes(spi) ? [] : [spi]))
  }

  /** Everything reported so far, a line each; the tests quote it when something fails. */
  log(): string {
    return `${this.#reports.map((report) => JSON.stringify(report)).join('\n')}\n${this.#complaints}`
  }

  async stop(): Promise<void> {
    await end(this.#process)
  }

  #tell(line: PeerStart | PeerOrder): void {
    this.#process.stdin?.write(`${JSON.stringify(line)}\n`)
  }

  #until<T>(what: string, attempt: () => T, limit?: number): Promise<Exclude<T, false | undefined>> {
    return until(what, () => this.#alive() && attempt(), limit)
  }

  #alive(): boolean {
    if (this.#process.exitCode !== null)
      throw new Error(`the runner ended with ${this.#process.exitCode}\n${this.#complaints}`)
    return true
  }
}
