// One ikewise router on this machine's sockets, driven by JSON lines: the first says what it is, each further one what
// it shall do. What it reports goes to standard output, a line each. It ends when standard input does.
import { createPrivateKey, randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { keyPairOf } from '../../src/crypto/index.ts'
import { parseConfiguration } from '../../src/ios/index.ts'
import { UdpDriver } from '../../src/net/index.ts'
import {
  builtInCas,
  type Certificate,
  certificateStore,
  parseCertificate,
  type Trustpoint,
} from '../../src/pki/index.ts'
import { Router } from '../../src/router/index.ts'
import { defaultKnobs } from '../../src/selection/index.ts'
import type { PeerOrder, PeerStart } from '../support/ikewise-peer.ts'

const plain = (_: string, value: unknown): unknown => {
  if (value instanceof Map) return Object.fromEntries(value)
  if (value instanceof Set) return [...value]
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}

const say = (report: object): void => void process.stdout.write(`${JSON.stringify(report, plain)}\n`)

const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')

const certificateOf = (pem: string): Certificate => {
  const parsed = parseCertificate(new Uint8Array(derOf(pem)))
  if (!parsed.ok) throw new Error(parsed.reject.detail)
  return parsed.value
}

/** Standard input, a JSON value a line. */
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const next = async <T>(): Promise<T | undefined> => {
  const { value, done } = await lines.next()
  return done ? undefined : JSON.parse(value)
}

const start = await next<PeerStart>()
if (!start) throw new Error('nobody says what this router is')
const { address, configuration, trustpoints = [], digitalSignatures = false } = start
const read = parseConfiguration(configuration, { file: 'peer.cfg' })
if (!read.ok) throw new Error(JSON.stringify(read.errors))

const enrolled = trustpoints.map(({ name, ca, identity, chain = [] }): Trustpoint => {
  const own = read.configuration.trustpoints.find((trustpoint) => trustpoint.name === name)
  return {
    name,
    ...(own && { configuration: own }),
    builtIn: false,
    ca: certificateOf(ca.certificate),
    ...(identity && {
      identity: {
        certificate: certificateOf(identity.certificate),
        keys: keyPairOf(createPrivateKey(identity.privateKey)),
        chain: chain.map(({ certificate }) => certificateOf(certificate)),
      },
    }),
  }
})

const { ikev2 } = read.configuration
const router = new Router({
  name: 'ikewise',
  configuration: { ...read.configuration, ...(ikev2 && { ikev2: { ...ikev2, digitalSignatures } }) },
  store: certificateStore({
    enrolled,
    builtIn: builtInCas(defaultKnobs.builtins),
    caOnlyPosition: defaultKnobs['store.caOnlyPosition'],
  }),
  knobs: defaultKnobs,
  random: (octets) => new Uint8Array(randomBytes(octets)),
})
const driver = new UdpDriver({
  router,
  address,
  onReport: say,
  onProblem: ({ kind, detail }) => say({ kind: 'problem', detail: `${kind}: ${detail}` }),
})

const started = await driver.start()
if (!started.ok) throw new Error(started.detail)
say({ kind: 'started' })

const obey = (order: PeerOrder): void => {
  switch (order.do) {
    case 'initiate': {
      const [flow] = router.flows
      if (!flow) throw new Error('nothing is protected')
      driver.initiate(flow.name)
      break
    }
    case 'ping':
      driver.ping(order)
      break
    case 'clear':
      driver.clear()
      break
    case 'rekey':
      driver.rekey(order.what)
      break
  }
}

for (let order = await next<PeerOrder>(); order !== undefined; order = await next<PeerOrder>()) obey(order)
await driver.stop()
