import { attempt, bytesToOid, children, DerError, need, readDer, type Tlv } from './der.ts'
import { attributeLabel, unprintable } from './name-attributes.ts'
import type { Name, NameAttribute, PkiResult } from './types.ts'

/** Text types of a name; every one of these readings is one to one, so that different octets stay different. */
const decoders: Readonly<Record<number, InstanceType<typeof TextDecoder>>> = {
  12: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }),
  18: new TextDecoder('latin1'),
  19: new TextDecoder('latin1'),
  20: new TextDecoder('latin1'),
  22: new TextDecoder('latin1'),
  26: new TextDecoder('latin1'),
  28: new TextDecoder('latin1'),
  30: new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true }),
}

/** What is no text is shown as RFC 4514 §2.4 has it: `#` and the encoding in hex. */
const valueText = (value: Tlv): string => {
  const decoder = decoders[value.tag]
  if (!decoder) return `#${Buffer.from(value.der).toString('hex')}`
  try {
    return decoder.decode(value.content)
  } catch {
    throw new DerError('a text in another encoding than its type says')
  }
}

const readAttribute = (attribute: Tlv): NameAttribute => {
  const [type, value, ...more] = children(need(attribute, 0x30, 'an attribute of a name'))
  if (!value || more.length > 0) throw new DerError('an attribute that is not a type and a value')
  return { oid: bytesToOid(need(type, 6, 'the type of an attribute').content), value: valueText(value), tag: value.tag }
}

/** A control character would reach terminals and logs from a peer's certificate. */
const shown = (value: string): string =>
  value.replace(unprintable, (character) => `\\${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`)

const print = (rdns: Name['rdns']): string =>
  rdns
    .toReversed()
    .map((rdn) => rdn.map(({ oid, value }) => `${attributeLabel(oid)}=${shown(value)}`).join('+'))
    .join(',')

/** Reads an RDNSequence that stands in something already checked. Throws DerError. */
export const nameFromTlv = (element: Tlv): Name => {
  const rdns = children(need(element, 0x30, 'a name')).map((rdn) => {
    const attributes = children(need(rdn, 0x31, 'a relative distinguished name'))
    if (attributes.length === 0) throw new DerError('an empty relative distinguished name')
    return attributes.map(readAttribute)
  })
  return { der: element.der.slice(), rdns, ios: print(rdns) }
}

/** Reads an RDNSequence (RFC 5280 §4.1.2.4). */
export const nameFromDer = (bytes: Uint8Array): PkiResult<Name> =>
  attempt(() => nameFromTlv(readDer(bytes, 0x30)), 'malformed-name')

/** Only ASCII letters lose their case: what two scripts write alike stays two names. */
const fold = (value: string): string => {
  const text = value.trim().replace(/ +/g, ' ')
  // Where there is nothing but ASCII, both do the same, and this one is much the faster.
  return /^[ -~]*$/.test(text) ? text.toLowerCase() : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

const isText = ({ tag }: NameAttribute): boolean => tag in decoders

/** Equal for equal attributes only. */
const attributeKey = (attribute: NameAttribute): string => {
  const { oid, tag, value } = attribute
  return JSON.stringify(isText(attribute) ? [oid, fold(value)] : [oid, tag, value])
}

const keys = new WeakMap<Name, string>()

/**
 * A text for each name, the same for names that `sameName` finds to be one: by it what is known of a name is looked up. An RDN is
 * a set, so its attributes stand in the order of their keys. Kept, as names are compared often.
 */
export const nameKey = (name: Name): string => {
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = JSON.stringify(name.rdns.map((rdn) => rdn.map(attributeKey).sort()))
  keys.set(name, key)
  return key
}

/**
 * Whether two names are one (RFC 5280 §7.1): RDN by RDN, the attributes of one as a set, text without regard to its
 * type, to case and to surplus blanks. An empty name names nobody and equals no name, not even another empty one.
 */
export const sameName = (a: Name, b: Name): boolean => a.rdns.length > 0 && nameKey(a) === nameKey(b)
