import { nameFromDer, parseCertificate } from '../../pki/index.ts'
import { bytesToIpv4, nameOf, type Registry, toHex } from '../../wire/index.ts'

/** A field of a payload as a person reads it. */
export interface Field {
  readonly name: string
  readonly value: string
  readonly inner?: readonly Field[]
}

/** A payload with its fields; `name` as ladders name it. */
export interface DecodedPayload {
  readonly name: string
  readonly fields: readonly Field[]
}

const octetsShown = 16

/** Octets in hex, in groups of four; of many the first, and how many there are. */
export const hex = (bytes: Uint8Array): string => {
  if (bytes.length === 0) return 'none'
  const shown = toHex(bytes.subarray(0, octetsShown)).replace(/(.{8})(?=.)/g, '$1 ')
  return bytes.length > octetsShown ? `${shown} … ${bytes.length} octets` : shown
}

/** `AES_CBC (12)`; the number alone where it has no name. */
export const named = (registry: Registry, value: number): string => {
  const name = nameOf(registry, value)
  return name === undefined ? `${value}` : `${name} (${value})`
}

/** Octets that are text, if they are; control characters never are. */
export const textOr = (bytes: Uint8Array): string => {
  const text = new TextDecoder('utf-8').decode(bytes)
  return /^[\x20-\x7e]+$/.test(text) ? text : hex(bytes)
}

export const distinguishedName = (der: Uint8Array): string => {
  const read = nameFromDer(der)
  return read.ok ? read.value.ios : hex(der)
}

/** An address of four octets dotted; any other in hex. */
export const address = (bytes: Uint8Array): string => (bytes.length === 4 ? bytesToIpv4(bytes) : toHex(bytes))

const day = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z')

/** The fields of an X.509 certificate. */
export const certificateFields = (der: Uint8Array): readonly Field[] => {
  const read = parseCertificate(der)
  if (!read.ok) return [{ name: 'certificate', value: hex(der) }]
  const { subject, issuer, serial, notBefore, notAfter, signatureAlgorithm, subjectAltName } = read.value
  const alternatives = subjectAltName
    ? [...subjectAltName.dns, ...subjectAltName.email, ...subjectAltName.ip, ...subjectAltName.uri]
    : []
  return [
    { name: 'subject', value: subject.ios },
    { name: 'issuer', value: issuer.ios },
    { name: 'serial', value: serial },
    { name: 'valid', value: `${day(notBefore)} to ${day(notAfter)}` },
    { name: 'signed with', value: signatureAlgorithm },
    ...(alternatives.length === 0 ? [] : [{ name: 'other names', value: alternatives.join(', ') }]),
  ]
}
