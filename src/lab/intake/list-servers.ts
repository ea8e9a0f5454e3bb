import type { HttpHandler } from '../../net/index.ts'
import { type Crl, issueCrl } from '../../pki/index.ts'
import type { CaServer } from '../authorities.ts'
import { answerWith } from '../list-answer.ts'
import type { StandInCa } from './stand-ins.ts'

/** A URL at which a CA answers: its list is there, or SCEP. */
export interface Publication {
  readonly url: string
  readonly ca: StandInCa
}

const day = 86_400_000
const listedFor = 7 * day

/** An empty list of a CA, a day old. */
const listOf = ({ certificate, keys }: StandInCa, clock: number): Crl =>
  issueCrl({
    issuer: certificate.subject,
    thisUpdate: clock - day,
    nextUpdate: clock - day + listedFor,
    revoked: [],
    issuerKeys: keys,
    hash: 'sha256',
  })

interface Server {
  readonly host: string
  readonly port: number
  readonly published: { readonly path: string; readonly ca: StandInCa }[]
}

/** Answers SCEP's GetCRL by the issuer that it names; any other path with the list of the CA that publishes there. */
const answering = ({ published }: Server, cas: readonly StandInCa[], clock: number): HttpHandler => {
  const answers = new Map<StandInCa, ReturnType<HttpHandler>>()
  return (path) => {
    const issuer = new URL(path, 'http://ca').searchParams.get('issuer')
    const isNamed = ({ certificate }: StandInCa): boolean => certificate.subject.ios === issuer
    const ca =
      issuer === null
        ? published.find((each) => each.path === path)?.ca
        : (published.find((each) => isNamed(each.ca))?.ca ?? cas.find(isNamed))
    if (!ca) return { status: 404, body: new Uint8Array() }
    const answer = answers.get(ca) ?? answerWith(listOf(ca, clock))
    answers.set(ca, answer)
    return answer
  }
}

const nowhere: HttpHandler = () => ({ status: 404, body: new Uint8Array() })

/** The servers from which routers fetch lists: all answer, and no certificate stands on a list. */
export const listServers = (
  cas: readonly StandInCa[],
  publications: readonly Publication[],
  clock: number,
): readonly CaServer[] => {
  const servers = new Map<string, Server>()
  for (const { url, ca } of publications) {
    if (!URL.canParse(url)) continue
    const { protocol, hostname, port, pathname, search } = new URL(url)
    if (protocol !== 'http:') continue
    const key = `${hostname}:${port || 80}`
    const server = servers.get(key) ?? { host: hostname, port: Number(port || 80), published: [] }
    servers.set(key, server)
    server.published.push({ path: pathname + search, ca })
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
    ...[...servers].map(([label, server]): CaServer => {
      const answerAt = (time: number): HttpHandler => answering(server, cas, time)
      return {
        label,
        certificates: [],
        address: server.host,
        port: server.port,
        online: true,
        answer: answerAt(clock),
        answerAt,
      }
    }),
  ]
}
