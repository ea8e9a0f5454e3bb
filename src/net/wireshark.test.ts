import { execFileSync } from 'node:child_process'
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWith } from '../../test/support/requires.ts'
import { type Datagram, encodePacket } from './ipv4.ts'
import { type CapturedPacket, writePcapng } from './pcapng.ts'
import {
  type EspKey,
  octetsUpToIsakmpHeader,
  tsharkArguments,
  tsharkCommand,
  type WiresharkKeys,
  wiresharkFiles,
} from './wireshark.ts'

/*
 * Main mode and the first message of quick mode, made by hand from RFC 2408 and RFC 2409 so that nothing here depends
 * on the code that the tables serve; then a ping in ESP.
 *
 *   R1 172.16.0.1                 R2 172.16.0.2
 *   MM1  HDR, SA             →
 *                            ←    MM2  HDR, SA
 *   MM3  HDR, KE, NONCE      →
 *                            ←    MM4  HDR, KE, NONCE
 *   MM5  HDR*, ID, SIG       →
 *                            ←    MM6  HDR*, ID, SIG
 *   QM1  HDR*, HASH, NONCE, ID, ID →
 *   ESP  ICMP echo           →
 */
const start = Date.UTC(2026, 0, 1)
const R1 = '172.16.0.1'
const R2 = '172.16.0.2'
const cookieI = Buffer.from('1122334455667788', 'hex')
const cookieR = Buffer.from('99aabbccddeeff00', 'hex')

interface Suite {
  readonly name: string
  readonly cipher: string
  readonly keyLength: number
  readonly hash: string
  /** RFC 2409's transform attributes: encryption, hash, authentication method, group, key length. */
  readonly attributes: readonly (readonly [number, number])[]
  /** Where MM5 and what follows go: 4500 behind NAT (RFC 3947). */
  readonly port: 500 | 4500
}

const SUITES: readonly Suite[] = [
  {
    name: 'AES-256, SHA-256, RSA signatures',
    cipher: 'aes-256-cbc',
    keyLength: 32,
    hash: 'sha256',
    attributes: [
      [1, 7],
      [2, 4],
      [3, 3],
      [4, 14],
      [14, 256],
    ],
    port: 500,
  },
  {
    name: '3DES, MD5, pre-shared key',
    cipher: 'des-ede3-cbc',
    keyLength: 24,
    hash: 'md5',
    attributes: [
      [1, 5],
      [2, 1],
      [3, 1],
      [4, 2],
    ],
    port: 500,
  },
  {
    name: 'AES-128, SHA-1, RSA signatures, behind NAT',
    cipher: 'aes-128-cbc',
    keyLength: 16,
    hash: 'sha1',
    attributes: [
      [1, 7],
      [2, 2],
      [3, 3],
      [4, 2],
      [14, 128],
    ],
    port: 4500,
  },
]

interface Payload {
  readonly type: number
  readonly body: Buffer
}

function u16(...values: number[]): Buffer {
  const buffer = Buffer.alloc(2 * values.length)
  for (const [index, value] of values.entries()) buffer.writeUInt16BE(value, 2 * index)
  return buffer
}

function chain(payloads: readonly Payload[]): Buffer {
  return Buffer.concat(
    payloads.flatMap(({ body }, index) => [
      Buffer.from([payloads[index + 1]?.type ?? 0, 0]),
      u16(4 + body.length),
      body,
    ]),
  )
}

function header(first: number, exchange: number, flags: number, messageId: Buffer, length: number): Buffer {
  const numbers = Buffer.from([first, 0x10, exchange, flags])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(28 + length)
  return Buffer.concat([cookieI, cookieR, numbers, messageId, size])
}

const PHASE1 = Buffer.alloc(4)
const QUICK = Buffer.from('0badcafe', 'hex')

function clear(payloads: readonly Payload[]): Buffer {
  const body = chain(payloads)
  return Buffer.concat([header(payloads[0]?.type ?? 0, 2, 0, PHASE1, body.length), body])
}

function fill(length: number, seed: string): Buffer {
  return Buffer.concat(
    [0, 1, 2, 3, 4, 5, 6, 7].map((i) => createHash('sha512').update(`${seed}${i}`).digest()),
  ).subarray(0, length)
}

function samples(suite: Suite): { readonly packets: readonly CapturedPacket[]; readonly keys: WiresharkKeys } {
  const key = fill(suite.keyLength, 'key')
  const block = suite.cipher.startsWith('aes') ? 16 : 8
  const [gI, gR] = [fill(suite.keyLength === 32 ? 256 : 128, 'gI'), fill(suite.keyLength === 32 ? 256 : 128, 'gR')]
  let iv = createHash(suite.hash).update(gI).update(gR).digest().subarray(0, block)

  function encrypted(exchange: number, messageId: Buffer, payloads: readonly Payload[], startIv: Buffer): Buffer {
    const plain = chain(payloads)
    const padding = Buffer.alloc((block - (plain.length % block)) % block)
    const cipher = createCipheriv(suite.cipher, key, startIv).setAutoPadding(false)
    const body = Buffer.concat([cipher.update(plain), cipher.update(padding), cipher.final()])
    if (exchange === 2) iv = body.subarray(body.length - block)
    return Buffer.concat([header(payloads[0]?.type ?? 0, exchange, 1, messageId, body.length), body])
  }

  const attributes = Buffer.concat(suite.attributes.map(([type, value]) => u16(0x8000 | type, value)))
  const transform = Buffer.concat([
    Buffer.from([0, 0]),
    u16(8 + attributes.length),
    Buffer.from([1, 1, 0, 0]),
    attributes,
  ])
  const proposal = Buffer.concat([Buffer.from([0, 0]), u16(8 + transform.length), Buffer.from([1, 1, 0, 1]), transform])
  const sa = { type: 1, body: Buffer.concat([Buffer.from('0000000100000001', 'hex'), proposal]) }
  const nonce = (seed: string) => ({ type: 10, body: fill(20, seed) })
  const id = (name: string) => ({ type: 5, body: Buffer.concat([Buffer.from([2, 17]), u16(500), Buffer.from(name)]) })
  const signature = (seed: string) => ({ type: 9, body: fill(256, seed) })
  const host = (address: string) => ({ type: 5, body: Buffer.from([1, 0, 0, 0, ...address.split('.').map(Number)]) })

  const messages: readonly (readonly [string, string, Buffer])[] = [
    [R1, R2, clear([sa])],
    [R2, R1, clear([sa])],
    [R1, R2, clear([{ type: 4, body: gI }, nonce('nI')])],
    [R2, R1, clear([{ type: 4, body: gR }, nonce('nR')])],
    [R1, R2, encrypted(2, PHASE1, [id('R1.cisco.com'), signature('sI')], iv)],
    [R2, R1, encrypted(2, PHASE1, [id('R2.cisco.com'), signature('sR')], iv)],
  ]
  const quickIv = createHash(suite.hash).update(iv).update(QUICK).digest().subarray(0, block)
  const quick = encrypted(
    32,
    QUICK,
    [{ type: 8, body: fill(20, 'h') }, nonce('q'), host('1.1.1.1'), host('2.2.2.2')],
    quickIv,
  )
  const packets = [...messages, [R1, R2, quick] as const].map(([from, to, bytes], index) => ({
    time: start + index * 5.25,
    interface: from === R1 ? 'R1 Ethernet0/0' : 'R2 Ethernet0/0',
    packet: encodePacket(index < 4 ? udp(from, to, bytes) : floated(from, to, bytes, suite.port), index + 1),
    comment: `message ${index + 1} — ✓`,
  }))
  return { packets, keys: { ikev1: [{ cookieI, key }], esp: [], ikev2: [] } }
}

function udp(from: string, to: string, bytes: Uint8Array, port = 500): Datagram {
  return { protocol: 'udp', from: { address: from, port }, to: { address: to, port }, bytes }
}

/** On port 4500 four zero octets in front tell IKE from ESP. */
function floated(from: string, to: string, bytes: Uint8Array, port: 500 | 4500): Datagram {
  return udp(from, to, port === 4500 ? Buffer.concat([Buffer.alloc(4), bytes]) : bytes, port)
}

/** A ping from 1.1.1.1 to 2.2.2.2 in tunnel mode (RFC 4303): SPI, sequence, IV, packet, padding, ICV. */
function ping(key: EspKey, cipher: string | null, hash: string | null, icvLength: number): Buffer {
  const icmp = Buffer.from('0800f7ff00000000', 'hex')
  const inner = Buffer.concat([Buffer.from('4500001c0001000040017bdf0101010102020202', 'hex'), icmp])
  inner.writeUInt16BE(0, 10)
  const block = cipher === null ? 4 : cipher.startsWith('aes') ? 16 : 8
  const padding = Buffer.from(
    Array.from({ length: (2 * block - ((inner.length + 2) % block)) % block }, (_, i) => i + 1),
  )
  const plain = Buffer.concat([inner, padding, Buffer.from([padding.length, 4])])
  const iv = fill(cipher === null ? 0 : block, 'iv')
  const body = cipher === null ? plain : encryptBlocks(cipher, key.encryptionKey, iv, plain)
  const packet = Buffer.concat([key.spi, Buffer.from([0, 0, 0, 1]), iv, body])
  if (hash === null) return packet
  return Buffer.concat([packet, createHmac(hash, key.authenticationKey).update(packet).digest().subarray(0, icvLength)])
}

function encryptBlocks(cipher: string, key: Uint8Array, iv: Buffer, plain: Buffer): Buffer {
  const context = createCipheriv(cipher, cipher === 'des' ? Buffer.concat([key, key, key]) : key, iv)
  context.setAutoPadding(false)
  return Buffer.concat([context.update(plain), context.final()])
}

describeWith({ tools: ['tshark'] }, 'what Wireshark reads', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ikewise-wireshark-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function capture(packets: readonly CapturedPacket[]): string {
    const path = join(folder, 'exchange.pcapng')
    writeFileSync(path, writePcapng(packets))
    return path
  }

  /** One line a packet, the fields separated by bars. */
  function fields(names: readonly string[], args: readonly string[], env: NodeJS.ProcessEnv = {}): readonly string[] {
    const wanted = names.flatMap((name) => ['-e', name])
    const output = execFileSync('tshark', [...args, '-T', 'fields', '-E', 'separator=|', ...wanted], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder, TZ: 'UTC', LC_ALL: 'C.UTF-8', ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return output.trimEnd().split('\n')
  }

  it('are the packets with their time, interface and comment', () => {
    const { packets } = samples(SUITES[0] as Suite)
    const names = [
      'frame.time_epoch',
      'frame.interface_name',
      'frame.packet_flags_direction',
      'frame.comment',
      'ip.src',
      'ip.checksum.status',
    ]
    const lines = fields(names, ['-r', capture(packets), '-o', 'ip.check_checksum:TRUE'])
    expect(lines.slice(0, 2)).toEqual([
      `${start / 1000}.000000000|R1 Ethernet0/0|0x00000002|message 1 — ✓|${R1}|1`,
      `${start / 1000}.005250000|R2 Ethernet0/0|0x00000002|message 2 — ✓|${R2}|1`,
    ])
    expect(lines.length).toBe(packets.length)
  })

  describe.each(SUITES)('of phase 1 with $name', (suite) => {
    const names = [
      'isakmp.typepayload',
      'isakmp.id.data.fqdn',
      'isakmp.id.data.ipv4_addr',
      '_ws.malformed',
      '_ws.expert.message',
    ]
    const decrypted = [
      '1,2,3|||',
      '1,2,3|||',
      '4,10|||',
      '4,10|||',
      '5,9|R1.cisco.com||',
      '5,9|R2.cisco.com||',
      '8,10,5,5||1.1.1.1,2.2.2.2|',
    ].map((line, index) => `${line}|message ${index + 1} — ✓`)

    it('is every payload, with the keys on the command line', () => {
      const { packets, keys } = samples(suite)
      expect(fields(names, tsharkArguments(capture(packets), keys))).toEqual(decrypted)
    })

    it('is every payload, with the keys in a configuration folder', () => {
      const { packets, keys } = samples(suite)
      const configuration = join(folder, suite.cipher)
      mkdirSync(configuration)
      for (const [name, text] of wiresharkFiles(keys)) writeFileSync(join(configuration, name), text)
      expect(fields(names, ['-r', capture(packets)], { WIRESHARK_CONFIG_DIR: configuration })).toEqual(decrypted)
    })

    it('is still every payload after an encrypted message that is repeated, cut after its header', () => {
      const { packets, keys } = samples(suite)
      const repeated = packets.flatMap((packet, index) =>
        index === 4 ? [packet, { ...packet, octets: octetsUpToIsakmpHeader(suite.port) }] : [packet],
      )
      expect(fields(names, tsharkArguments(capture(repeated), keys))).toEqual([
        ...decrypted.slice(0, 5),
        '||||message 5 — ✓',
        ...decrypted.slice(5),
      ])
    })

    it('is nothing of the protected payloads without keys', () => {
      const { packets } = samples(suite)
      expect(
        fields(names, ['-r', capture(packets)])
          .slice(4)
          .join(),
      ).not.toMatch(/cisco|1\.1\.1\.1/)
    })
  })

  it.each<readonly [EspKey['encryption'], string | null, number, EspKey['authentication'], string | null, number]>([
    ['esp-3des', 'des-ede3-cbc', 24, 'esp-md5-hmac', 'md5', 12],
    ['esp-des', 'des-ede3-cbc', 8, 'esp-sha-hmac', 'sha1', 12],
    ['esp-aes 128', 'aes-128-cbc', 16, 'esp-sha-hmac', 'sha1', 12],
    ['esp-aes 192', 'aes-192-cbc', 24, 'esp-sha256-hmac', 'sha256', 16],
    ['esp-aes 256', 'aes-256-cbc', 32, 'esp-sha384-hmac', 'sha384', 24],
    ['esp-null', null, 0, 'esp-sha512-hmac', 'sha512', 32],
    ['esp-aes 128', 'aes-128-cbc', 16, null, null, 0],
  ])(
    'of ESP with %s and %s, %d octets, %s is the ping inside',
    (encryption, cipher, keyLength, authentication, hash, icv) => {
      const key: EspKey = {
        source: R1,
        destination: R2,
        spi: Buffer.from('c0ffee01', 'hex'),
        encryption,
        encryptionKey: fill(keyLength, 'esp'),
        authentication,
        authenticationKey: hash === null ? new Uint8Array() : fill(createHash(hash).digest().length, 'auth'),
      }
      const cipherKey =
        encryption === 'esp-des' ? Buffer.concat([1, 2, 3].map(() => key.encryptionKey)) : key.encryptionKey
      const bytes = ping({ ...key, encryptionKey: cipherKey }, cipher, hash, icv)
      const plain = { protocol: 'esp', from: { address: R1, port: 0 }, to: { address: R2, port: 0 }, bytes } as const
      const packets = [plain, udp(R1, R2, bytes, 4500)].map((datagram, index) => ({
        time: start,
        interface: 'R1',
        packet: encodePacket(datagram, index),
      }))
      const names = ['ip.src', 'icmp.type', 'esp.icv_good', '_ws.malformed']
      const lines = fields(names, tsharkArguments(capture(packets), { ikev1: [], ikev2: [], esp: [key] }))
      const good = hash === null ? '' : '1'
      expect(lines).toEqual([`${R1},1.1.1.1|8|${good}|`, `${R1},1.1.1.1|8|${good}|`])
    },
  )

  it.each([
    ['esp-gcm 128', 'aes-128-gcm', 16],
    ['esp-gcm 192', 'aes-192-gcm', 24],
    ['esp-gcm 256', 'aes-256-gcm', 32],
  ] as const)('of ESP with %s (%s) is the ping inside', (encryption, cipher, keyLength) => {
    const encryptionKey = fill(keyLength + 4, 'gcm')
    const none = new Uint8Array()
    const spi = Buffer.from('c0ffee02', 'hex')
    const key: EspKey = {
      source: R1,
      destination: R2,
      spi,
      encryption,
      encryptionKey,
      authentication: null,
      authenticationKey: none,
    }
    const header = Buffer.concat([spi, Buffer.from([0, 0, 0, 1])])
    const clear = ping({ ...key, encryption: 'esp-null' }, null, null, 0).subarray(8)
    const iv = fill(8, 'iv')
    const seal = createCipheriv(
      cipher,
      encryptionKey.subarray(0, keyLength),
      Buffer.concat([encryptionKey.subarray(keyLength), iv]),
    )
    seal.setAAD(header)
    const bytes = Buffer.concat([header, iv, seal.update(clear), seal.final(), seal.getAuthTag()])
    const datagram = { protocol: 'esp', from: { address: R1, port: 0 }, to: { address: R2, port: 0 }, bytes } as const
    const packets = [{ time: start, interface: 'R1', packet: encodePacket(datagram, 0) }]
    const names = ['ip.src', 'icmp.type', '_ws.malformed']
    const read = fields(names, tsharkArguments(capture(packets), { ikev1: [], ikev2: [], esp: [key] }))
    expect(read).toEqual([`${R1},1.1.1.1|8|`])
  })

  it('comes from the ready command too', () => {
    const { packets, keys } = samples(SUITES[0] as Suite)
    const output = execFileSync('/bin/sh', ['-c', `${tsharkCommand(capture(packets), keys)} -V`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    expect(output).toContain('R2.cisco.com')
  })
})

describe('the tshark command', () => {
  it('quotes what the shell would take apart', () => {
    const keys = { ikev1: [{ cookieI, key: Buffer.from('00ff', 'hex') }], esp: [], ikev2: [] }
    expect(tsharkCommand("it's here.pcapng", keys)).toBe(
      "tshark -r 'it'\\''s here.pcapng' -o esp.enable_encryption_decode:TRUE -o esp.enable_authentication_check:TRUE" +
        " -o 'uat:ikev1_decryption_table:1122334455667788,00ff'",
    )
  })
})
