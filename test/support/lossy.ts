import type { Effect } from '../../src/ike/index.ts'
import { type Datagram, type FaultSettings, faults, VirtualNetwork } from '../../src/net/index.ts'
import { demuxUdp4500 } from '../../src/wire/index.ts'

/** An engine of either version, as far as a network needs it. Times are milliseconds. */
interface Engine {
  receive(
    now: number,
    datagram: { readonly local: Datagram['to']; readonly peer: Datagram['from']; readonly bytes: Uint8Array },
  ): readonly Effect[]
  expire(now: number, timer: string): readonly Effect[]
}

export interface LossyHost {
  readonly name: string
  readonly address: string
  readonly engine: Engine
}

export interface LossySettings {
  readonly faults: FaultSettings
  /** When the faults begin, after the start. */
  readonly faultsFrom?: number
  /** When they end, after the start. */
  readonly faultsUntil?: number
  /** How long the run lasts. */
  readonly duration: number
  /** What sets the run off. */
  readonly begin: (now: number) => readonly (readonly [host: string, effects: readonly Effect[]])[]
  readonly seen?: (host: string, effects: readonly Effect[], now: number) => void
}

/** A message that never arrived, in no copy. */
export interface Lost {
  readonly from: string
  readonly message: string
}

const ikePort = 4500
const start = Date.UTC(2013, 5, 20, 12)
const mask = '255.255.255.0'

/**
 * Runs two engines of one subnet over a network with faults, with their timers, until `duration` is over; tells what
 * was lost. The same settings and engines repeat exactly.
 */
export const runLossy = (hosts: readonly [LossyHost, LossyHost], settings: LossySettings): readonly Lost[] => {
  const network = new VirtualNetwork({ start })
  const lost: Lost[] = []
  const timers = new Map<string, () => void>()
  for (const { name, address } of hosts)
    network.addHost({ name, interfaces: [{ name: 'eth0', address, mask }], routes: [] })
  network.addLink({ ends: hosts.map(({ name }) => ({ host: name, interface: 'eth0' })), latency: 5 })
  const badNetwork = faults(settings.faults)
  let sending: Lost | null = null
  network.intercept((datagram, time) => {
    const since = time - start
    if (since < (settings.faultsFrom ?? 0) || since > (settings.faultsUntil ?? settings.duration)) return [{ datagram }]
    const passages = badNetwork(datagram, time)
    if (passages.length === 0 && sending) lost.push(sending)
    return passages
  })

  const perform = (host: LossyHost, effects: readonly Effect[]): void => {
    settings.seen?.(host.name, effects, network.now())
    for (const effect of effects) {
      if (effect.kind === 'send') {
        sending = { from: host.name, message: effect.message }
        network.send(host.name, { protocol: 'udp', from: effect.from, to: effect.to, bytes: effect.bytes })
        sending = null
      }
      if (effect.kind !== 'arm' && effect.kind !== 'disarm') continue
      const key = `${host.name} ${effect.timer}`
      timers.get(key)?.()
      timers.delete(key)
      if (effect.kind !== 'arm') continue
      timers.set(
        key,
        network.schedule(effect.after, () => {
          timers.delete(key)
          perform(host, host.engine.expire(network.now(), effect.timer))
        }),
      )
    }
  }
  for (const host of hosts)
    network.listen(host.name, ({ from, to, bytes }) => {
      const inner = to.port === ikePort ? demuxUdp4500(bytes) : null
      const message = !inner ? bytes : inner.ok && inner.value.kind === 'ike' ? inner.value.message : null
      if (message) perform(host, host.engine.receive(network.now(), { local: to, peer: from, bytes: message }))
    })
  network.schedule(0, () => {
    for (const [name, effects] of settings.begin(network.now())) {
      const host = hosts.find((each) => each.name === name)
      if (!host) throw new Error(`there is no host ${name}`)
      perform(host, effects)
    }
  })
  network.run(start + settings.duration)
  return lost
}
