import { concat } from '../wire/index.ts'
import { fromHex } from './bytes.ts'
import { type HashName, hash } from './hash.ts'

/** DigestInfo up to the digest (RFC 8017 §9.2). MD5 proves nothing and has none. */
const heads: Readonly<Partial<Record<HashName, Uint8Array>>> = {
  sha1: fromHex('3021300906052b0e03021a05000414'),
  sha256: fromHex('3031300d060960864801650304020105000420'),
  sha384: fromHex('3041300d060960864801650304020205000430'),
  sha512: fromHex('3051300d060960864801650304020305000440'),
}

/** The hashes of PKCS#1 v1.5 signatures. */
export const digestInfoHashes = ['sha1', 'sha256', 'sha384', 'sha512'] as const

/** What PKCS#1 v1.5 signs of the data (RFC 8017 §9.2). Throws where the hash is none for signatures. */
export const digestInfo = (name: HashName, data: Uint8Array): Uint8Array => {
  const head = heads[name]
  if (!head) throw new RangeError(`no RSA signature with ${name}`)
  return concat(head, hash(name, data))
}
