import { createPublicKey } from 'node:crypto'
import type { HttpHandler } from '../../net/index.ts'
import { issueCrl } from '../../pki/index.ts'
import type { CaServer } from '../authorities.ts'
import type { StandInCa } from './stand-ins.ts'

const day = 86_400_000
const listedFor = 7 * day

/** An empty list of a CA, a day old. */
const listOf = ({ certificate, key }: StandInCa, clock: number): Uint8Array =>
  issueCrl(
    {
      issuer: certificate.subject,
      thisUpdate: clock - day,
      nextUpdate: clock - day + listedFor,
      revoked: [],
      issuerKey: key,
      hash: 'sha256',
    },
    createPublicKey(key),
  ).der

/** Answers SCEP's GetCRL by the issuer that it names; any other path with the list of the CA that is known to publish there. */
const answering =
  (cas: readonly StandInCa[], at: (path: string) => StandInCa | undefined, clock: number): HttpHandler =>
  (path) => {
    const issuer = new URL(path, 'http://ca').searchParams.get('issuer')
    const ca = issuer === null ? at(path) : cas.find(({ certificate }) => certificate.subject.ios === issuer)
    return ca ? { status: 200, body: listOf(ca, clock) } : { status: 404, body: new Uint8Array() }
  }

/** The servers of the URLs from which routers fetch lists: all reachable as the routes say, none with a certificate on its list. */
export const listServers = (
  cas: readonly StandInCa[],
  urls: ReadonlyMap<string, StandInCa | undefined>,
  clock: number,
): readonly CaServer[] => {
  const nowhere: HttpHandler = () => ({ status: 404, body: new Uint8Array() })
  const servers = new Map<
    string,
    { readonly host: string; readonly port: number; readonly paths: Map<string, StandInCa> }
  >()
  for (const [text, ca] of urls) {
    if (!URL.canParse(text)) continue
    const { protocol, hostname, port, pathname, search } = new URL(text)
    if (protocol !== 'http:') continue
    const key = `${hostname}:${port || 80}`
    const server = servers.get(key) ?? { host: hostname, port: Number(port || 80), paths: new Map<string, StandInCa>() }
    servers.set(key, server)
    if (ca) server.paths.set(pathname + search, ca)
  }
  const all: CaServer = {
    label: 'the CAs that stand in',
    certificates: cas.map(({ certificate }) => certificate),
    address: null,
    port: 80,
    online: false,
    answer: nowhere,
    answerAt: () => nowhere,
  }
  return [
    all,
    ...[...servers].map(([label, { host, port, paths }]): CaServer => {
      const answerAt = (time: number): HttpHandler => answering(cas, (path) => paths.get(path), time)
      return { label, certificates: [], address: host, port, online: true, answer: answerAt(clock), answerAt }
    }),
  ]
}
