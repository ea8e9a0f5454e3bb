import type {
  IkeEncryption,
  IkeGroup,
  IkeHash,
  IsakmpPolicy,
  IsakmpProfile,
  SelectionContext,
} from './configuration.ts'
import { type FoundKey, preSharedKey } from './pre-shared-key.ts'

const day = 86400
const aes128: IkeEncryption = { cipher: 'aes', bits: 128 }
const tripleDes: IkeEncryption = { cipher: '3des' }

/** Each suite stands twice, with RSA signatures and then with a pre-shared key. */
const defaultSuites: readonly (readonly [IkeEncryption, IkeHash, IkeGroup])[] = [
  [aes128, 'sha', 5],
  [aes128, 'md5', 5],
  [tripleDes, 'sha', 2],
  [tripleDes, 'md5', 2],
]

/** The policies that IOS has built in since 12.4(20)T, priorities 65507 to 65514 (ios-semantics §1.3: [V] the first two, [M-m] the rest). */
export const defaultPolicies: readonly IsakmpPolicy[] = defaultSuites.flatMap(([encryption, hash, group], index) =>
  (['rsa-sig', 'pre-share'] as const).map((authentication, second) => ({
    priority: 65507 + 2 * index + second,
    encryption,
    hash,
    authentication,
    group,
    lifetime: day,
  })),
)

/**
 * The policies that count, in ascending priority: those configured; without any, the built-in ones, unless
 * `no crypto isakmp default policy` takes them away. The single default of older releases, priority 65535, is not
 * among them: 15.3T no longer has it (ios-semantics §1.3).
 */
export const effectivePolicies = ({ policies, isakmpDefaultPolicies }: SelectionContext): readonly IsakmpPolicy[] => {
  if (policies.length > 0) return policies.toSorted((a, b) => a.priority - b.priority)
  return isakmpDefaultPolicies === false ? [] : defaultPolicies
}

/** The kind of key that a policy's signatures need; null where it needs none. */
export const signatureKeyType = ({ authentication }: IsakmpPolicy): 'rsa' | 'ec' | null => {
  switch (authentication) {
    case 'rsa-sig':
      return 'rsa'
    case 'ecdsa-sig':
      return 'ec'
    case 'pre-share':
    case 'rsa-encr':
      return null
  }
}

/**
 * The policies that an initiator offers: those for which it has the pre-shared key or a certificate. It starts nothing
 * that it cannot finish (ios-semantics §4.5). `key` is the pre-shared key for this peer, if a policy wants one.
 */
export const policiesToOffer = (
  ctx: SelectionContext,
  {
    profile,
    peer,
    localAddress,
  }: { readonly profile: IsakmpProfile | null; readonly peer: string; readonly localAddress?: string },
): { readonly policies: readonly IsakmpPolicy[]; readonly key: FoundKey | null } => {
  const policies = effectivePolicies(ctx)
  const key = policies.some(({ authentication }) => authentication === 'pre-share')
    ? preSharedKey(ctx, {
        role: 'initiator',
        profile,
        peer,
        ...(localAddress === undefined ? {} : { localAddress }),
      }).choice
    : null
  const hasKeyOf = (kind: 'rsa' | 'ec'): boolean =>
    ctx.store.trustpoints.some(({ identity }) => identity?.keys != null && identity.certificate.keyType === kind)
  return {
    policies: policies.filter((policy) => {
      if (policy.authentication === 'rsa-encr') return false
      const kind = signatureKeyType(policy)
      return kind === null ? key !== null : hasKeyOf(kind)
    }),
    key,
  }
}
