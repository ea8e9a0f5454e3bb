import { type DhGroupId, type DhKeyPair, dhGroups, keymat } from '../../crypto/index.ts'
import type { Payload } from '../../wire/index.ts'
import type { AgreedChild, Outbox, ProxyIdentity } from '../effects.ts'
import type { IkeV1Context } from './context.ts'
import { readProxy } from './identity.ts'
import { all, find } from './message-rules.ts'
import { type OpenedPhase2, udpEncapsulated } from './phase2.ts'
import type { Established } from './session.ts'

/* What both roles of quick mode do (RFC 2409 §5.5). */

export const protocolEsp = 3
export const spiLength = 4

export const nodeState = (out: Outbox, node: number, input: string, old: string, next: string): void =>
  out.trace('ike:state_changed', { node, input, old, new: next })

export const groupOf = (id: number | null): DhGroupId | null => {
  const group = Object.values(dhGroups).find((candidate) => candidate.id === id)
  return group ? group.id : null
}

export const hashOfMessage = (opened: OpenedPhase2): Uint8Array =>
  find(opened.payloads, 'HASH')?.data ?? new Uint8Array(0)

/** The proxy identities of a quick mode in which we play `role`, whichever end began phase 1. */
export const proxiesOf = (
  session: Established,
  role: 'I' | 'R',
  payloads: readonly Payload[],
): { readonly initiator: ProxyIdentity; readonly responder: ProxyIdentity } | null => {
  const ids = all(payloads, 'ID')
  const host = (address: string): ProxyIdentity => ({ address, mask: '255.255.255.255', protocol: 0, port: 0 })
  const [ci, cr] = ids
  // Without identities the ends of phase 1 are the proxies (RFC 2409 §5.5).
  if (!ci && !cr)
    return role === 'I'
      ? { initiator: host(session.local.address), responder: host(session.peer.address) }
      : { initiator: host(session.peer.address), responder: host(session.local.address) }
  if (!ci || !cr) return null
  const initiator = readProxy(ci)
  const responder = readProxy(cr)
  return initiator && responder ? { initiator, responder } : null
}

/** The group of a PFS attribute (RFC 2407 §4.5, class 3), or null. */
export const offeredGroup = (payloads: readonly Payload[]): number | null => {
  const attribute = find(payloads, 'SA')?.proposals[0]?.transforms[0]?.attributes.find(({ type }) => type === 3)
  return attribute?.form === 'basic' ? attribute.value : null
}

export interface Material {
  readonly keymatIn: Uint8Array
  readonly keymatOut: Uint8Array
}

export const material = (
  session: Established,
  child: AgreedChild,
  spiIn: Uint8Array,
  spiOut: Uint8Array,
  nonceI: Uint8Array,
  nonceR: Uint8Array,
  shared: Uint8Array | null,
): Material => {
  const make = (spi: Uint8Array): Uint8Array =>
    keymat({
      prf: session.agreement.hash,
      skeyidD: session.keys.skeyidD,
      ...(shared ? { gxyPfs: shared } : {}),
      protocolId: protocolEsp,
      spi,
      ni: nonceI,
      nr: nonceR,
      length: child.keyLength,
    })
  return { keymatIn: make(spiIn), keymatOut: make(spiOut) }
}

export const install = (
  out: Outbox,
  session: Established,
  child: AgreedChild,
  direction: 'in' | 'out',
  spi: Uint8Array,
  otherSpi: Uint8Array,
  keys: Material,
  role: 'I' | 'R',
): void =>
  out.push({
    kind: 'install',
    install: {
      direction,
      sa: session.id,
      connection: session.connection,
      child,
      spi,
      otherSpi,
      keymat: direction === 'in' ? keys.keymatIn : keys.keymatOut,
      local: session.local,
      peer: session.peer,
      role,
      udpEncapsulation: udpEncapsulated(session),
    },
  })

export const pfsSecret = (
  dh: DhKeyPair | null,
  payloads: readonly Payload[],
): { readonly shared: Uint8Array | null } | { readonly detail: string } => {
  const ke = find(payloads, 'KE')
  if (!dh) return ke ? { detail: 'a KE payload without a group having been agreed' } : { shared: null }
  if (!ke) return { detail: 'perfect forward secrecy was agreed and there is no KE payload' }
  const result = dh.computeShared(ke.data)
  return result.ok ? { shared: result.value } : { detail: result.reject.detail }
}

export const completed = (
  ctx: IkeV1Context,
  session: Established,
  child: AgreedChild,
  inbound: Uint8Array,
  outbound: Uint8Array,
  role: 'I' | 'R',
): Established => ({
  ...session,
  children: [
    ...session.children,
    { flow: child.flow, inbound, outbound, installedAt: ctx.now, seconds: child.seconds, role },
  ],
})
