import { addressNumber } from '../net/index.ts'
import { type Crl, parseCrl } from '../pki/index.ts'
import type { Lab } from './lab.ts'
import { buildNetwork } from './network.ts'

/** A list as it was fetched, or why it was not. */
export type FetchedList = Crl | { readonly unreachable: string }

/** What a lab's network would do, asked without a run. */
export interface Surroundings {
  /** Null where a packet from this router arrives at the address; else who drops it and why. */
  readonly obstacle: (router: string, address: string) => string | null
  /** What a router gets that fetches this URL. */
  readonly list: (router: string, url: string) => FetchedList
}

/** What an HTTP answer to the request for a CRL is worth. */
export const readList = (
  answer: { readonly unreachable: string } | { readonly status: number; readonly body: Uint8Array },
): FetchedList => {
  if ('unreachable' in answer) return answer
  if (answer.status !== 200) return { unreachable: `the server answered ${answer.status}` }
  const read = parseCrl(answer.body)
  return read.ok ? read.value : { unreachable: read.reject.detail }
}

/** Addresses of servers that are known by name only: nobody's, as RFC 2544 sets them aside. */
const namedServer = (index: number): string => `198.18.${index >> 6}.${((index & 63) << 2) + 2}`

/** The network of a lab with its CAs on it, without its routers. */
export const networkOf = (lab: Lab): ReturnType<typeof buildNetwork> => {
  const owned = new Set(
    lab.routers.flatMap(({ configuration }) =>
      configuration.ipsec.interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address)),
    ),
  )
  const hosts = new Map<string, string>()
  const names = new Map<string, string>()
  const servers = lab.authorities.flatMap((server) => {
    if (server.address === null) return []
    if (addressNumber(server.address) === undefined && !names.has(server.address))
      names.set(server.address, namedServer(names.size))
    const address = names.get(server.address) ?? server.address
    // A router may be the CA, and one host may answer at two ports.
    if (!owned.has(address) && !hosts.has(address)) hosts.set(address, server.label)
    return [{ ...server, address }]
  })
  const network = buildNetwork(
    lab.clock,
    lab.latency,
    lab.routers,
    [...hosts].map(([address, name]) => ({ name, address })),
  )
  for (const [name, address] of names) network.addName(name, address)
  for (const { address, online, port, answer } of servers) if (online) network.serve(address, port, answer)
  return network
}

/** The surroundings of a lab's routers; answers are kept. */
export const surroundingsOf = (lab: Lab): Surroundings => {
  const network = networkOf(lab)
  const lists = new Map<string, FetchedList>()
  return {
    obstacle: (router, address) => network.whyUnreachable(router, address) ?? null,
    list: (router, url) => {
      const key = `${router} ${url}`
      const known = lists.get(key)
      if (known) return known
      let found: FetchedList = { unreachable: 'no answer' }
      network.request(router, url, (answer) => {
        found = readList(answer)
      })
      network.run()
      lists.set(key, found)
      return found
    },
  }
}
