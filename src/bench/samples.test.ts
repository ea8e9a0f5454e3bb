import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../ios/index.ts'
import { openEsp, sealEsp } from '../ipsec/index.ts'
import { decodeClearMessage, encodeClearMessage } from '../wire/index.ts'
import { sampleMessages } from './codec.ts'
import { associations } from './esp.ts'
import { largeConfiguration } from './large-configuration.ts'

describe('what the benchmark works on', () => {
  it('are messages that are written as they were read', () => {
    for (const { bytes } of sampleMessages()) {
      const message = decodeClearMessage(bytes)
      if (!message.ok) throw new Error(message.reject.detail)
      const { header, payloads } = message.value
      expect(encodeClearMessage({ ...header, payloads })).toEqual(bytes)
    }
  })

  it.each([100, 1000])('is a configuration of %i lines that is read whole', (lines) => {
    const text = largeConfiguration(lines)
    expect(text.trimEnd().split('\n')).toHaveLength(lines)
    const read = parseConfiguration(text, { file: 'HUB.cfg' })
    if (!read.ok) throw new Error(JSON.stringify(read.errors))
    const { configuration } = read
    expect(configuration.ignored.filter(({ text }) => !text.startsWith(' description'))).toEqual([])
    expect(configuration.keyrings).toHaveLength(Math.floor((lines - 10) / 20))
    expect(configuration.notices.filter(({ kind }) => kind !== 'weak')).toEqual([])
  })

  it.each([
    ['esp-aes 128', 'esp-sha256-hmac', 16, 48],
    ['esp-gcm 128', null, 0, 20],
  ] as const)(
    'are SAs of %s and %s of which one opens what the other sealed',
    (encryption, authentication, iv, keys) => {
      const ends = associations({ encryption, authentication }, keys)
      const sealed = sealEsp(ends.out, Uint8Array.of(1, 2, 3), 4, new Uint8Array(iv))
      if (!sealed.ok) throw new Error(sealed.reason)
      expect(openEsp(ends.in, sealed.packet)).toMatchObject({ ok: true, inner: Uint8Array.of(1, 2, 3), nextHeader: 4 })
    },
  )
})
