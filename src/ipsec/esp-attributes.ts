import type { Phase2Attributes } from '../trace/index.ts'
import { type Attribute, encapsulationMode, ipsecAttribute, type Transform, u32Bytes } from '../wire/index.ts'
import {
  authentications,
  type EspAlgorithms,
  encryptions,
  espAuthenticationOf,
  espEncryptionOf,
  isCombined,
  protectsAnything,
} from './algorithms.ts'
import type { IpsecLifetime } from './configuration.ts'

/** The attributes of an ESP transform in quick mode, RFC 2407 §4.5: written as IOS orders them, read strictly. */

export type EspMode = 'tunnel' | 'transport'

/** What one ESP transform says. */
export interface EspTransform extends EspAlgorithms {
  readonly mode: EspMode
  readonly udpEncapsulation: boolean
  /** The group of perfect forward secrecy. */
  readonly group: number | undefined
  readonly lifetime: Partial<IpsecLifetime>
}

type LifeUnit = keyof IpsecLifetime

const lifeTypes: Readonly<Record<LifeUnit, number>> = { seconds: 1, kilobytes: 2 }
const largestBasic = 0xffff
/** Longer durations are no lifetime that anyone means, and their value would not be exact. */
const longestDuration = 6

const modeNumber = (mode: EspMode, udp: boolean): number =>
  mode === 'tunnel'
    ? udp
      ? encapsulationMode.UDP_TUNNEL
      : encapsulationMode.TUNNEL
    : udp
      ? encapsulationMode.UDP_TRANSPORT
      : encapsulationMode.TRANSPORT

const modes: ReadonlyMap<number, { readonly mode: EspMode; readonly udpEncapsulation: boolean }> = new Map(
  (['tunnel', 'transport'] as const).flatMap((mode) =>
    [false, true].map((udpEncapsulation) => [modeNumber(mode, udpEncapsulation), { mode, udpEncapsulation }] as const),
  ),
)

const basic = (type: number, value: number): Attribute => ({ form: 'basic', type, value })

/** What fits into 16 bits is basic; IOS prints the others octet by octet, `(VPI) of  0x0 0x46 0x50 0x0`. */
const life = (unit: LifeUnit, value: number): readonly Attribute[] => [
  basic(ipsecAttribute.SA_LIFE_TYPE, lifeTypes[unit]),
  value <= largestBasic
    ? basic(ipsecAttribute.SA_LIFE_DURATION, value)
    : { form: 'variable', type: ipsecAttribute.SA_LIFE_DURATION, value: u32Bytes(value) },
]

/**
 * In the order in which IOS sends them (ios-semantics §4.4): mode, seconds, kilobytes, authenticator, key length, and
 * the group where perfect forward secrecy is asked for.
 */
export const writeTransform = (
  number: number,
  transform: EspTransform & { readonly lifetime: IpsecLifetime },
): Transform => {
  const { encryption, authentication, mode, udpEncapsulation, group, lifetime } = transform
  const { transformId, keyBits } = encryptions[encryption]
  return {
    number,
    id: transformId,
    attributes: [
      basic(ipsecAttribute.ENCAPSULATION_MODE, modeNumber(mode, udpEncapsulation)),
      ...life('seconds', lifetime.seconds),
      ...life('kilobytes', lifetime.kilobytes),
      ...(authentication === null
        ? []
        : [basic(ipsecAttribute.AUTHENTICATION_ALGORITHM, authentications[authentication].attribute)]),
      ...(keyBits === undefined ? [] : [basic(ipsecAttribute.KEY_LENGTH, keyBits)]),
      ...(group === undefined ? [] : [basic(ipsecAttribute.GROUP_DESCRIPTION, group)]),
    ],
  }
}

interface Lifetime {
  readonly unit: LifeUnit
  readonly value: number
  readonly form: Attribute['form']
}

interface Values {
  readonly single: ReadonlyMap<number, number>
  readonly lifetimes: readonly Lifetime[]
}

const durationOf = (entry: Attribute): number | undefined => {
  if (entry.form === 'basic') return entry.value
  return entry.value.length > longestDuration ? undefined : entry.value.reduce((sum, octet) => sum * 256 + octet, 0)
}

/** Life type and duration stand in pairs; every other attribute stands once and is basic. A text says what is wrong. */
const readValues = (attributes: readonly Attribute[]): Values | string => {
  const single = new Map<number, number>()
  const lifetimes: Lifetime[] = []
  let unit: LifeUnit | undefined
  for (const entry of attributes) {
    if (entry.type === ipsecAttribute.SA_LIFE_DURATION) {
      const value = durationOf(entry)
      if (!unit) return 'a life duration without its type'
      if (value === undefined || value === 0) return `a life duration of ${value ?? 'too many octets'}`
      lifetimes.push({ unit, value, form: entry.form })
      unit = undefined
      continue
    }
    if (unit) return 'a life type without its duration'
    if (entry.form === 'variable') return `attribute ${entry.type} is not of fixed length`
    if (entry.type === ipsecAttribute.SA_LIFE_TYPE) {
      unit =
        entry.value === lifeTypes.seconds ? 'seconds' : entry.value === lifeTypes.kilobytes ? 'kilobytes' : undefined
      if (!unit) return `life type ${entry.value}`
      if (lifetimes.some((other) => other.unit === unit)) return `a lifetime in ${unit} stands twice`
    } else {
      if (single.has(entry.type)) return `attribute ${entry.type} stands twice`
      single.set(entry.type, entry.value)
    }
  }
  return unit ? 'a life type without its duration' : { single, lifetimes }
}

const knownAttributes: ReadonlySet<number> = new Set([
  ipsecAttribute.GROUP_DESCRIPTION,
  ipsecAttribute.ENCAPSULATION_MODE,
  ipsecAttribute.AUTHENTICATION_ALGORITHM,
  ipsecAttribute.KEY_LENGTH,
])

/**
 * Reads a transform of a peer; a text says why it cannot be had. An attribute that stands twice could mean either, and
 * one that is unknown could change the meaning of the rest: both refuse the transform.
 */
export const readTransform = (transform: Transform): EspTransform | string => {
  const values = readValues(transform.attributes)
  if (typeof values === 'string') return values
  const { single, lifetimes } = values
  for (const type of single.keys()) if (!knownAttributes.has(type)) return `attribute ${type} is not supported`
  const keyLength = single.get(ipsecAttribute.KEY_LENGTH)
  const encryption = espEncryptionOf(transform.id, keyLength)
  if (!encryption) return `transform ${transform.id} with key length ${keyLength ?? 'none'} is not supported`
  const code = single.get(ipsecAttribute.AUTHENTICATION_ALGORITHM)
  const authentication = code === undefined ? null : espAuthenticationOf(code)
  if (authentication === undefined) return `authentication algorithm ${code} is not supported`
  // RFC 4106 §8, RFC 4543 §6: no authenticator beside a cipher that authenticates.
  if (isCombined(encryption) && authentication !== null) return `${encryption} with an authenticator`
  if (!protectsAnything({ encryption, authentication })) return 'neither encryption nor authentication'
  const modeCode = single.get(ipsecAttribute.ENCAPSULATION_MODE)
  const encapsulation = modeCode === undefined ? undefined : modes.get(modeCode)
  if (!encapsulation) return `encapsulation mode ${modeCode ?? 'missing'}`
  return {
    encryption,
    authentication,
    ...encapsulation,
    group: single.get(ipsecAttribute.GROUP_DESCRIPTION),
    lifetime: Object.fromEntries(lifetimes.map(({ unit, value }) => [unit, value])),
  }
}

/** The attributes for the trace; unreadable ones are left out. */
export const attributesText = (transform: Transform): Phase2Attributes => {
  const values = readValues(transform.attributes)
  const { single, lifetimes }: Values = typeof values === 'string' ? { single: new Map(), lifetimes: [] } : values
  const code = single.get(ipsecAttribute.AUTHENTICATION_ALGORITHM)
  const authentication = code === undefined ? undefined : espAuthenticationOf(code)
  const keyLength = single.get(ipsecAttribute.KEY_LENGTH)
  const group = single.get(ipsecAttribute.GROUP_DESCRIPTION)
  const name = Object.values(encryptions).find(({ transformId }) => transformId === transform.id)?.debugName
  return {
    transformId: name ?? `ESP transform ${transform.id}`,
    encapsulation: single.get(ipsecAttribute.ENCAPSULATION_MODE) ?? 0,
    lifetimes,
    ...(authentication === undefined ? {} : { authenticator: authentications[authentication].debugName }),
    ...(keyLength === undefined ? {} : { keyLength }),
    ...(group === undefined ? {} : { group }),
  }
}

/** Whether two transforms say the same, whatever the order of their attributes and the form of their numbers. */
export const sameTransform = (a: Transform, b: Transform): boolean => {
  const [left, right] = [readTransform(a), readTransform(b)]
  return (
    typeof left !== 'string' &&
    typeof right !== 'string' &&
    left.encryption === right.encryption &&
    left.authentication === right.authentication &&
    left.mode === right.mode &&
    left.udpEncapsulation === right.udpEncapsulation &&
    left.group === right.group &&
    left.lifetime.seconds === right.lifetime.seconds &&
    left.lifetime.kilobytes === right.lifetime.kilobytes
  )
}
