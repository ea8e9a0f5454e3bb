import type { Phase2Attributes } from '../trace/index.ts'
import type { Attribute, Proposal, Transform } from '../wire/index.ts'
import { authentications, type EspAlgorithms, encryptions, espAuthenticationOf, espEncryptionOf } from './algorithms.ts'
import type { IpsecLifetime, TransformSet } from './configuration.ts'
import type { ProtectedFlow } from './flows.ts'

/** Quick mode's SA payload for ESP (RFC 2407 §4.4, §4.5). */

const protocolEsp = 3
const attribute = { lifeType: 1, lifeDuration: 2, group: 3, encapsulation: 4, authentication: 5, keyLength: 6 } as const
const lifeType = { seconds: 1, kilobytes: 2 } as const
const encapsulation = { tunnel: 1, transport: 2, udpTunnel: 3, udpTransport: 4 } as const

const modeNumber = (mode: 'tunnel' | 'transport', udp: boolean): number =>
  mode === 'tunnel'
    ? udp
      ? encapsulation.udpTunnel
      : encapsulation.tunnel
    : udp
      ? encapsulation.udpTransport
      : encapsulation.transport

const basic = (type: number, value: number): Attribute => ({ form: 'basic', type, value })
const duration = (value: number): Attribute =>
  value > 0xffff
    ? {
        form: 'variable',
        type: attribute.lifeDuration,
        value: Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255),
      }
    : basic(attribute.lifeDuration, value)

const algorithmsOf = (set: TransformSet): EspAlgorithms => ({
  encryption: set.encryption ?? 'esp-null',
  authentication: set.authentication ?? null,
})

/** In IOS's order: mode, lifetimes, authenticator, key length, and the group where perfect forward secrecy is asked for. */
const transformOf = (set: TransformSet, lifetime: IpsecLifetime, pfs: number | undefined, udp: boolean): Transform => {
  const { encryption, authentication } = algorithmsOf(set)
  const attributes: Attribute[] = [
    basic(attribute.encapsulation, modeNumber(set.mode, udp)),
    basic(attribute.lifeType, lifeType.seconds),
    duration(lifetime.seconds),
    basic(attribute.lifeType, lifeType.kilobytes),
    duration(lifetime.kilobytes),
  ]
  if (authentication !== null)
    attributes.push(basic(attribute.authentication, authentications[authentication].attribute))
  const bits = encryptions[encryption].keyBits
  if (bits !== undefined) attributes.push(basic(attribute.keyLength, bits))
  if (pfs !== undefined) attributes.push(basic(attribute.group, pfs))
  return { number: 1, id: encryptions[encryption].transformId, attributes }
}

/** One proposal for each transform set of the flow, in its order. `spi` is ours, four octets. */
export const offerProposals = (flow: ProtectedFlow, spi: Uint8Array, udpEncapsulation: boolean): readonly Proposal[] =>
  flow.transformSets.map((set, index) => ({
    number: index + 1,
    protocolId: protocolEsp,
    spi,
    transforms: [transformOf(set, flow.lifetime, flow.pfs, udpEncapsulation)],
  }))

interface ReadTransform extends EspAlgorithms {
  readonly mode: 'tunnel' | 'transport'
  readonly udp: boolean
  readonly group: number | undefined
  readonly lifetime: Partial<IpsecLifetime>
}

const valueOf = (entry: Attribute): number =>
  entry.form === 'basic'
    ? entry.value
    : entry.value.length > 6
      ? Number.NaN
      : entry.value.reduce((sum, octet) => sum * 256 + octet, 0)

interface Values {
  readonly single: ReadonlyMap<number, number>
  readonly lifetimes: Phase2Attributes['lifetimes']
}

/** Reads attributes; a text says what is wrong with them. An attribute that stands twice is refused: it could mean either. */
const readValues = (attributes: readonly Attribute[]): Values | string => {
  const single = new Map<number, number>()
  const lifetimes: { unit: 'seconds' | 'kilobytes'; value: number; form: 'basic' | 'variable' }[] = []
  let unit: 'seconds' | 'kilobytes' | undefined
  for (const entry of attributes) {
    const value = valueOf(entry)
    if (Number.isNaN(value)) return `attribute ${entry.type} is too long`
    if (entry.type === attribute.lifeType) {
      unit = value === lifeType.seconds ? 'seconds' : value === lifeType.kilobytes ? 'kilobytes' : undefined
      if (!unit) return `life type ${value}`
    } else if (entry.type === attribute.lifeDuration) {
      if (!unit) return 'a life duration without its type'
      lifetimes.push({ unit, value, form: entry.form })
      unit = undefined
    } else {
      if (single.has(entry.type)) return `attribute ${entry.type} stands twice`
      single.set(entry.type, value)
    }
  }
  return { single, lifetimes }
}

const knownAttributes: ReadonlySet<number> = new Set([
  attribute.group,
  attribute.encapsulation,
  attribute.authentication,
  attribute.keyLength,
])

const readTransform = (transform: Transform): ReadTransform | string => {
  const values = readValues(transform.attributes)
  if (typeof values === 'string') return values
  const { single, lifetimes } = values
  for (const type of single.keys()) if (!knownAttributes.has(type)) return `attribute ${type} is not supported`
  const encryption = espEncryptionOf(transform.id, single.get(attribute.keyLength))
  if (!encryption)
    return `transform ${transform.id} with key length ${single.get(attribute.keyLength) ?? 'none'} is not supported`
  const code = single.get(attribute.authentication)
  const authentication = code === undefined ? null : espAuthenticationOf(code)
  if (authentication === undefined) return `authentication algorithm ${code} is not supported`
  const mode = single.get(attribute.encapsulation)
  if (mode === undefined || mode < 1 || mode > 4) return `encapsulation mode ${mode ?? 'missing'}`
  const seconds = lifetimes.find(({ unit }) => unit === 'seconds')?.value
  const kilobytes = lifetimes.find(({ unit }) => unit === 'kilobytes')?.value
  return {
    encryption,
    authentication,
    mode: mode === encapsulation.tunnel || mode === encapsulation.udpTunnel ? 'tunnel' : 'transport',
    udp: mode >= encapsulation.udpTunnel,
    group: single.get(attribute.group),
    lifetime: { ...(seconds === undefined ? {} : { seconds }), ...(kilobytes === undefined ? {} : { kilobytes }) },
  }
}

/** The attributes for the trace; unreadable ones are left out. */
export const attributesText = (transform: Transform): Phase2Attributes => {
  const values = readValues(transform.attributes)
  const single = typeof values === 'string' ? new Map<number, number>() : values.single
  const code = single.get(attribute.authentication)
  const authentication = code === undefined ? undefined : espAuthenticationOf(code)
  const keyLength = single.get(attribute.keyLength)
  const group = single.get(attribute.group)
  const name = Object.values(encryptions).find(({ transformId }) => transformId === transform.id)?.debugName
  return {
    transformId: name ?? `ESP transform ${transform.id}`,
    encapsulation: single.get(attribute.encapsulation) ?? 0,
    lifetimes: typeof values === 'string' ? [] : values.lifetimes,
    ...(authentication === undefined ? {} : { authenticator: authentications[authentication].debugName }),
    ...(keyLength === undefined ? {} : { keyLength }),
    ...(group === undefined ? {} : { group }),
  }
}

export interface CheckedTransform {
  readonly proposal: number
  readonly transform: Transform
  readonly acceptable: boolean
  readonly reason: string
  readonly transformSet: string | null
}

export interface ChosenTransform extends EspAlgorithms {
  readonly proposal: Proposal
  readonly transform: Transform
  readonly transformSet: TransformSet
  readonly mode: 'tunnel' | 'transport'
  /** The shorter of both sides' lifetimes. */
  readonly lifetime: IpsecLifetime
  readonly pfsGroup: number | null
}

const whyNot = (
  read: ReadTransform,
  set: TransformSet,
  flow: ProtectedFlow,
  udpEncapsulation: boolean,
): string | null => {
  const own = algorithmsOf(set)
  if (read.encryption !== own.encryption) return `${read.encryption} is not ${own.encryption}`
  if (read.authentication !== own.authentication)
    return `${read.authentication ?? 'no authentication'} is not ${own.authentication ?? 'none'}`
  if (read.mode !== set.mode) return `${read.mode} mode is not ${set.mode} mode`
  if (read.udp !== udpEncapsulation)
    return read.udp ? 'UDP encapsulation without a NAT' : 'a NAT was found, and UDP encapsulation is not proposed'
  if (flow.pfs !== undefined && read.group === undefined)
    return `perfect forward secrecy with group ${flow.pfs} is demanded and not proposed`
  if (flow.pfs !== undefined && read.group !== flow.pfs) return `group ${read.group} is not group ${flow.pfs}`
  return null
}

/** The first proposed transform that equals one of the flow's transform sets; every pair that was compared, with its reason. */
export const chooseProposal = (
  flow: ProtectedFlow,
  proposals: readonly Proposal[],
  udpEncapsulation: boolean,
): { readonly choice: ChosenTransform | null; readonly checked: readonly CheckedTransform[] } => {
  const checked: CheckedTransform[] = []
  const note = (
    proposal: Proposal,
    transform: Transform,
    acceptable: boolean,
    reason: string,
    set: TransformSet | null,
  ): void =>
    void checked.push({ proposal: proposal.number, transform, acceptable, reason, transformSet: set?.name ?? null })
  for (const proposal of proposals) {
    // Proposals of one number belong together (RFC 2408 §4.2): AH and ESP at once is not modelled.
    const together = proposals.some((other) => other !== proposal && other.number === proposal.number)
    for (const transform of proposal.transforms) {
      if (proposal.protocolId !== protocolEsp || together) {
        note(
          proposal,
          transform,
          false,
          together ? 'several protocols at once are not supported' : `protocol ${proposal.protocolId} is not ESP`,
          null,
        )
        continue
      }
      const read = readTransform(transform)
      if (typeof read === 'string') {
        note(proposal, transform, false, read, null)
        continue
      }
      for (const set of flow.transformSets) {
        const reason = whyNot(read, set, flow, udpEncapsulation)
        note(proposal, transform, reason === null, reason ?? 'equal', set)
        if (reason !== null) continue
        const lifetime = {
          seconds: Math.min(flow.lifetime.seconds, read.lifetime.seconds ?? flow.lifetime.seconds),
          kilobytes: Math.min(flow.lifetime.kilobytes, read.lifetime.kilobytes ?? flow.lifetime.kilobytes),
        }
        return {
          checked,
          choice: {
            proposal,
            transform,
            transformSet: set,
            encryption: read.encryption,
            authentication: read.authentication,
            mode: read.mode,
            lifetime,
            pfsGroup: read.group ?? null,
          },
        }
      }
    }
  }
  return { choice: null, checked }
}
