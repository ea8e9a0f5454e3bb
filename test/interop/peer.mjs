// One ikewise router on this machine's sockets, driven by JSON lines: the first says what it is, each further one what
// it shall do. What it reports goes to standard output, a line each. It ends when standard input does.
import { createPrivateKey, randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { keyPairOf } from '../../dist/crypto/index.js'
import { parseConfiguration } from '../../dist/ios/index.js'
import { UdpDriver } from '../../dist/net/index.js'
import { builtInCas, certificateStore, parseCertificate } from '../../dist/pki/index.js'
import { Router } from '../../dist/router/index.js'
import { defaultKnobs } from '../../dist/selection/index.js'

const say = (report) => process.stdout.write(`${JSON.stringify(report, plain)}\n`)

const plain = (_, value) => {
  if (value instanceof Map) return Object.fromEntries(value)
  if (value instanceof Set) return [...value]
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}

const derOf = (pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')

const certificateOf = (pem) => {
  const parsed = parseCertificate(new Uint8Array(derOf(pem)))
  if (!parsed.ok) throw new Error(parsed.reject.detail)
  return parsed.value
}

/** Standard input, a JSON value a line. */
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const next = async () => {
  const { value, done } = await lines.next()
  return done ? undefined : JSON.parse(value)
}

const { address, configuration, trustpoints, digitalSignatures } = await next()
const read = parseConfiguration(configuration, { file: 'peer.cfg' })
if (!read.ok) throw new Error(JSON.stringify(read.errors))

const enrolled = trustpoints.map(({ name, ca, identity, chain }) => ({
  name,
  configuration: read.configuration.trustpoints.find((trustpoint) => trustpoint.name === name),
  builtIn: false,
  ca: certificateOf(ca.certificate),
  ...(identity && {
    identity: {
      certificate: certificateOf(identity.certificate),
      keys: keyPairOf(createPrivateKey(identity.privateKey)),
      chain: (chain ?? []).map(({ certificate }) => certificateOf(certificate)),
    },
  }),
}))

const { ikev2 } = read.configuration
const router = new Router({
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

for (let order = await next(); order !== undefined; order = await next()) {
  if (order.do === 'initiate') driver.initiate(router.flows[0].name)
  else if (order.do === 'ping') driver.ping(order)
  else if (order.do === 'clear') driver.clear()
  else if (order.do === 'rekey') driver.rekey(order.what)
}
await driver.stop()
