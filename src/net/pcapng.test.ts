import { describe, expect, it } from 'vitest'
import { type CapturedPacket, writePcapng } from './pcapng.ts'

/** The blocks of a file, read by the length in front and checked against the one behind. */
function blocks(file: Uint8Array): readonly { readonly type: number; readonly body: Uint8Array }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const found: { readonly type: number; readonly body: Uint8Array }[] = []
  for (let at = 0; at < file.length; ) {
    const length = view.getUint32(at + 4, true)
    expect(length % 4).toBe(0)
    expect(view.getUint32(at + length - 4, true)).toBe(length)
    found.push({ type: view.getUint32(at, true), body: file.subarray(at + 8, at + length - 4) })
    at += length
  }
  return found
}

const packet: CapturedPacket = { time: 1_767_225_600_000.125, interface: 'R1', packet: new Uint8Array([0x45, 1, 2]) }

describe('a capture file', () => {
  it('is a section, its interfaces once each, and the packets in their order', () => {
    const file = writePcapng([packet, { ...packet, interface: 'R2' }, { ...packet, comment: 'MM3' }])
    const types = blocks(file).map(({ type }) => type)
    expect(types).toEqual([0x0a0d0d0a, 1, 1, 6, 6, 6])
    const section = blocks(file)[0]?.body ?? new Uint8Array()
    const length = new DataView(section.buffer, section.byteOffset).getBigUint64(8, true)
    expect(Number(length)).toBe(file.length - section.length - 12)
  })

  it('keeps time to the microsecond', () => {
    const body = blocks(writePcapng([packet])).at(-1)?.body ?? new Uint8Array()
    const view = new DataView(body.buffer, body.byteOffset)
    expect(BigInt(view.getUint32(4, true)) * 2n ** 32n + BigInt(view.getUint32(8, true))).toBe(1_767_225_600_000_125n)
  })

  it('cuts a comment that an option cannot hold, at a character', () => {
    const body = blocks(writePcapng([{ ...packet, comment: 'é'.repeat(40_000) }])).at(-1)?.body ?? new Uint8Array()
    const view = new DataView(body.buffer, body.byteOffset)
    const length = view.getUint16(26, true)
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body.subarray(28, 28 + length))
    expect(text).toMatch(/^é+…$/)
  })

  it('is empty but valid without packets', () => {
    expect(blocks(writePcapng([])).map(({ type }) => type)).toEqual([0x0a0d0d0a])
  })
})
