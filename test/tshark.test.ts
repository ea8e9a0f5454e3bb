import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { Direction } from '../src/prove/index.ts'
import { exampleNames, proveExample } from './support/examples.ts'
import { describeWith } from './support/requires.ts'

/*
 * Wireshark knows nothing of our code: every capture of every example is read by tshark, decrypted with the tables that
 * stand beside it, and must show the payloads that our own comment on the packet names.
 */

/** Payload types of RFC 2408 §3.1 and RFC 3947 §3.2, by the names of the comments. */
const payloadTypes: Readonly<Record<string, string>> = {
  SA: '1',
  KE: '4',
  ID: '5',
  CERT: '6',
  CERTREQ: '7',
  HASH: '8',
  SIG: '9',
  NONCE: '10',
  NOTIFY: '11',
  DELETE: '12',
  VID: '13',
  'NAT-D': '20',
}
/** RFC 7296 §3.2, by IOS's names. */
const ikeV2PayloadTypes: Readonly<Record<string, string>> = {
  SA: '33',
  KE: '34',
  IDi: '35',
  IDr: '36',
  CERT: '37',
  CERTREQ: '38',
  AUTH: '39',
  N: '40',
  NOTIFY: '41',
  DELETE: '42',
  VID: '43',
  TSi: '44',
  TSr: '45',
  CFG: '47',
}
/** The payload around the encrypted ones. */
const sk = '46'

/** What stands inside an SA payload: proposals and transforms. */
const insideSa = ['2', '3']

const fields = [
  'frame.comment',
  'isakmp.typepayload',
  'icmp.type',
  'esp.icv_good',
  '_ws.malformed',
  '_ws.expert.severity',
  '_ws.expert.message',
] as const

type Frame = Partial<Record<(typeof fields)[number], readonly string[]>>

interface Packet {
  readonly message: string
  readonly payloads: readonly string[]
  readonly announced: readonly string[]
  readonly icmp: string | null
  readonly icvGood: boolean
  readonly complaints: readonly string[]
}

/** The one thing that Wireshark lacks: the unstructuredName in which IOS writes the host name (PKCS #9). */
const withoutDissector = /^BER: Dissector for OID not implemented/
const comment = '1048576'

const packetOf = (frame: Frame): Packet => {
  const [said = ''] = frame['frame.comment'] ?? []
  const [, message = '', list = ''] = /^([^,]+), \S+ sends (?!again)(.*)/.exec(said.split('\n')[0] ?? '') ?? []
  const repeated = / sends again/.test(said)
  const types = message.includes(' ') ? ikeV2PayloadTypes : payloadTypes
  const icv = frame['esp.icv_good']?.[0]
  const messages = frame['_ws.expert.message'] ?? []
  return {
    message: repeated ? 'again' : said.startsWith('ESP') ? 'ESP' : message,
    payloads: repeated
      ? []
      : (frame['isakmp.typepayload'] ?? []).filter((type) => !insideSa.includes(type) && type !== sk),
    announced: list
      .split(' ')
      .filter((name) => name !== '')
      .map((name) => types[name.replace(/\(.*/, '')] ?? name),
    icmp: frame['icmp.type']?.[0] ?? null,
    icvGood: icv === '1' || icv === 'True',
    complaints: [
      ...(repeated ? [] : (frame['_ws.malformed'] ?? [])),
      ...messages.filter((text, index) => {
        const severity = frame['_ws.expert.severity']?.[index]
        return severity !== comment && !withoutDissector.test(text)
      }),
    ],
  }
}

/** An IP fragment before the last, in which Wireshark shows the whole message. */
const isPiece = (frame: Frame): boolean => / IP fragment /.test(frame['frame.comment']?.[0] ?? '')

const read = async (
  program: string,
  before: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<readonly Packet[]> => {
  const { stdout } = await promisify(execFile)(
    program,
    [...before, '-T', 'json', ...fields.flatMap((field) => ['-e', field])],
    { cwd: folder, maxBuffer: 1 << 26, env: { ...process.env, ...environment } },
  )
  const frames: readonly { readonly _source: { readonly layers: Frame } }[] = JSON.parse(stdout)
  return frames
    .map(({ _source }) => _source.layers)
    .filter((frame) => !isPiece(frame))
    .map(packetOf)
}

const messagesOf = (packets: readonly Packet[]): readonly string[] => packets.map(({ message }) => message)

/** What stands in a capture for certain, from what the verdict says. */
const expectMessages = (packets: readonly Packet[], direction: Direction): void => {
  if (messagesOf(packets)[0]?.startsWith('IKE')) expectIkeV2(packets, direction)
  else expectIkeV1(packets, direction)
}

const ikeV2Messages = ['IKE_SA_INIT request', 'IKE_SA_INIT response', 'IKE_AUTH request', 'IKE_AUTH response']

const expectIkeV2 = (packets: readonly Packet[], { outcome, certificates }: Direction): void => {
  const shown = messagesOf(packets)
  expect(shown.slice(0, 2)).toEqual(ikeV2Messages.slice(0, 2))
  if (outcome !== 'up') return
  expect(shown.slice(0, 4)).toEqual(ikeV2Messages)
  const signed = Object.values(certificates).every((certificate) => certificate !== null)
  for (const message of ikeV2Messages.slice(2)) {
    const payloads = packets.find((packet) => packet.message === message)?.payloads ?? []
    expect(payloads).toContain(ikeV2PayloadTypes.AUTH)
    expect(payloads.includes('37')).toBe(signed)
  }
  expectPings(packets)
}

const expectIkeV1 = (packets: readonly Packet[], { outcome, stage, certificates }: Direction): void => {
  const shown = messagesOf(packets)
  expect(shown.slice(0, 1)).toEqual(['MM1'])
  if (stage !== null) expect(shown).toContain(stage)
  if (outcome !== 'up') return
  expect(shown.slice(0, 9)).toEqual(['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3'])
  const signed = Object.values(certificates).every((certificate) => certificate !== null)
  for (const message of ['MM5', 'MM6']) {
    const payloads = packets.find((packet) => packet.message === message)?.payloads ?? []
    expect(payloads).toContain(payloadTypes.ID)
    expect(payloads.includes('6')).toBe(signed)
  }
  expectPings(packets)
}

const expectPings = (packets: readonly Packet[]): void => {
  const inside = packets.filter(({ message }) => message === 'ESP')
  expect(inside.map(({ icmp }) => icmp)).toEqual(['8', '0', '8', '0', '8', '0', '8', '0'])
  expect(inside.every(({ icvGood }) => icvGood)).toBe(true)
}

describeWith({ tools: ['tshark'] }, 'tshark reads and decrypts what the examples leave', () => {
  it.each(exampleNames)('%s', async (name) => {
    const proven = await proveExample(name)
    try {
      await Promise.all(
        proven.verdict.tunnels
          .flatMap(({ directions }) => directions)
          .map(async (direction) => {
            const folder = join(proven.folder, `${direction.initiator}-initiates`)
            const packets = await read('sh', ['wireshark/tshark.sh'], folder)
            expect(packets.flatMap(({ complaints }) => complaints)).toEqual([])
            for (const { payloads, announced, message } of packets) {
              expect(message).not.toBe('')
              expect(payloads).toEqual(announced)
            }
            expectMessages(packets, direction)
          }),
      )
    } finally {
      proven.dispose()
    }
  })

  it('the folder wireshark/ is a configuration that Wireshark loads', async () => {
    const proven = await proveExample('ikev1-asymmetric-trustpoints')
    try {
      const folder = join(proven.folder, 'R1-initiates')
      const loaded = await read('tshark', ['-r', 'exchange.pcapng'], folder, { WIRESHARK_CONFIG_DIR: 'wireshark' })
      expect(loaded).toEqual(await read('sh', ['wireshark/tshark.sh'], folder))
    } finally {
      proven.dispose()
    }
  })

  it('the messages of ikev2-certificates hold the payloads that the document lists, in that order', async () => {
    const proven = await proveExample('ikev2-certificates')
    try {
      const packets = await read('sh', ['wireshark/tshark.sh'], join(proven.folder, 'R1-initiates'))
      const listed = (names: string): readonly (string | undefined)[] =>
        names.split(' ').map((name) => ikeV2PayloadTypes[name])
      const behind = 'NOTIFY NOTIFY NOTIFY'
      expect(packets.slice(0, 4).map(({ payloads }) => payloads)).toEqual([
        listed('SA KE N VID VID NOTIFY NOTIFY'),
        listed('SA KE N VID VID NOTIFY NOTIFY CERTREQ NOTIFY'),
        listed(`VID IDi CERT CERTREQ NOTIFY AUTH CFG SA TSi TSr NOTIFY ${behind}`),
        listed(`VID IDr CERT AUTH SA TSi TSr ${behind}`),
      ])
    } finally {
      proven.dispose()
    }
  })
})
