/** The rules by which the decisions of this room are taken. Ids are stable: reports, tests and documents share them. */
export type SelectionRuleId =
  | 'v1.requests.initiator-profile-list'
  | 'v1.requests.all'
  | 'v1.own-certificate.first-request'
  | 'v1.own-certificate.no-request-matches'
  | 'v1.own-certificate.no-request'
  | 'v1.profile.most-specific'
  | 'v1.profile.overlap'
  | 'v1.profile.none'
  | 'v1.profile.certificate-map'
  | 'v1.profile.certificate-map-overlap'
  | 'v1.profile.initiator-check'
  | 'v1.validation.profile-list'
  | 'v1.validation.all'
  | 'v1.policy.first-own-priority'
  | 'v1.identity.profile'
  | 'v1.identity.global'
  | 'v1.identity.address'
  | 'v1.preshared-key.profile-keyrings'
  | 'v1.preshared-key.default-keyring'
  | 'v1.preshared-key.all-keyrings'
  | 'v1.preshared-key.keyring-of-profile'
  | 'v1.identity-in-certificate'
  | 'v1.match-identity'
  | 'certificate-map.match'
  | 'certificate.extended-key-usage'
  | 'v2.policy.by-local-address'
  | 'v2.policy.smart-default'
  | 'v2.proposal.first-common'
  | 'v2.requests.responder-all'
  | 'v2.requests.initiator-profile'
  | 'v2.own-certificate.first-request'
  | 'v2.own-certificate.initiator-without-trustpoint'
  | 'v2.own-certificate.no-request-matches'
  | 'v2.profile.match'
  | 'v2.profile.overlap'
  | 'v2.profile.none'
  | 'v2.profile.initiator-check'
  | 'v2.validation.profile-list'
  | 'v2.validation.all'
  | 'v2.identity.profile'
  | 'v2.identity.default'
  | 'v2.shared-key.profile'
  | 'v2.shared-key.keyring'
  | 'v2.peer-method'

/**
 * `text` is one sentence for an engineer. `source` is a mark of how sure the rule is and where it stands:
 * `[S]` the seed says or shows it, `[V]` a device or a document of Cisco, `[D]` derived from those, `[I]` inferred,
 * `[M-h]` `[M-m]` `[M-l]` recalled, with high, medium or low confidence; § is a section of ios-semantics.
 */
export interface Rule {
  readonly id: SelectionRuleId
  readonly text: string
  readonly source: string
}

const rule = <Id extends SelectionRuleId>(id: Id, source: string, text: string): Rule & { readonly id: Id } => ({
  id,
  source,
  text,
})

export const rules: { readonly [Id in SelectionRuleId]: Rule & { readonly id: Id } } = {
  'v1.requests.initiator-profile-list': rule(
    'v1.requests.initiator-profile-list',
    '[S] §1.8',
    'An initiator knows its profile before MM3 and asks only for the CAs of the trust points that the profile lists.',
  ),
  'v1.requests.all': rule(
    'v1.requests.all',
    '[S] §1.8, §3.5',
    'Without a list, and always as responder because MM5 alone tells the profile, a router asks for the CA of every trustpoint: newest certificate first, built-in CAs last.',
  ),
  'v1.own-certificate.first-request': rule(
    'v1.own-certificate.first-request',
    '[S] §0.3 items 1, 2, 5; §1.8',
    'A router signs with its certificate from the first CA that the peer asks for and from which it holds one; an initiator looks only among the trust points of its profile, if the profile lists any.',
  ),
  'v1.own-certificate.no-request-matches': rule(
    'v1.own-certificate.no-request-matches',
    '[M-l] §1.8',
    'The peer asks for CAs, but this router may send a certificate from none of them; what IOS does then is not documented.',
  ),
  'v1.own-certificate.no-request': rule(
    'v1.own-certificate.no-request',
    '[M-l] §1.8',
    'The peer asks for no CA at all: the router sends its primary certificate, or else its first one.',
  ),
  'v1.profile.most-specific': rule(
    'v1.profile.most-specific',
    '[S] §1.6',
    'A responder binds the profile whose match identity statement fits the identity of MM5 most specifically.',
  ),
  'v1.profile.overlap': rule(
    'v1.profile.overlap',
    '[I] §0.3 item 10; §1.6',
    'Several profiles fit the identity equally well; which one binds is hard to predict.',
  ),
  'v1.profile.none': rule(
    'v1.profile.none',
    '[V] §1.6',
    'No profile fits the identity: phase 1 goes on without a profile, with every trustpoint.',
  ),
  'v1.profile.certificate-map': rule(
    'v1.profile.certificate-map',
    '[M-m] §1.6',
    'A certificate that fits a map of another profile binds that profile, and is validated again with its trust points.',
  ),
  'v1.profile.certificate-map-overlap': rule(
    'v1.profile.certificate-map-overlap',
    '[I] §1.6',
    'The certificate fits maps of several profiles; which one binds is hard to predict.',
  ),
  'v1.profile.initiator-check': rule(
    'v1.profile.initiator-check',
    '[I] §1.6',
    'An initiator keeps the profile of its crypto map or ipsec profile and compares the identity of MM6 with it.',
  ),
  'v1.validation.profile-list': rule(
    'v1.validation.profile-list',
    '[S] §1.8',
    'A certificate of the peer is validated against the trust points that the profile lists, and no others.',
  ),
  'v1.validation.all': rule(
    'v1.validation.all',
    '[S] §1.8',
    'Without a profile that lists trust points, any trustpoint of the router validates the certificate of the peer.',
  ),
  'v1.policy.first-own-priority': rule(
    'v1.policy.first-own-priority',
    '[V] §1.2; Cisco IOS IKE configuration guide 15.2',
    'A responder walks its own policies in ascending priority and takes the first that equals an offered transform; the shorter lifetime counts.',
  ),
  'v1.identity.profile': rule(
    'v1.identity.profile',
    '[M-h] §1.4',
    'The self-identity of the profile decides which identity the router sends.',
  ),
  'v1.identity.global': rule(
    'v1.identity.global',
    '[M-h] §1.4',
    'Without a self-identity in the profile, crypto isakmp identity decides which identity the router sends.',
  ),
  'v1.identity.address': rule(
    'v1.identity.address',
    '[M-h] §1.4, §4.5',
    'The router sends its address where nothing else is configured or possible.',
  ),
  'v1.preshared-key.profile-keyrings': rule(
    'v1.preshared-key.profile-keyrings',
    '[V] §1.9',
    'An initiator looks for the pre-shared key in the keyrings of its profile.',
  ),
  'v1.preshared-key.default-keyring': rule(
    'v1.preshared-key.default-keyring',
    '[M-m] §1.9',
    'An initiator whose profile names no keyring looks for the pre-shared key among the lines crypto isakmp key.',
  ),
  'v1.preshared-key.all-keyrings': rule(
    'v1.preshared-key.all-keyrings',
    '[M-m] §1.9; Cisco 117259',
    'A responder needs the key before MM5 tells the profile: it looks in every keyring by the address of the peer, the most specific entry wins, then the first configured.',
  ),
  'v1.preshared-key.keyring-of-profile': rule(
    'v1.preshared-key.keyring-of-profile',
    '[V] §1.9; Cisco 117259',
    'Once MM5 has bound a profile that names keyrings, the key in use has to come from one of them.',
  ),
  'v1.identity-in-certificate': rule(
    'v1.identity-in-certificate',
    '[V] §0.3 item 6; §4.5',
    'An identity that the certificate does not carry is only logged; the tunnel comes up all the same.',
  ),
  'v1.match-identity': rule(
    'v1.match-identity',
    '[M-h] §1.5',
    'A match identity statement fits identities of its own type only: addresses by mask, names without regard to case, domains by suffix.',
  ),
  'certificate-map.match': rule(
    'certificate-map.match',
    '[M-h] §1.7',
    'The rules of one sequence must all hold; the sequences of a map are tried in ascending order until one fits.',
  ),
  'certificate.extended-key-usage': rule(
    'certificate.extended-key-usage',
    '[V] a report of XE 26, [I] RFC 4945 §5.1.3.12; §6 entry 27',
    'A certificate whose extended key usage names neither IPsec nor the authentication of its role may be refused in that role.',
  ),
  'v2.policy.by-local-address': rule(
    'v2.policy.by-local-address',
    '[M-m] §2.3',
    'The policy that names the local address serves it, else the first configured that serves any address.',
  ),
  'v2.policy.smart-default': rule(
    'v2.policy.smart-default',
    '[V] §2.1',
    'Where no policy of the user serves the address, IOS uses its default policy with its default proposal.',
  ),
  'v2.proposal.first-common': rule(
    'v2.proposal.first-common',
    '[V] §2.2',
    'A responder takes the first proposal of the peer that has an algorithm of each kind in common with one of its own; within it the order of the peer decides.',
  ),
  'v2.requests.responder-all': rule(
    'v2.requests.responder-all',
    '[S] §2.8',
    'A responder asks in IKE_SA_INIT for the CA of every trustpoint, newest certificate first, because the profile is not known yet.',
  ),
  'v2.requests.initiator-profile': rule(
    'v2.requests.initiator-profile',
    '[I] §2.8',
    'An initiator asks in IKE_AUTH for the CAs of the trustpoints that its profile lets verify.',
  ),
  'v2.own-certificate.first-request': rule(
    'v2.own-certificate.first-request',
    '[S] §2.8',
    'A router signs with its certificate from the first CA that the peer asks for and from which its profile lets it sign; a responder whose profile names no trustpoint may use any.',
  ),
  'v2.own-certificate.initiator-without-trustpoint': rule(
    'v2.own-certificate.initiator-without-trustpoint',
    '[S] §2.8',
    'An initiator whose profile names no pki trustpoint cannot sign.',
  ),
  'v2.own-certificate.no-request-matches': rule(
    'v2.own-certificate.no-request-matches',
    '[M-l] §2.8',
    'The peer asks for CAs, but the profile lets this router sign from none of them; what a responder does then is not documented.',
  ),
  'v2.profile.match': rule(
    'v2.profile.match',
    '[S] §2.9',
    'A responder binds the profile whose identity or certificate statement fits its peer.',
  ),
  'v2.profile.overlap': rule(
    'v2.profile.overlap',
    '[S] §0.3 item 10; §2.9',
    'Several profiles fit: the most specific binds, and of those that are alike the last configured; sources disagree.',
  ),
  'v2.profile.none': rule('v2.profile.none', '[V] §2.9', 'No profile fits the identity: the peer is refused.'),
  'v2.profile.initiator-check': rule(
    'v2.profile.initiator-check',
    '[V] §2.9',
    'An initiator refuses a responder whose identity does not fit its profile, and the responder stays half-open.',
  ),
  'v2.validation.profile-list': rule(
    'v2.validation.profile-list',
    '[S] §2.8',
    'A certificate of the peer is validated against the trustpoints that the profile lets verify, and no others.',
  ),
  'v2.validation.all': rule(
    'v2.validation.all',
    '[S] §2.8',
    'Without trustpoints in the profile, any trustpoint of the router validates the certificate of the peer.',
  ),
  'v2.identity.profile': rule(
    'v2.identity.profile',
    '[V] §2.5',
    'The identity local of the profile decides which identity the router sends.',
  ),
  'v2.identity.default': rule(
    'v2.identity.default',
    '[V] §2.7',
    'Without identity local the router sends its address, or the DN of its certificate; sources disagree.',
  ),
  'v2.shared-key.profile': rule(
    'v2.shared-key.profile',
    '[V] §2.5',
    'A key in the authentication line of the profile is used before any keyring.',
  ),
  'v2.shared-key.keyring': rule(
    'v2.shared-key.keyring',
    '[V] §2.4',
    'The keyring of the profile gives the key, by the address of the peer and then by its identity.',
  ),
  'v2.peer-method': rule(
    'v2.peer-method',
    '[V] §2.5',
    'The peer must authenticate by a method that the profile names as authentication remote.',
  ),
}
