import { ikeV2Keymat } from '../../crypto/index.ts'
import type { SelectorText } from '../../trace/index.ts'
import {
  bytesToIpv4,
  concat,
  type IkeV2Payload,
  ikeV2NotifyType,
  type TrafficSelector,
  toHex,
} from '../../wire/index.ts'
import type { AgreedChild, Endpoint, Outbox } from '../effects.ts'
import type { ChildAnswer, ChildOffer, IkeV2Context } from './context.ts'
import { find, notifyOf } from './message-rules.ts'
import { statusNotify } from './notifies.ts'
import type { Child, Nat, Suite } from './session.ts'

/** Child SAs: the payloads that negotiate one, its keys, and its installation (RFC 7296 §1.2, §2.17). */

/** SPIs 0 to 255 are reserved (RFC 4303 §2.1). */
export const freshChildSpi = (ctx: Pick<IkeV2Context, 'random'>): Uint8Array => {
  const spi = ctx.random(4)
  return (spi[0] ?? 0) === 0 ? concat(Uint8Array.of(1), spi.subarray(1)) : spi
}

const selectorText = (selector: TrafficSelector): SelectorText =>
  selector.kind === 'range' && selector.tsType === 7
    ? {
        start: bytesToIpv4(selector.start),
        end: bytesToIpv4(selector.end),
        protocol: selector.protocol,
        startPort: selector.startPort,
        endPort: selector.endPort,
      }
    : {
        start: toHex(selector.kind === 'range' ? selector.start : selector.data),
        end: selector.kind === 'range' ? toHex(selector.end) : '',
        protocol: selector.protocol,
        startPort: 0,
        endPort: 0,
      }

export const traceSelectors = (
  out: Outbox,
  side: 'offered' | 'received' | 'narrowed' | 'refused',
  tsi: readonly TrafficSelector[],
  tsr: readonly TrafficSelector[],
): void => out.trace('ike:v2_selectors', { side, initiator: tsi.map(selectorText), responder: tsr.map(selectorText) })

/** SA, TSi and TSr of an offer, and the wish for transport mode where there is one. */
export const offerPayloads = (
  offer: ChildOffer,
): { readonly child: readonly IkeV2Payload[]; readonly transport: readonly IkeV2Payload[] } => ({
  child: [
    { type: 'SA', proposals: offer.proposals },
    { type: 'TSi', selectors: offer.tsi },
    { type: 'TSr', selectors: offer.tsr },
  ],
  transport: offer.transport ? [statusNotify('USE_TRANSPORT_MODE')] : [],
})

/** IOS puts these behind every child that it negotiates in IKE_AUTH (the seed). */
export const childNotifies = (window: number): readonly IkeV2Payload[] => [
  statusNotify('SET_WINDOW_SIZE', Uint8Array.of(0, 0, 0, window)),
  statusNotify('ESP_TFC_PADDING_NOT_SUPPORTED'),
  statusNotify('NON_FIRST_FRAGMENTS_ALSO'),
]

/** The three payloads of a child in a message, if they are all there. */
export const childPayloads = (
  payloads: readonly IkeV2Payload[],
): {
  readonly proposals: Extract<IkeV2Payload, { type: 'SA' }>['proposals']
  readonly tsi: readonly TrafficSelector[]
  readonly tsr: readonly TrafficSelector[]
  readonly transport: boolean
} | null => {
  const sa = find(payloads, 'SA')
  const tsi = find(payloads, 'TSi')
  const tsr = find(payloads, 'TSr')
  if (!sa || !tsi || !tsr) return null
  return {
    proposals: sa.proposals,
    tsi: tsi.selectors,
    tsr: tsr.selectors,
    transport: notifyOf(payloads, ikeV2NotifyType.USE_TRANSPORT_MODE) !== undefined,
  }
}

/** What an installation needs of the IKE SA that negotiated the child. */
export interface Parent {
  readonly id: number
  readonly connection: number
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly nat: Nat
  readonly suite: Suite
  readonly keys: { readonly skD: Uint8Array }
}

export const isEncapsulated = ({ nat }: Pick<Parent, 'nat'>): boolean => nat.selfBehind || nat.peerBehind

/** Derives the keys and installs both directions; the initiator's sending keys come first (RFC 7296 §2.17). */
export const installChild = (
  ctx: IkeV2Context,
  out: Outbox,
  parent: Parent,
  made: {
    readonly child: AgreedChild
    /** In the exchange that made the child. */
    readonly role: 'I' | 'R'
    readonly inbound: Uint8Array
    readonly outbound: Uint8Array
    readonly nonceI: Uint8Array
    readonly nonceR: Uint8Array
    readonly shared: Uint8Array | null
    readonly rekeyed: boolean
  },
): Child => {
  const { child, role, inbound, outbound } = made
  const keymat = ikeV2Keymat({
    prf: parent.suite.prf,
    skD: parent.keys.skD,
    ni: made.nonceI,
    nr: made.nonceR,
    shared: made.shared,
    length: 2 * child.keyLength,
  })
  const fromInitiator = keymat.slice(0, child.keyLength)
  const fromResponder = keymat.slice(child.keyLength)
  const common = {
    sa: parent.id,
    connection: parent.connection,
    child,
    local: parent.local,
    peer: parent.peer,
    role,
    udpEncapsulation: isEncapsulated(parent),
  }
  out.push({
    kind: 'install',
    install: {
      ...common,
      direction: 'in',
      spi: inbound,
      otherSpi: outbound,
      keymat: role === 'I' ? fromResponder : fromInitiator,
    },
  })
  out.push({
    kind: 'install',
    install: {
      ...common,
      direction: 'out',
      spi: outbound,
      otherSpi: inbound,
      keymat: role === 'I' ? fromInitiator : fromResponder,
    },
  })
  out.trace('ike:v2_child_created', {
    flow: child.flow,
    inbound: toHex(inbound),
    outbound: toHex(outbound),
    rekeyed: made.rekeyed,
    role,
  })
  return { flow: child.flow, inbound, outbound, installedAt: ctx.now, seconds: child.seconds, role }
}

export const removeChild = (out: Outbox, peer: Endpoint, child: Child, reason: string): void => {
  out.trace('ike:v2_child_deleted', { inbound: toHex(child.inbound), outbound: toHex(child.outbound), reason })
  out.push({ kind: 'remove', direction: 'in', spi: child.inbound, reason, peer })
  out.push({ kind: 'remove', direction: 'out', spi: child.outbound, reason, peer })
}

/** The SPI of the peer in the proposal that was agreed on; null where it is none of four octets. */
export const peerSpi = (answer: Extract<ChildAnswer, { accepted: true }>): Uint8Array | null =>
  answer.proposal.spi.length === 4 ? answer.proposal.spi.slice() : null
