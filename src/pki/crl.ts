import type { KeyObject } from 'node:crypto'
import { serialText } from './certificate.ts'
import { attempt, children, DerError, need, readDer, type Tlv } from './der.ts'
import {
  extensionOid,
  type IssuingDistributionPoint,
  readExtensionList,
  readIssuingDistributionPoint,
} from './extensions.ts'
import { nameFromTlv } from './name.ts'
import { isSignedBy, readSigned, sameAlgorithm } from './signed.ts'
import { isTime, readTime } from './time.ts'
import type { Crl, PkiResult } from './types.ts'

/** Some two hundred thousand entries. */
const maximum = 8 * 1_048_576

/** Extensions that change nothing for us, critical or not. */
const harmless: readonly string[] = [extensionOid.authorityKeyId, extensionOid.crlNumber]

interface ReadExtensions {
  readonly unknownCritical: readonly string[]
  readonly point: IssuingDistributionPoint | undefined
}

const readListExtensions = (explicit: Tlv | undefined): ReadExtensions => {
  let point: IssuingDistributionPoint | undefined
  const unknownCritical: string[] = []
  for (const { oid, critical, value } of explicit ? readExtensionList(readDer(explicit.content, 0x30)) : []) {
    if (oid === extensionOid.issuingDistributionPoint) {
      point = readIssuingDistributionPoint(value)
      if (point.partial) unknownCritical.push(oid)
    } else if (oid === extensionOid.deltaCrl || (critical && !harmless.includes(oid))) unknownCritical.push(oid)
  }
  return { unknownCritical, point }
}

interface ReadEntries {
  readonly revoked: ReadonlySet<string>
  readonly unknownCritical: readonly string[]
}

/** An entry with a critical extension that is not known makes the whole list unusable (RFC 5280 §5.3). */
const readEntries = (list: Tlv | undefined, version: 1 | 2): ReadEntries => {
  const revoked = new Set<string>()
  const unknownCritical = new Set<string>()
  for (const entry of list ? children(list) : []) {
    const [serial, date, extensions, ...more] = children(need(entry, 0x30, 'an entry'))
    if (more.length > 0 || (extensions && version === 1)) throw new DerError('an entry of another form')
    revoked.add(serialText(need(serial, 2, 'a serial number').content))
    readTime(date)
    if (extensions)
      for (const { oid, critical } of readExtensionList(need(extensions, 0x30, 'the extensions of an entry')))
        if (critical) unknownCritical.add(oid)
  }
  return { revoked, unknownCritical: [...unknownCritical] }
}

/** Whether a key signed the list: what was found once stays so. */
const verifying = (bytes: Uint8Array): Crl['verify'] => {
  const verified = new WeakMap<KeyObject, boolean>()
  return ({ publicKey: key }) => {
    const found = verified.get(key) ?? isSignedBy(bytes, key)
    verified.set(key, found)
    return found
  }
}

/** Reads a certificate revocation list, version 1 or 2 (RFC 5280 §5.1), at most 8 MiB. */
export const parseCrl = (input: Uint8Array): PkiResult<Crl> =>
  attempt((): Crl => {
    const bytes = input.slice()
    const { body, algorithm } = readSigned(bytes, maximum)
    const all = children(body)
    const versioned = all[0]?.tag === 2
    if (versioned && (all[0]?.content.length !== 1 || all[0].content[0] !== 1))
      throw new DerError('a version that is not 2')
    const [inner, issuer, thisUpdate, ...afterDate] = versioned ? all.slice(1) : all
    sameAlgorithm(inner, algorithm)
    const next = isTime(afterDate[0]) ? afterDate[0] : undefined
    const tail = next ? afterDate.slice(1) : afterDate
    const list = tail[0]?.tag === 0x30 ? tail[0] : undefined
    const [explicit, ...more] = list ? tail.slice(1) : tail
    if (more.length > 0 || (explicit && (explicit.tag !== 0xa0 || !versioned)))
      throw new DerError('fields that no list has')
    const { unknownCritical, point } = readListExtensions(explicit)
    const entries = readEntries(list, versioned ? 2 : 1)
    return {
      der: bytes,
      issuer: nameFromTlv(need(issuer, 0x30, 'the issuer')),
      thisUpdate: readTime(thisUpdate),
      ...(next ? { nextUpdate: readTime(next) } : {}),
      revoked: entries.revoked,
      unknownCriticalExtensions: [...unknownCritical, ...entries.unknownCritical],
      ...(point?.only ? { only: point.only } : {}),
      ...(point && point.uris.length > 0 ? { distributionPoints: point.uris } : {}),
      verify: verifying(bytes),
    }
  }, 'malformed-crl')
