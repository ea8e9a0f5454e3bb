/** The attributes of names that IOS knows by a keyword (ios-semantics §3.3); any other goes by its dotted OID. */

const keywords: Readonly<Record<string, string>> = {
  '2.5.4.3': 'cn',
  '2.5.4.11': 'ou',
  '2.5.4.10': 'o',
  '2.5.4.6': 'c',
  '2.5.4.8': 'st',
  '2.5.4.7': 'l',
  '0.9.2342.19200300.100.1.25': 'dc',
  '1.2.840.113549.1.9.1': 'e',
  '2.5.4.5': 'serialNumber',
  '1.2.840.113549.1.9.8': 'ipaddress',
  '1.2.840.113549.1.9.2': 'hostname',
}

const aliases: Readonly<Record<string, string>> = {
  s: 'st',
  sp: 'st',
  email: 'e',
  emailaddress: 'e',
  sn: 'serialnumber',
  unstructuredname: 'hostname',
  unstructuredaddress: 'ipaddress',
}

const oidByKeyword: ReadonlyMap<string, string> = new Map(
  Object.entries(keywords).map(([oid, keyword]) => [keyword.toLowerCase(), oid]),
)

/** Attributes whose values are IA5String wherever they stand; others are PrintableString where that suffices. */
const ia5: readonly string[] = ['dc', 'e', 'hostname']

export const attributeLabel = (oid: string): string => keywords[oid] ?? oid

/** The OID of a keyword in any case, of an alias, or of a dotted OID; undefined: no attribute is called so. */
export const attributeOid = (label: string): string | undefined => {
  const lower = label.toLowerCase()
  const keyword = Object.hasOwn(aliases, lower) ? aliases[lower] : lower
  if (/^(?:[01]\.[1-3]?\d|2\.\d{1,9})(?:\.\d{1,9})*$/.test(lower)) return lower
  return oidByKeyword.get(keyword ?? lower)
}

export const isIa5 = (oid: string): boolean => ia5.includes(attributeLabel(oid))

/** Control characters, and those that change the direction of text. */
export const unprintable: RegExp = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu
