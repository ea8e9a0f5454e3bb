import { randomBytes } from 'node:crypto'
import { decodeClearMessage, encodeClearMessage, type Payload } from '../wire/index.ts'
import { freshPair, negotiate } from './exchange.ts'
import type { Figure } from './figure.ts'
import { perSecond } from './rounds.ts'
import { tunnelSites } from './sites.ts'

const batch = 500
const mainMode = 2
const quickMode = 32
const headerOf = (exchangeType: number) => ({
  initiatorCookie: randomBytes(8),
  responderCookie: randomBytes(8),
  exchangeType,
  flags: 0,
  messageId: 0,
})

const proofPayloads = (certificate: Uint8Array): readonly Payload[] => [
  { type: 'ID', idType: 2, protocol: 17, port: 500, data: new TextEncoder().encode('R1.example.com') },
  { type: 'CERT', encoding: 4, data: certificate },
  { type: 'SIG', data: randomBytes(256) },
]

const quickModePayloads = (): readonly Payload[] => [
  { type: 'HASH', data: randomBytes(32) },
  {
    type: 'SA',
    doi: 1,
    situation: Uint8Array.of(0, 0, 0, 1),
    proposals: [
      {
        number: 1,
        protocolId: 3,
        spi: randomBytes(4),
        transforms: [
          {
            number: 1,
            id: 12,
            attributes: [
              { form: 'basic', type: 4, value: 1 },
              { form: 'basic', type: 1, value: 1 },
              { form: 'basic', type: 2, value: 3600 },
              { form: 'basic', type: 1, value: 2 },
              { form: 'variable', type: 2, value: Uint8Array.of(0, 0x46, 0x50, 0) },
              { form: 'basic', type: 5, value: 5 },
              { form: 'basic', type: 6, value: 128 },
            ],
          },
        ],
      },
    ],
  },
  { type: 'NONCE', data: randomBytes(20) },
  { type: 'ID', idType: 4, protocol: 0, port: 0, data: new Uint8Array(8) },
  { type: 'ID', idType: 4, protocol: 0, port: 0, data: new Uint8Array(8) },
]

/** Messages as they stand on the wire, those that travel encrypted as they are before it. @internal */
export const sampleMessages = (): readonly { readonly name: string; readonly bytes: Uint8Array }[] => {
  const sites = tunnelSites({ version: 1, group: 14, authentication: 'RSA-2048' })
  const [mm1] = negotiate(freshPair(sites))
  const { identity } = sites.R1
  if (!mm1 || !identity) throw new Error('a negotiation without a first message')
  return [
    { name: 'MM1', bytes: mm1.bytes },
    {
      name: 'MM5',
      bytes: encodeClearMessage({ ...headerOf(mainMode), payloads: proofPayloads(identity.certificate.der) }),
    },
    { name: 'QM1', bytes: encodeClearMessage({ ...headerOf(quickMode), payloads: quickModePayloads() }) },
  ]
}

/** Messages read and written in a second. */
export const codecFigures = (rounds: number): readonly Figure[] =>
  sampleMessages().flatMap(({ name, bytes }): readonly Figure[] => {
    const message = decodeClearMessage(bytes)
    if (!message.ok) throw new Error(message.reject.detail)
    const { header, payloads } = message.value
    const row = (verb: string, run: () => void): Figure => ({
      name: `${name} (${bytes.length} octets) ${verb}`,
      value: perSecond(rounds, batch, run),
      unit: 'messages/s',
      ratio: null,
    })
    return [
      row('decoded', () => {
        decodeClearMessage(bytes)
      }),
      row('encoded', () => {
        encodeClearMessage({ ...header, payloads })
      }),
    ]
  })
