import { isLoopback, type ProtectedFlow, type ProxyIdentity, routeLookup } from '../../ipsec/index.ts'
import type { Issuer } from '../../lab/index.ts'
import { isInNetwork } from '../../net/index.ts'
import type { PeerOption } from './analysis.ts'
import { wholeProposals } from './ikev2-common.ts'
import { issuerOf, type Known } from './known.ts'
import type { PeerIdentity, PeerPlan, PeerSubject } from './peer-plan.ts'

/** The plan of a peer from what the known router says. */

const hostMask = '255.255.255.255'

/** Bits of a dotted address. */
const bits = (address: string): number => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
const dotted = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')

/** Where the peer stands: beside the known router, or behind a gateway of its own. */
const placeOf = ({ router, flow }: Known): Pick<PeerPlan, 'address' | 'mask' | 'gateway'> => {
  const near = router.configuration.ipsec.interfaces
    .filter(({ tunnel, shutdown, name }) => !tunnel && !shutdown && !isLoopback(name))
    .flatMap(({ addresses }) => addresses.slice(0, 1))
    .find(({ address, mask }) => mask !== hostMask && (bits(address) & bits(mask)) === (bits(flow.peer) & bits(mask)))
  // Where the known router ends its tunnel on a loopback, its address on the wire leads there.
  const beside = near !== undefined && isInNetwork(flow.localAddress, near.address, near.mask)
  if (near) return { address: flow.peer, mask: near.mask, gateway: beside ? null : near.address }
  const number = bits(flow.peer)
  const gateway = (number & 3) === 1 ? number + 1 : (number & ~3) + 1
  return { address: flow.peer, mask: '255.255.255.252', gateway: dotted(gateway) }
}

/** Why no peer can be put beside the known router; null where one can. */
export const whyNoPlace = ({ router: { configuration }, flow }: Known): string | null => {
  const way = routeLookup(configuration.ipsec, flow.peer, flow.fvrf)
  const out = configuration.ipsec.interfaces.find(({ name }) => name === way?.interface)
  if (!out) return null
  if (out.tunnel) return `the way to ${flow.peer} leads into another tunnel, ${out.name}`
  return out.addresses.length === 0 ? `the way to ${flow.peer} leaves by ${out.name}, whose address is not known` : null
}

const sameProxy = (a: ProxyIdentity, b: ProxyIdentity): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The access list of a crypto map entry from the other side. */
const mirrored = (flows: readonly ProtectedFlow[]): PeerPlan['child']['entries'] => {
  const entries: { action: 'permit' | 'deny'; source: ProxyIdentity; destination: ProxyIdentity }[] = []
  for (const { localProxy, remoteProxy, exceptions } of flows) {
    for (const { source, destination } of exceptions) {
      const known = entries.some(
        (entry) =>
          entry.action === 'deny' && sameProxy(entry.source, destination) && sameProxy(entry.destination, source),
      )
      if (!known) entries.push({ action: 'deny', source: destination, destination: source })
    }
    entries.push({ action: 'permit', source: remoteProxy, destination: localProxy })
  }
  return entries
}

const keyKinds = { prime256v1: 'ec256', secp384r1: 'ec384', secp521r1: 'ec521' } as const

/** The peer's key is of the kind of the known router's. */
const keyKind = ({ router }: Known, { method, policy }: PeerOption): 'rsa' | 'ec256' | 'ec384' | 'ec521' => {
  if (method !== 'ecdsa-sig') return 'rsa'
  if (policy?.group === 20) return 'ec384'
  if (policy?.group === 21) return 'ec521'
  if (policy)
    return policy.group === 19
      ? 'ec256'
      : policy.hash === 'sha384'
        ? 'ec384'
        : policy.hash === 'sha512'
          ? 'ec521'
          : 'ec256'
  const curves = router.enrolled.flatMap(
    ({ identity }) => identity?.certificate.publicKey.asymmetricKeyDetails?.namedCurve ?? [],
  )
  return keyKinds[curves[0] as keyof typeof keyKinds] ?? 'ec256'
}

export const plain: PeerSubject = { subjectName: 'CN=peer', fqdn: null }

/** The lists of an option that a peer must choose from, the ones that serve both directions first. */
export interface Choices {
  readonly option: PeerOption
  readonly issuers: readonly (Issuer | null)[]
  readonly anchors: readonly Issuer[]
  readonly identities: readonly PeerIdentity[]
  readonly subjects: readonly PeerSubject[]
  readonly expects: PeerOption['expects']
  readonly keys: PeerPlan['keys']
}

/** The known router's trustpoints by their CAs. */
const enrolmentUrls = (known: Known): PeerPlan['enrolAt'] =>
  known.router.enrolled.flatMap(({ name: trustpoint, ca, configuration }) => {
    const issuer = issuerOf(known, ca?.der)
    const enrollment = configuration?.enrollment
    return issuer ? [{ issuer, trustpoint, url: enrollment?.kind === 'url' ? enrollment.url : null }] : []
  })

export const planOf = (
  known: Known,
  { option, expects, keys }: Choices,
  issuer: Issuer | null,
  anchors: readonly Issuer[],
  identity: PeerIdentity,
  subject: PeerSubject,
): PeerPlan => {
  const { flow, flows, router } = known
  return {
    name: /^peer$/i.test(router.name) ? 'PEER-2' : 'PEER',
    toward: router.name,
    known: flow.localAddress,
    ...placeOf(known),
    ike: option.policy ? { version: 1, policy: option.policy } : { version: 2, proposals: wholeProposals(known) },
    method: option.method,
    knownMethod: option.knownMethod,
    identity,
    certificate: issuer
      ? {
          issuer: issuer,
          key: keyKind(known, option),
          // Who sends a name has it in its certificate too.
          subject:
            identity.kind === 'fqdn' && subject.fqdn === null && !known.end.selection.certificateMaps.length
              ? { ...subject, fqdn: identity.name }
              : subject,
        }
      : null,
    trusts: anchors,
    enrolAt: enrolmentUrls(known),
    expects,
    keys,
    child: {
      kind: flow.kind,
      transformSets: flow.transformSets,
      pfs: flow.pfs ?? null,
      lifetime: flow.lifetime,
      entries: flow.kind === 'crypto-map' ? mirrored(flows) : [],
    },
  }
}
