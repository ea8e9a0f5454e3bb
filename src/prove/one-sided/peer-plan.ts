import type { IpsecLifetime, ProtectedFlow, ProxyIdentity, TransformSet } from '../../ipsec/index.ts'
import type { Issuer } from '../../lab/index.ts'
import type { IkeGroup, IkeV2Proposal, IsakmpPolicy, OwnIdentity } from '../../selection/index.ts'

/** A peer as it is put together: everything that its configuration will say. */

export type PeerMethod = 'rsa-sig' | 'ecdsa-sig' | 'pre-share'

/** The identity that the peer sends. */
export type PeerIdentity =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'fqdn'; readonly name: string }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'key-id'; readonly id: string }
  | { readonly kind: 'dn' }

/** What the peer's certificate says beside its issuer. */
export interface PeerSubject {
  readonly subjectName: string
  readonly fqdn: string | null
  readonly notBefore?: string
  readonly notAfter?: string
}

export interface PeerPlan {
  readonly name: string
  /** The known router, its address and its tunnel's. */
  readonly toward: string
  readonly known: string
  readonly address: string
  readonly mask: string
  /** Null: the known router is a neighbour. */
  readonly gateway: string | null
  readonly ike:
    | { readonly version: 1; readonly policy: IsakmpPolicy }
    | { readonly version: 2; readonly proposals: readonly IkeV2Proposal[] }
  /** How the peer proves itself, and how the known router does. */
  readonly method: PeerMethod
  readonly knownMethod: PeerMethod
  readonly identity: PeerIdentity
  readonly certificate: {
    readonly issuer: Issuer
    readonly subject: PeerSubject
    readonly key: 'rsa' | 'ec256' | 'ec384' | 'ec521'
  } | null
  /** CAs from which the peer takes the known router's certificate. */
  readonly trusts: readonly Issuer[]
  /** Trustpoints of the known router: the peer calls its own by the same names and enrols at the same URLs. */
  readonly enrolAt: readonly { readonly issuer: Issuer; readonly trustpoint: string; readonly url: string | null }[]
  /** Identities under which the known router comes. */
  readonly expects: readonly OwnIdentity[]
  /** Keys by what the peer is; with IKEv2 `initiator` is the key of the peer and `responder` that of the known router. */
  readonly keys: { readonly initiator: string | null; readonly responder: string | null }
  readonly child: {
    readonly kind: ProtectedFlow['kind']
    readonly transformSets: readonly TransformSet[]
    readonly pfs: IkeGroup | null
    readonly lifetime: IpsecLifetime
    /** Of a crypto map's access list, from the peer's side. */
    readonly entries: readonly {
      readonly action: 'permit' | 'deny'
      readonly source: ProxyIdentity
      readonly destination: ProxyIdentity
    }[]
  }
}

/** Trustpoints of the peer: what it signs with stands last, so that it is the newest. */
export interface PeerTrustpoint {
  readonly name: string
  readonly url: string | null
  readonly issuer: Issuer
  readonly signs: boolean
  readonly trusts: boolean
}

const plain = (text: string): string => text.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 40)

export const trustpointsOf = ({ certificate, trusts, enrolAt }: PeerPlan): readonly PeerTrustpoint[] => {
  const issuers = [
    ...trusts.filter((issuer) => issuer !== certificate?.issuer),
    ...(certificate ? [certificate.issuer] : []),
  ]
  const taken = new Set<string>()
  return issuers.map((issuer) => {
    const like = enrolAt.find((each) => each.issuer === issuer)
    const base = like?.trustpoint ?? (plain(issuer.label) || 'CA')
    let name = base
    for (let count = 2; taken.has(name); count += 1) name = `${base}-${count}`
    taken.add(name)
    return {
      name,
      url: like?.url ?? issuer.url,
      issuer,
      signs: issuer === certificate?.issuer,
      trusts: trusts.includes(issuer),
    }
  })
}
