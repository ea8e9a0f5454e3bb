import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** No command of `ip`, `ping` or `swanctl` may take longer. */
const COMMAND_LIMIT_MS = 20_000
/** A process that is asked to end has this long before it is killed. */
const END_LIMIT_MS = 3_000

/** A network namespace with one link to the other one. Whatever runs in it ends with it. */
export interface Namespace {
  readonly name: string
  /** Of its end of the link. */
  readonly address: string
  /** Runs a command to its end and returns its standard output. Rejects with both outputs when it fails. */
  run(command: string, ...args: readonly string[]): Promise<string>
  /** Starts a process that outlives the call. */
  start(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess
}

/** Asks a process to end, then kills it. Returns when it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  const killer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS)
  child.kill('SIGTERM')
  await gone
  clearTimeout(killer)
}

let made = 0

/**
 * Makes two network namespaces joined by a veth pair, `eth0` in each with the given addresses of one /24, gives them to
 * `use`, and removes them together with every process started in them, however `use` ends. `inner` are further
 * addresses, on the loopback interface: the network behind that host. Needs root.
 */
export async function withNamespaces<T>(
  hosts: readonly [Host, Host],
  use: (first: Namespace, second: Namespace) => Promise<T>,
): Promise<T> {
  made += 1
  const prefix = `ikewise-${process.pid}-${made}`
  const started: ChildProcess[] = []
  const [first, second] = [namespace(`${prefix}a`, hosts[0], started), namespace(`${prefix}b`, hosts[1], started)]
  try {
    for (const { name } of [first, second]) await ip('netns', 'add', name)
    await ip('link', 'add', 'eth0', 'netns', first.name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', second.name)
    await configure(first, hosts[0])
    await configure(second, hosts[1])
    return await use(first, second)
  } finally {
    await Promise.all(started.map(end))
    for (const { name } of [first, second]) await ip('netns', 'delete', name).catch(() => '')
  }
}

/** Dotted addresses without a mask. */
export interface Host {
  readonly address: string
  readonly inner?: readonly string[]
}

function namespace(name: string, { address }: Host, started: ChildProcess[]): Namespace {
  return {
    name,
    address,
    run: (command, ...args) => ip('netns', 'exec', name, command, ...args),
    // `ip netns exec` becomes the command, so that the child's id is that of the command itself.
    start: (command, args, options = {}) => {
      const child = spawn('ip', ['netns', 'exec', name, command, ...args], options)
      started.push(child)
      return child
    },
  }
}

async function configure(host: Namespace, { address, inner = [] }: Host): Promise<void> {
  const link = (...args: readonly string[]) => ip('-netns', host.name, 'link', ...args)
  await link('set', 'lo', 'up')
  await link('set', 'eth0', 'up')
  await ip('-netns', host.name, 'address', 'add', `${address}/24`, 'dev', 'eth0')
  for (const each of inner) await ip('-netns', host.name, 'address', 'add', `${each}/32`, 'dev', 'lo')
}

async function ip(...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('ip', [...args], { timeout: COMMAND_LIMIT_MS, maxBuffer: 1 << 24 }).catch(
    (error) => {
      throw new Error(`ip ${args.join(' ')}: ${error.stderr || error.message}${error.stdout ?? ''}`)
    },
  )
  return stdout
}
