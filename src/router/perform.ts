import type { Effect } from '../ike/index.ts'
import type { EventBody, TraceEvent } from '../trace/index.ts'
import type { RouterEffect } from './effects.ts'
import type { SecurityAssociations } from './security-associations.ts'

/** The device whose IKE asks for something. */
export interface Device {
  readonly name: string
  readonly associations: SecurityAssociations
  readonly exportKeys: boolean
}

export const eventOf = (router: string, now: number, connection: number, body: EventBody): RouterEffect => {
  const { name, data } = body
  return { kind: 'event', event: { time: now, router, connection, name, data } as TraceEvent }
}

/**
 * What IKE asks for: SAs are put in or taken out here, everything else goes on to the world. `now` is the time of the
 * trace, `own` what the clock of the device shows: milliseconds since 1970 UTC.
 */
export const perform = (
  { name, associations, exportKeys }: Device,
  { now, own }: { readonly now: number; readonly own: number },
  effects: readonly Effect[],
): readonly RouterEffect[] => {
  const done: RouterEffect[] = []
  for (const effect of effects) {
    switch (effect.kind) {
      case 'trace':
        done.push(eventOf(name, now, effect.connection, effect.event))
        break
      case 'send':
        done.push({
          kind: 'send',
          datagram: { protocol: 'udp', from: effect.from, to: effect.to, bytes: effect.bytes },
          message: effect.message,
        })
        break
      case 'install': {
        const { events, keys } = associations.install(own, effect.install)
        for (const body of events) done.push(eventOf(name, now, effect.install.connection, body))
        if (exportKeys) done.push({ kind: 'esp-keys', keys })
        break
      }
      case 'remove':
        for (const body of associations.remove(effect.direction, effect.spi, effect.peer, effect.reason))
          done.push(eventOf(name, now, 0, body))
        break
      case 'phase1-keys':
        done.push({ kind: 'phase1-keys', cookieI: effect.cookieI, key: effect.encryptionKey })
        break
      case 'fetch-crl':
        done.push({ ...effect, ike: 1 })
        break
      case 'arm':
      case 'disarm':
      case 'fetch-certificate':
      case 'ikev2-keys':
      case 'phase1':
        done.push(effect)
        break
      default: {
        const never: never = effect
        throw new Error(`unknown effect ${String(never)}`)
      }
    }
  }
  return done
}
