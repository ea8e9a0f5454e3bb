import { flowTowards, protectedFlows } from '../ipsec/index.ts'
import type { HttpAnswer } from '../net/index.ts'
import { type Crl, parseCrl } from '../pki/index.ts'
import { ipv4Number } from '../wire/index.ts'
import type { Lab } from './lab.ts'
import { listIn } from './list-answer.ts'
import { buildNetwork } from './network.ts'

/** A list as it was fetched, or why it was not. */
export type FetchedList = Crl | { readonly unreachable: string }

/** What a lab's network would do, asked without a run. */
export interface Surroundings {
  /** Null where a packet from this router arrives at the address; else why not. `source`: an address of the router. */
  readonly obstacle: (router: string, address: string, source: string) => string | null
  /** Whether a packet from an address of this router, so many octets long, is lost because it is in fragments. */
  readonly losesFragments: (router: string, address: string, source: string, octets: number) => boolean
  /** What a router gets that looks up a certificate at this URL. */
  readonly certificate: (router: string, url: string) => Uint8Array | { readonly unreachable: string }
  /** What a router gets that fetches the list at this URL. `vrf`: the table by which it asks. */
  readonly list: (router: string, url: string, vrf?: string) => FetchedList
}

/** What an HTTP answer to the request for a certificate is worth. */
export const readCertificate = (answer: HttpAnswer): Uint8Array | { readonly unreachable: string } => {
  if ('unreachable' in answer) return answer
  return answer.status === 200 ? answer.body : { unreachable: `the server answered ${answer.status}` }
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

/** The tunnel into which a router's request for a URL would go; null where it leaves in clear. */
const tunnelTowards = ({ routers }: Lab, router: string, url: string, vrf: string | undefined): string | null => {
  const ipsec = routers.find(({ name }) => name === router)?.configuration.ipsec
  if (!ipsec || !URL.canParse(url)) return null
  const { hostname, port } = new URL(url)
  if (ipv4Number(hostname) === undefined) return null
  const target = { address: hostname, port: port === '' ? 80 : Number(port), ...(vrf === undefined ? {} : { vrf }) }
  return flowTowards(ipsec, protectedFlows(ipsec), target)?.map ?? null
}

/**
 * Fetches a URL for a router. What would go through a tunnel goes nowhere: the tunnel waits for the answer (ios-semantics
 * §6 entry 12). Renewals, for which an SA is there still, are not told apart.
 */
export const fetchFor = (
  lab: Lab,
  network: ReturnType<typeof buildNetwork>,
  request: { readonly router: string; readonly url: string; readonly vrf?: string | undefined },
  answered: (answer: HttpAnswer) => void,
): void => {
  const { router, url, vrf } = request
  const tunnel = tunnelTowards(lab, router, url, vrf)
  if (tunnel === null) network.request(router, url, answered, vrf)
  else
    network.schedule(0, () =>
      answered({ unreachable: `the way there leads through ${tunnel}, which is not up before the answer is there` }),
    )
}

/** Certificates by where they are published: host, port and path. */
const publishedCertificates = ({ routers }: Lab): ReadonlyMap<string, Uint8Array> =>
  new Map(
    routers.flatMap(({ enrolled }) =>
      enrolled.flatMap(({ identity }) => {
        if (identity?.url === undefined || !URL.canParse(identity.url)) return []
        const { hostname, port, pathname, search } = new URL(identity.url)
        return [[`${hostname}:${port === '' ? 80 : port}${pathname}${search}`, identity.certificate.der] as const]
      }),
    ),
  )

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
    if (ipv4Number(server.address) === undefined && !names.has(server.address))
      names.set(server.address, namedServer(names.size))
    const address = names.get(server.address) ?? server.address
    // A router may be the CA, and one host may answer at two ports.
    if (!owned.has(address) && !hosts.has(address)) hosts.set(address, server.label)
    return [{ ...server, address, host: server.address }]
  })
  const network = buildNetwork(
    lab.clock,
    {
      latency: lab.latency,
      ...(lab.mtu === undefined ? {} : { mtu: lab.mtu }),
      ...(lab.dropsFragments ? { dropsFragments: true } : {}),
    },
    lab.routers,
    [...hosts].map(([address, name]) => ({ name, address })),
  )
  for (const [name, address] of names) network.addName(name, address)
  const published = publishedCertificates(lab)
  for (const { host, address, online, port, answer } of servers)
    if (online)
      network.serve(address, port, (path) => {
        const body = published.get(`${host}:${port}${path}`)
        return body ? { status: 200, body } : answer(path)
      })
  return network
}

/** Why a datagram of a router for one of its own addresses does not reach the peer that was meant: it never leaves. */
export const ownAddress = 'own-address'

/** Whether an address is one of this router's own, on an interface that is up. */
export const isOwnAddress = ({ routers }: Lab, router: string, address: string): boolean =>
  routers.some(
    ({ name, configuration }) =>
      name === router &&
      configuration.ipsec.interfaces.some(
        ({ addresses, shutdown }) => !shutdown && addresses.some((own) => own.address === address),
      ),
  )

/** The surroundings of a lab's routers; answers are kept. */
export const surroundingsOf = (lab: Lab): Surroundings => {
  const network = networkOf(lab)
  const lists = new Map<string, FetchedList>()
  const obstacles = new Map<string, string | null>()
  return {
    obstacle: (router, address, source) => {
      const key = `${router} ${address} ${source ?? ''}`
      const known = obstacles.get(key)
      if (known !== undefined) return known
      const found = isOwnAddress(lab, router, address)
        ? ownAddress
        : (network.whyUnreachable(router, address, source) ?? null)
      obstacles.set(key, found)
      return found
    },
    losesFragments: (router, address, source, octets) => network.losesFragments(router, address, source, octets),
    certificate: (router, url) => {
      let found: ReturnType<typeof readCertificate> = { unreachable: 'no answer' }
      fetchFor(lab, network, { router, url }, (answer) => {
        found = readCertificate(answer)
      })
      network.run()
      return found
    },
    list: (router, url, vrf) => {
      const key = `${router} ${vrf ?? ''} ${url}`
      const known = lists.get(key)
      if (known) return known
      let found: FetchedList = { unreachable: 'no answer' }
      fetchFor(lab, network, { router, url, vrf }, (answer) => {
        found = listIn(answer) ?? readList(answer)
      })
      network.run()
      lists.set(key, found)
      return found
    },
  }
}
