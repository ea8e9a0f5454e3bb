import type { AgreedChild } from '../ike/index.ts'
import {
  type AgreedProxies,
  type ChosenChildProposal,
  type ChosenTransform,
  encryptions,
  keyLengths,
  modesOf,
  type ProtectedFlow,
  transformText,
} from '../ipsec/index.ts'
import { type EventBody, event } from '../trace/index.ts'

/* What quick mode and IKEv2 ask of `ipsec/` alike, and tell alike: flows, and the child that comes of one. */

type Choice = ChosenTransform | ChosenChildProposal

const keySizeOf = (encryption: Choice['encryption']): number => encryptions[encryption].keyBits ?? 0

/** The flow of that name with its first transform set; a text says why it can offer nothing. */
export const offerable = (
  flows: readonly ProtectedFlow[],
  name: string,
): { readonly flow: ProtectedFlow; readonly requested: EventBody } | string => {
  const flow = flows.find((candidate) => candidate.name === name)
  if (!flow) return `there is no flow ${name}`
  if (flow.responderOnly) return `${flow.map} is responder-only`
  const [set] = flow.transformSets
  if (!set) return `${flow.map} names no transform set`
  const encryption = set.encryption ?? 'esp-null'
  const requested = event('ipsec:sa_requested', {
    local: flow.localAddress,
    remote: flow.peer,
    localProxy: flow.localProxy,
    remoteProxy: flow.remoteProxy,
    transform: transformText({ encryption, authentication: set.authentication ?? null }),
    mode: modesOf(flow, set)[0],
    seconds: flow.lifetime.seconds,
    kilobytes: flow.lifetime.kilobytes,
    keySize: keySizeOf(encryption),
    map: flow.map,
  })
  return { flow, requested }
}

/** The flow of an offer that we have made. */
export const flowOffered = (flows: readonly ProtectedFlow[], name: string): ProtectedFlow => {
  const flow = flows.find((candidate) => candidate.name === name)
  if (!flow) throw new Error(`there is no flow ${name} any more`)
  return flow
}

export const childOf = (
  flow: ProtectedFlow,
  { localProxy, remoteProxy }: AgreedProxies,
  choice: Choice,
): AgreedChild => ({
  flow: flow.name,
  localProxy,
  remoteProxy,
  encryption: choice.encryption,
  authentication: choice.authentication,
  transform: transformText(choice),
  mode: choice.mode,
  keyLength: keyLengths(choice).total,
  seconds: choice.lifetime.seconds,
  kilobytes: choice.lifetime.kilobytes,
  pfsGroup: choice.pfsGroup,
})

export const validated = (
  { local, peer }: { readonly local: string; readonly peer: string },
  { localProxy, remoteProxy }: AgreedProxies,
  choice: Choice,
): EventBody =>
  event('ipsec:proposal_validated', {
    local,
    remote: peer,
    localProxy,
    remoteProxy,
    transform: transformText(choice),
    mode: choice.mode,
    keySize: keySizeOf(choice.encryption),
  })

/** Why none of what was proposed is taken: the same codes for the same causes, whatever the protocol. */
export const refusalOf = (
  checked: readonly { readonly verdict: string; readonly reason: string }[],
): { readonly code: 'pfs-mismatch' | 'transform-mismatch'; readonly detail: string } => {
  const pfs = checked.find(({ verdict }) => verdict === 'pfs')
  return {
    code: pfs ? 'pfs-mismatch' : 'transform-mismatch',
    detail: (pfs ?? checked[0])?.reason ?? 'nothing was proposed',
  }
}
