import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caOf, day, noon } from '../../test/support/pki.ts'
import { parseCertificate } from './certificate.ts'
import { parseCrl } from './crl.ts'
import { der, integerFromHex, oidToBytes } from './der.ts'
import { signed } from './signed.ts'
import { writeTime } from './time.ts'
import type { Crl } from './types.ts'

const root = caOf('cn=Root,o=lab', 1)

const extension = (oid: string, critical: boolean, value: Uint8Array): Uint8Array =>
  der(0x30, der(6, oidToBytes(oid)), ...(critical ? [der(1, Uint8Array.of(0xff))] : []), der(4, value))

/** A list with these entries and extensions, signed by the root. */
const listOf = (entries: readonly Uint8Array[], extensions: readonly Uint8Array[] = []): ReturnType<typeof parseCrl> =>
  parseCrl(
    signed(root.keys, 'sha256', (algorithm) =>
      der(
        0x30,
        der(2, Uint8Array.of(1)),
        algorithm,
        root.certificate.subject.der,
        writeTime(noon),
        ...(entries.length > 0 ? [der(0x30, ...entries)] : []),
        ...(extensions.length > 0 ? [der(0xa0, der(0x30, ...extensions))] : []),
      ),
    ),
  )

const entry = (serial: string, ...extensions: readonly Uint8Array[]): Uint8Array =>
  der(0x30, integerFromHex(serial), writeTime(noon), ...(extensions.length > 0 ? [der(0x30, ...extensions)] : []))

const read = (result: ReturnType<typeof parseCrl>): Crl => {
  if (!result.ok) throw new Error(result.reject.detail)
  return result.value
}

const critical = (bytes: Uint8Array, oid = '2.5.29.28'): readonly string[] =>
  read(listOf([], [extension(oid, true, bytes)])).unknownCriticalExtensions

describe('a revocation list', () => {
  it('says who issued it, when, and which serials it revokes', () => {
    const list = root.crl(['0A', 'F927'])
    expect(list).toMatchObject({ issuer: { ios: 'cn=Root,o=lab' }, thisUpdate: noon - day, nextUpdate: noon + day })
    expect([...list.revoked]).toEqual(['0A', 'F927'])
    expect(list.verify(root.certificate)).toBe(true)
    expect(list.verify(caOf('cn=x', 2).certificate)).toBe(false)
  })

  it('of the lab says before it is signed what its octets say', () => {
    const serials = fc.uniqueArray(fc.stringMatching(/^[0-9a-fA-F]{1,20}$/), { maxLength: 5 })
    const time = fc.integer({ min: -1e12, max: 8e12 })
    fc.assert(
      fc.property(serials, time, time, (revoked, thisUpdate, nextUpdate) => {
        const list = root.crl(revoked, { thisUpdate, nextUpdate })
        const { verify, ...said } = list
        const { verify: verifies, ...octets } = read(parseCrl(list.der))
        expect(said).toEqual(octets)
        const other = caOf('cn=Root,o=lab', 2).certificate
        const cameInAMessage = parseCertificate(root.certificate.der)
        if (!cameInAMessage.ok) throw new Error(cameInAMessage.reject.detail)
        for (const by of [root.certificate, cameInAMessage.value])
          expect([verify(by), verifies(by), verify(other), verifies(other)]).toEqual([true, true, false, false])
      }),
      { numRuns: 50 },
    )
  })

  it('without a next update or an entry is a list', () => {
    expect(read(listOf([])).revoked.size).toBe(0)
    expect(read(listOf([])).nextUpdate).toBeUndefined()
  })

  it('as a delta, or with a critical extension nobody knows, is marked', () => {
    expect(read(listOf([], [extension('2.5.29.27', false, integerFromHex('01'))])).unknownCriticalExtensions).toEqual([
      '2.5.29.27',
    ])
    expect(critical(der(5), '1.2.3.4')).toEqual(['1.2.3.4'])
    expect(read(listOf([entry('0A', extension('1.2.3.5', true, der(5)))])).unknownCriticalExtensions).toEqual([
      '1.2.3.5',
    ])
    expect(read(listOf([entry('0A', extension('2.5.29.21', false, der(10, Uint8Array.of(1))))])).revoked).toContain(
      '0A',
    )
  })

  it('of one kind of certificates, of some reasons or of other issuers says so', () => {
    const yes = Uint8Array.of(0xff)
    expect(read(listOf([], [extension('2.5.29.28', true, der(0x30, der(0x81, yes)))])).only).toBe('users')
    expect(read(listOf([], [extension('2.5.29.28', true, der(0x30, der(0x82, yes)))])).only).toBe('authorities')
    expect(critical(der(0x30, der(0x81, yes)))).toEqual([])
    expect(critical(der(0x30, der(0x83, Uint8Array.of(1, 2))))).toEqual(['2.5.29.28'])
    expect(critical(der(0x30, der(0x84, yes)))).toEqual(['2.5.29.28'])
    const point = der(0xa0, der(0xa0, der(0x86, new TextEncoder().encode('http://a/b.crl'))))
    expect(read(listOf([], [extension('2.5.29.28', true, der(0x30, point))])).distributionPoints).toEqual([
      'http://a/b.crl',
    ])
  })

  it('with changed octets is another list, or none; it is never one that the CA signed', () => {
    const bytes = root.crl(['0A', '0B']).der
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = bytes.slice()
        changed[at] = (changed[at] ?? 0) ^ flip
        const list = parseCrl(changed)
        if (list.ok) expect(list.value.verify(root.certificate)).toBe(false)
      }),
      { numRuns: 1500, seed: 7 },
    )
  })
})
