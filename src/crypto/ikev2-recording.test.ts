import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  concat,
  decodeIkeV2Message,
  decodeIkeV2Payloads,
  describeIkeV2Payload,
  encodeIkeV2Message,
  encodeIkeV2PayloadBody,
  encodeIkeV2Payloads,
  type IkeV2Payload,
  ikeV2ProtectedHead,
} from '../wire/index.ts'
import { fromHex } from './bytes.ts'
import { ikeV2VerifyAuth } from './ikev2-auth.ts'
import { deriveIkeV2Keys, type IkeV2Keys, ikeV2Keymat, ikeV2Skeyseed } from './ikev2-keys.ts'
import { prf } from './ikev2-prf.ts'
import { type IkeV2Protection, openIkeV2 } from './ikev2-protection.ts'

/*
 * A negotiation between two strongSwans, every octet of it, and the keys that charon says it had: the payloads'
 * formats, key derivation, protection, fragments and AUTH, all at once and none of it ours.
 */

interface Recording {
  readonly keys: Readonly<Record<keyof IkeV2Keys | 'shared' | 'skeyseed', string>>
  readonly firstChild: ChildKeys
  readonly rekeyedChild: ChildKeys & { readonly shared: string }
  readonly messages: readonly Recorded[]
}
interface ChildKeys {
  readonly encryptionI: string
  readonly integrityI: string
  readonly encryptionR: string
  readonly integrityR: string
}
interface Recorded {
  readonly name: string
  readonly sender: 'I' | 'R'
  /** As charon listed them, in our words. */
  readonly payloads: readonly string[]
  readonly datagrams: readonly string[]
}

const file = new URL('../../test/fixtures/strongswan/ikev2-rsa-x25519.json', import.meta.url)
const { keys, firstChild, rekeyedChild, messages } = JSON.parse(readFileSync(file, 'utf8')) as Recording
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const protectionOf = (sender: 'I' | 'R'): IkeV2Protection => ({
  cipher: 'aes-cbc-128',
  integrity: 'sha256',
  encryptionKey: fromHex(sender === 'I' ? keys.skEi : keys.skEr),
  integrityKey: fromHex(sender === 'I' ? keys.skAi : keys.skAr),
})

const decoded = (datagram: Uint8Array) => {
  const message = decodeIkeV2Message(datagram)
  if (!message.ok) throw new Error(message.reject.detail)
  return message.value
}

/** The payloads of a message, decrypted and its fragments put together; and what was encrypted. */
const read = ({ sender, datagrams }: Recorded): { payloads: readonly IkeV2Payload[]; plaintext: Uint8Array | null } => {
  const pieces: Uint8Array[] = []
  let firstInner = 0
  for (const datagram of datagrams.map(fromHex)) {
    const { payloads } = decoded(datagram)
    const last = payloads.at(-1)
    if (last?.type !== 'SK' && last?.type !== 'SKF') return { payloads, plaintext: null }
    const opened = openIkeV2(protectionOf(sender), datagram, datagram.length - last.data.length)
    if (!opened.ok) throw new Error(opened.reject.detail)
    if (last.type === 'SK' || last.number === 1) firstInner = last.firstInner
    pieces.push(opened.value)
  }
  const plaintext = concat(...pieces)
  const inner = decodeIkeV2Payloads(firstInner, plaintext)
  if (!inner.ok) throw new Error(inner.reject.detail)
  return { payloads: inner.value, plaintext }
}

const find = <T extends IkeV2Payload['type']>(name: string, type: T): Extract<IkeV2Payload, { type: T }> => {
  const message = messages.find((each) => each.name === name)
  const found = message && read(message).payloads.find((payload) => payload.type === type)
  if (!found) throw new Error(`${name} has no ${type}`)
  return found as Extract<IkeV2Payload, { type: T }>
}

const firstDatagram = (name: string): Uint8Array =>
  fromHex(messages.find((each) => each.name === name)?.datagrams[0] ?? '')

describe('what strongSwan negotiated with itself', () => {
  it.each(messages)('$name has the payloads that charon says', (message) => {
    expect(read(message).payloads.map(describeIkeV2Payload)).toEqual(message.payloads)
  })

  it.each(messages)('$name is written as it was read, inside and outside', (message) => {
    const { payloads, plaintext } = read(message)
    if (plaintext !== null) expect(hex(encodeIkeV2Payloads(payloads))).toBe(hex(plaintext))
    for (const datagram of message.datagrams) {
      const { header, payloads: outer } = decoded(fromHex(datagram))
      expect(hex(encodeIkeV2Message({ ...header, payloads: outer }))).toBe(datagram)
      const last = outer.at(-1)
      if (last?.type !== 'SK' && last?.type !== 'SKF') continue
      const head = ikeV2ProtectedHead(header, last.firstInner, last.data.length, last.type === 'SKF' ? last : undefined)
      expect(hex(head)).toBe(datagram.slice(0, 2 * head.length))
    }
  })

  const ni = find('IKE_SA_INIT request', 'NONCE').data
  const nr = find('IKE_SA_INIT response', 'NONCE').data

  it('has the keys that follow from nonces, SPIs and the shared secret', () => {
    const skeyseed = ikeV2Skeyseed('sha256', ni, nr, fromHex(keys.shared))
    expect(hex(skeyseed)).toBe(keys.skeyseed)
    const { header } = decoded(firstDatagram('IKE_SA_INIT response'))
    const derived = deriveIkeV2Keys({
      ...{ prf: 'sha256', skeyseed, ni, nr, spiI: header.initiatorSpi, spiR: header.responderSpi },
      ...{ cipher: 'aes-cbc-128', integrity: 'sha256' },
    })
    for (const [name, value] of Object.entries(derived)) expect([name, hex(value)]).toEqual([name, keys[name as 'skD']])
  })

  it.each([
    ['request', 'IDi', nr, keys.skPi],
    ['response', 'IDr', ni, keys.skPr],
  ] as const)('has an AUTH in the %s that its certificate proves', (own, identity, nonce, skP) => {
    const name = `IKE_AUTH ${own}`
    const macedId = prf('sha256', fromHex(skP), encodeIkeV2PayloadBody(find(name, identity)))
    const octets = concat(firstDatagram(`IKE_SA_INIT ${own}`), nonce, macedId)
    const key = new X509Certificate(find(name, 'CERT').data).publicKey
    const { method, data } = find(name, 'AUTH')
    expect(method).toBe(14)
    expect(ikeV2VerifyAuth({ method, key, data, octets })).toMatchObject({ ok: true, hash: 'sha256' })
    const changed = octets.map((octet, index) => (index === 0 ? octet ^ 1 : octet))
    expect(ikeV2VerifyAuth({ method, key, data, octets: changed })).toMatchObject({ code: 'auth-signature-invalid' })
  })

  const inOrder = ({ encryptionI, integrityI, encryptionR, integrityR }: ChildKeys): string =>
    encryptionI + integrityI + encryptionR + integrityR

  it('has a child whose keys follow from SK_d and the nonces', () => {
    const common = { prf: 'sha256', skD: fromHex(keys.skD), length: 96 } as const
    expect(hex(ikeV2Keymat({ ...common, ni, nr, shared: null }))).toBe(inOrder(firstChild))
    const rekeyed = {
      ni: find('CREATE_CHILD_SA request', 'NONCE').data,
      nr: find('CREATE_CHILD_SA response', 'NONCE').data,
      shared: fromHex(rekeyedChild.shared),
    }
    expect(hex(ikeV2Keymat({ ...common, ...rekeyed }))).toBe(inOrder(rekeyedChild))
  })
})
