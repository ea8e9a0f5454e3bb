import { DerError, der, type Tlv } from './der.ts'

/** UTCTime and GeneralizedTime as RFC 5280 §4.1.2.5 has them: whole seconds, Zulu, no fractions. */

const utcTime = 0x17
const generalizedTime = 0x18
const latin = new TextDecoder('latin1')
const encoder = new TextEncoder()

/** Whether an element is a time at all. */
export const isTime = (element: Tlv | undefined): boolean =>
  element?.tag === utcTime || element?.tag === generalizedTime

/** Milliseconds since 1970 UTC. Throws DerError at a form or a date that does not exist. */
export const readTime = (element: Tlv | undefined): number => {
  const text = element ? latin.decode(element.content) : ''
  const pattern =
    element?.tag === utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
      : element?.tag === generalizedTime
        ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
        : undefined
  const match = pattern?.exec(text)
  if (!match) throw new DerError(`"${text}" is no time`)
  const [written = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const year = element?.tag === utcTime ? (written < 50 ? 2000 + written : 1900 + written) : written
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  // A field out of its range moves the others.
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!isReal) throw new DerError(`"${text}" is no time`)
  return date.getTime()
}

/** UTCTime up to 2049, GeneralizedTime from 2050 on and before 1950. Milliseconds are cut. */
export const writeTime = (milliseconds: number): Uint8Array => {
  const text = `${new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
  const year = Number(text.slice(0, 4))
  return year >= 1950 && year < 2050
    ? der(utcTime, encoder.encode(text.slice(2)))
    : der(generalizedTime, encoder.encode(text))
}

/** For messages. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('.000Z', 'Z')
