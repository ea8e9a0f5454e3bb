import { deterministicRandom } from '../../src/crypto/index.ts'
import {
  type AgreedChild,
  type ChildPort,
  type Effect,
  IkeV2Endpoint,
  type IkeV2Settings,
} from '../../src/ike/index.ts'
import { type IkeV2Configuration, noIkeV2, type SelectionContext } from '../../src/selection/index.ts'
import { defaultLimits, type IkeV2Proposal, type TrafficSelector } from '../../src/wire/index.ts'
import { contextOf, lineAt } from './selection-stubs.ts'

/*
 *   A 192.0.2.1 ════ 192.0.2.2 B
 *
 * Two IKEv2 engines without routers around them: shared keys, one flow, and a child that both ends always accept.
 */

export const addresses = { A: '192.0.2.1', B: '192.0.2.2' } as const
export type End = keyof typeof addresses
const otherEnd = (end: End): End => (end === 'A' ? 'B' : 'A')
const flow = 'flow'

const any: TrafficSelector = {
  kind: 'range',
  tsType: 7,
  protocol: 0,
  startPort: 0,
  endPort: 65_535,
  start: new Uint8Array(4),
  end: new Uint8Array(4).fill(255),
}
const everything = { address: '0.0.0.0', mask: '0.0.0.0', protocol: 0, port: 0 }

const childWith = (seconds: number): AgreedChild => ({
  flow,
  localProxy: everything,
  remoteProxy: everything,
  encryption: 'esp-aes 128',
  authentication: 'esp-sha-hmac',
  transform: 'esp-aes esp-sha-hmac',
  mode: 'tunnel',
  keyLength: 36,
  seconds,
  kilobytes: 4_608_000,
  pfsGroup: null,
})

const proposal = (spi: Uint8Array): IkeV2Proposal => ({
  number: 1,
  protocolId: 3,
  spi,
  transforms: [
    { type: 1, id: 12, attributes: [{ form: 'basic', type: 14, value: 128 }] },
    { type: 3, id: 2, attributes: [] },
    { type: 5, id: 0, attributes: [] },
  ],
})

const childStub = (seconds: number): ChildPort => ({
  offer: (_, { spi }) => ({
    flow,
    proposals: [proposal(spi)],
    tsi: [any],
    tsr: [any],
    transport: false,
    group: null,
    events: [],
  }),
  answer: ({ spi, tsi, tsr, proposals }) =>
    proposals.some(({ number, protocolId, spi: theirs }) => number === 1 && protocolId === 3 && theirs.length === 4)
      ? {
          accepted: true,
          child: childWith(seconds),
          proposal: proposal(spi),
          tsi: tsi.slice(0, 1),
          tsr: tsr.slice(0, 1),
          transport: false,
          events: [],
        }
      : { accepted: false, code: 'transform-mismatch', detail: '', notify: 'NO_PROPOSAL_CHOSEN', events: [] },
  confirm: ({ returned, tsi, tsr }) => {
    const [first] = returned
    return first
      ? { accepted: true, child: childWith(seconds), proposal: first, tsi, tsr, transport: false, events: [] }
      : {
          accepted: false,
          code: 'chosen-transform-was-not-offered',
          detail: '',
          notify: 'NO_PROPOSAL_CHOSEN',
          events: [],
        }
  },
})

const configurationOf = (end: End, more: Partial<IkeV2Configuration>): IkeV2Configuration => {
  const peer = addresses[otherEnd(end)]
  const at = lineAt(1)
  return {
    ...noIkeV2,
    proposals: [{ name: 'P', at, encryption: ['aes-cbc-128'], integrity: ['sha1'], prf: ['sha1'], groups: [31] }],
    policies: [{ name: 'P', at, matchLocal: [], proposals: [{ name: 'P', at }] }],
    profiles: [
      {
        name: 'peer',
        at,
        shutdown: false,
        authenticationLocal: { method: 'pre-share', key: 'Rather-long-secret-1', at },
        authenticationRemote: [{ method: 'pre-share', key: 'Rather-long-secret-1', at }],
        matchIdentityRemote: [{ kind: 'address', address: peer, mask: '255.255.255.255', at }],
        matchCertificate: [],
        matchLocalAddress: [],
        trustpoints: [],
        forceEncapsulation: false,
        configurationRequest: true,
        initialContactForce: false,
      },
    ],
    ...more,
  }
}

export interface EndOptions {
  readonly ikev2?: Partial<IkeV2Configuration>
  readonly settings?: Partial<IkeV2Settings>
  readonly childSeconds?: number
}

export const endpointOf = (end: End, options: EndOptions = {}, seed = 'ikev2 pair'): IkeV2Endpoint => {
  const selection: SelectionContext = contextOf({
    router: end,
    hostname: end,
    ikev2: configurationOf(end, options.ikev2 ?? {}),
  })
  return new IkeV2Endpoint({
    selection,
    children: childStub(options.childSeconds ?? 3600),
    settings: {
      retransmitAfter: 2000,
      retransmitLimit: 5,
      halfOpenLifetime: 90_000,
      maxHalfOpen: 20,
      signatureNonce: 'deterministic',
      natTraversal: true,
      fetchCertificates: false,
      exportKeys: false,
      limits: defaultLimits,
      ...options.settings,
    },
    random: deterministicRandom(`${seed} ${end}`),
  })
}

export const begin = (endpoint: IkeV2Endpoint, end: End, now: number): readonly Effect[] =>
  endpoint.initiate(now, {
    local: { address: addresses[end], port: 500 },
    peer: { address: addresses[otherEnd(end)], port: 500 },
    profile: 'peer',
    flow,
  })

export interface Wired {
  readonly to: End
  readonly bytes: Uint8Array
  readonly message: string
}

const start = Date.UTC(2013, 5, 20, 12)

/** Two engines and everything that passed between them; packets travel at once, and timers never run out. */
export class IkeV2Pair {
  readonly endpoints: Readonly<Record<End, IkeV2Endpoint>>
  readonly wire: Wired[] = []
  readonly now: number = start
  /** Messages of these names are lost. */
  lose: readonly string[] = []

  constructor(seed: string, options: EndOptions = {}) {
    this.endpoints = { A: endpointOf('A', options, seed), B: endpointOf('B', options, seed) }
  }

  initiate(end: End): void {
    this.run(end, begin(this.endpoints[end], end, this.now))
  }

  run(end: End, effects: readonly Effect[]): void {
    const to = otherEnd(end)
    for (const effect of effects) {
      if (effect.kind !== 'send') continue
      const floated = effect.to.port === 4500
      const bytes = floated ? effect.bytes.subarray(4) : effect.bytes
      this.wire.push({ to, bytes, message: effect.message })
      if (!this.lose.includes(effect.message)) this.run(to, this.deliver(to, bytes, effect.to.port))
    }
  }

  deliver(to: End, bytes: Uint8Array, port = 500): readonly Effect[] {
    return this.endpoints[to].receive(this.now, {
      local: { address: addresses[to], port },
      peer: { address: addresses[otherEnd(to)], port },
      bytes,
    })
  }
}
