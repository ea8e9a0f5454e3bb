import { bytesToOid, children, DerError, der, oidToBytes, readDer } from './der.ts'
import type { Name, NameAttribute, PkiResult } from './types.ts'

const labels: Readonly<Record<string, string>> = {
  '2.5.4.3': 'cn',
  '2.5.4.11': 'ou',
  '2.5.4.10': 'o',
  '2.5.4.6': 'c',
  '2.5.4.8': 'st',
  '2.5.4.7': 'l',
  '1.2.840.113549.1.9.1': 'e',
  '2.5.4.5': 'serialNumber',
  '1.2.840.113549.1.9.8': 'ipaddress',
  '1.2.840.113549.1.9.2': 'hostname',
}
const oids: ReadonlyMap<string, string> = new Map(
  Object.entries(labels).map(([oid, label]) => [label.toLowerCase(), oid]),
)
const aliases: ReadonlyMap<string, string> = new Map([
  ['s', 'st'],
  ['sp', 'st'],
  ['email', 'e'],
  ['emailaddress', 'e'],
  ['sn', 'serialnumber'],
  ['unstructuredname', 'hostname'],
  ['unstructuredaddress', 'ipaddress'],
])

const tag = { sequence: 0x30, set: 0x31, oid: 6, utf8: 12, printable: 19, ia5: 22 } as const
const utf8 = new TextDecoder('utf-8')
const latin = new TextDecoder('latin1')
const utf16 = new TextDecoder('utf-16be')

const textOf = (valueTag: number, content: Uint8Array): string =>
  valueTag === 12 ? utf8.decode(content) : valueTag === 30 ? utf16.decode(content) : latin.decode(content)

const labelOf = (oid: string): string => labels[oid] ?? oid

const print = (rdns: Name['rdns']): string =>
  rdns
    .toReversed()
    .map((rdn) => rdn.map(({ oid, value }) => `${labelOf(oid)}=${value}`).join('+'))
    .join(',')

/** Reads an RDNSequence (RFC 5280 §4.1.2.4). */
export const nameFromDer = (bytes: Uint8Array): PkiResult<Name> => {
  try {
    const rdns = children(readDer(bytes, tag.sequence)).map((set) => {
      if (set.tag !== tag.set) throw new DerError('a relative distinguished name that is no SET')
      return children(set).map((attribute): NameAttribute => {
        const [type, value, ...more] = children(attribute)
        if (type?.tag !== tag.oid || !value || more.length > 0)
          throw new DerError('an attribute that is not a type and a value')
        return { oid: bytesToOid(type.content), value: textOf(value.tag, value.content), tag: value.tag }
      })
    })
    return { ok: true, value: { der: bytes, rdns, ios: print(rdns) } }
  } catch (error) {
    if (error instanceof DerError) return { ok: false, reject: { code: 'malformed-name', detail: error.message } }
    throw error
  }
}

const encoder = new TextEncoder()
const isPrintable = (value: string): boolean => /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value)

const attribute = (label: string, value: string): Uint8Array => {
  const oid = oids.get(label) ?? (/^\d+(\.\d+)+$/.test(label) ? label : undefined)
  if (!oid) throw new DerError(`unknown attribute ${label}`)
  const valueTag = label === 'hostname' || label === 'e' ? tag.ia5 : isPrintable(value) ? tag.printable : tag.utf8
  return der(tag.sequence, der(tag.oid, oidToBytes(oid)), der(valueTag, encoder.encode(value)))
}

const compare = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b)

/** One RDN: a SET, whose members DER sorts by their encodings. */
const rdn = (attributes: readonly Uint8Array[]): Uint8Array => der(tag.set, ...attributes.toSorted(compare))

const build = (rdns: readonly Uint8Array[]): Name => {
  const name = nameFromDer(der(tag.sequence, ...rdns))
  if (!name.ok) throw new Error(name.reject.detail)
  return name.value
}

/** Splits at commas that begin a new attribute, so that `o=VeriSign, Inc.` stays whole. */
const split = (text: string, separator: ',' | '+'): readonly string[] =>
  text.split(separator === ',' ? /,(?=\s*[A-Za-z0-9.]+\s*=)/ : /\+(?=\s*[A-Za-z0-9.]+\s*=)/)

const parsePart = (part: string): Uint8Array => {
  const at = part.indexOf('=')
  if (at < 1) throw new DerError(`"${part}" is not attribute=value`)
  const label = part.slice(0, at).trim().toLowerCase()
  return attribute(
    aliases.get(label) ?? label,
    part
      .slice(at + 1)
      .trim()
      .replaceAll('\\,', ',')
      .replace(/^"(.*)"$/, '$1'),
  )
}

/** Reads IOS's spelling, the last RDN first. */
export const nameFromIos = (text: string): PkiResult<Name> => {
  try {
    return {
      ok: true,
      value: build(
        split(text, ',')
          .map((part) => rdn(split(part, '+').map(parsePart)))
          .toReversed(),
      ),
    }
  } catch (error) {
    if (error instanceof DerError) return { ok: false, reject: { code: 'malformed-name', detail: error.message } }
    throw error
  }
}

/** The subject with which a router enrols (ios-semantics §3.3): the typed RDNs reversed, then one RDN of serial number, address and host name. */
export const identityName = (request: {
  readonly subjectName?: string
  readonly serialNumber?: string
  readonly ipAddress?: string
  readonly fqdn?: string
}): PkiResult<Name> => {
  try {
    const typed =
      request.subjectName === undefined
        ? []
        : split(request.subjectName, ',')
            .map((part) => rdn(split(part, '+').map(parsePart)))
            .toReversed()
    const extra: Uint8Array[] = []
    if (request.serialNumber !== undefined) extra.push(attribute('serialnumber', request.serialNumber))
    if (request.ipAddress !== undefined) extra.push(attribute('ipaddress', request.ipAddress))
    if (request.fqdn !== undefined) extra.push(attribute('hostname', request.fqdn))
    return { ok: true, value: build(extra.length === 0 ? typed : [...typed, rdn(extra)]) }
  } catch (error) {
    if (error instanceof DerError) return { ok: false, reject: { code: 'malformed-name', detail: error.message } }
    throw error
  }
}

const fold = (value: string): string => value.trim().replace(/\s+/g, ' ').toLowerCase()

/** RFC 5280 §7.1: RDN by RDN, attributes as sets, text without regard to case and white space. */
export const sameName = (a: Name, b: Name): boolean =>
  a.rdns.length === b.rdns.length &&
  a.rdns.every((one, index) => {
    const other = b.rdns[index]
    return (
      other !== undefined &&
      one.length === other.length &&
      one.every(({ oid, value }) =>
        other.some((candidate) => candidate.oid === oid && fold(candidate.value) === fold(value)),
      )
    )
  })
