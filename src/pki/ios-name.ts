import { latest } from '../crypto/index.ts'
import { attempt, DerError, der, oidToBytes, readDer } from './der.ts'
import { nameFromTlv } from './name.ts'
import { attributeOid, isIa5 } from './name-attributes.ts'
import type { Name, PkiResult } from './types.ts'

/** Names in IOS's spelling: the last RDN first, `,` between RDNs and `+` inside one (ios-semantics §3.3). */

const tag = { sequence: 0x30, set: 0x31, oid: 6, utf8: 12, printable: 19, ia5: 22 } as const
const encoder = new TextEncoder()

/** The alphabet of PrintableString. */
const isPrintable = (value: string): boolean => /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value)
const isAscii = (value: string): boolean => /^[\x20-\x7e]*$/.test(value)

const stringTag = (oid: string, value: string): number => {
  if (isIa5(oid) && isAscii(value)) return tag.ia5
  return isPrintable(value) ? tag.printable : tag.utf8
}

const attribute = (label: string, value: string): Uint8Array => {
  const oid = attributeOid(label)
  if (oid === undefined) throw new DerError(`unknown attribute ${label}`)
  return der(tag.sequence, der(tag.oid, oidToBytes(oid)), der(stringTag(oid, value), encoder.encode(value)))
}

/** One RDN: a SET, whose members DER sorts by their encodings. */
const rdn = (attributes: readonly Uint8Array[]): Uint8Array =>
  der(tag.set, ...attributes.toSorted((a, b) => Buffer.compare(a, b)))

const build = (rdns: readonly Uint8Array[]): Name => nameFromTlv(readDer(der(tag.sequence, ...rdns), tag.sequence))

/** Splits before a new attribute only, so that `o=VeriSign, Inc.` and `cn=a+b` stay whole. */
const split = (text: string, separator: ',' | '+'): readonly string[] =>
  text.split(separator === ',' ? /,(?=\s*[A-Za-z0-9.]+\s*=)/ : /\+(?=\s*[A-Za-z0-9.]+\s*=)/)

const readPart = (part: string): Uint8Array => {
  const at = part.indexOf('=')
  if (at < 1) throw new DerError(`"${part}" is not attribute=value`)
  const value = part
    .slice(at + 1)
    .trim()
    .replaceAll('\\,', ',')
    .replace(/^"(.*)"$/, '$1')
  return attribute(part.slice(0, at).trim(), value)
}

/** In encoded order. */
const readRdns = (text: string): readonly Uint8Array[] =>
  split(text, ',')
    .map((part) => rdn(split(part, '+').map(readPart)))
    .toReversed()

/** A router has the same name in all its certificates, and a CA in all that it issues. */
const names = latest<PkiResult<Name>>(256)

/** Reads IOS's spelling. The reject says which part is no attribute. */
export const nameFromIos = (text: string): PkiResult<Name> =>
  names(`name ${text}`, () => attempt(() => build(readRdns(text)), 'malformed-name'))

/**
 * The subject with which a router enrols (ios-semantics §3.3): the typed RDNs in reverse, then one RDN of serial
 * number, address and host name, as far as they are given.
 */
export const identityName = (request: {
  readonly subjectName?: string
  readonly serialNumber?: string
  readonly ipAddress?: string
  readonly fqdn?: string
}): PkiResult<Name> => {
  const { subjectName, serialNumber, ipAddress, fqdn } = request
  return names(`identity ${JSON.stringify([subjectName, serialNumber, ipAddress, fqdn])}`, () =>
    attempt(() => {
      const typed = subjectName === undefined ? [] : readRdns(subjectName)
      const extra = [
        ...(serialNumber === undefined ? [] : [attribute('serialNumber', serialNumber)]),
        ...(ipAddress === undefined ? [] : [attribute('ipaddress', ipAddress)]),
        ...(fqdn === undefined ? [] : [attribute('hostname', fqdn)]),
      ]
      return build(extra.length === 0 ? typed : [...typed, rdn(extra)])
    }, 'malformed-name'),
  )
}
