import type { ProtectedFlow } from '../../ipsec/index.ts'
import { keyBelongs } from '../../pki/index.ts'
import {
  type IsakmpProfile,
  keyringOfProfileHolds,
  type OwnIdentity,
  preSharedKey,
  type RequestedCa,
  signatureKeyType,
} from '../../selection/index.ts'
import type { Decision } from '../../trace/index.ts'
import type { End } from './ends.ts'
import {
  anchorsOf,
  asInitiator,
  asResponder,
  identityChecked,
  identityOf,
  ownCertificate,
  policiesOffered,
  policyChosen,
  profileBound,
  profileRebound,
} from './ikev1-decisions.ts'
import { anySigner, type Notes, Refused, type Signer, signerNamed, someSpi } from './walk.ts'

/*
 * IKEv1 by its decisions alone, in the order of the messages (RFC 2409 §5; ios-semantics §7). The engine takes the same
 * decisions by the same functions; proofs and keys of a lab are good, so what cannot fail is not asked.
 */

const profileNamed = ({ selection }: End, name: string | null): IsakmpProfile | null =>
  selection.profiles.find((profile) => profile.name === name) ?? null

/** Walks main mode and quick mode. Throws Refused where a router refuses. */
export const walkIkeV1 = (initiator: End, responder: End, flow: ProtectedFlow, notes: Notes): void => {
  if (flow.responderOnly) notes.meet(new Refused(initiator, 'MM1', 'responder-only'))
  if (flow.isInOtherVrf) notes.meet(new Refused(initiator, 'MM1', 'tunnel-vrf-differs'))
  if (initiator.isakmpDisabled) notes.meet(new Refused(initiator, 'MM1', 'isakmp-disabled'))
  const configured = profileNamed(initiator, flow.isakmpProfile?.name ?? null)
  const offered = policiesOffered(initiator, configured, flow)
  const [firstOffered] = offered
  if (!firstOffered) throw new Refused(initiator, 'MM1', 'no-authentication-material')
  if (responder.isakmpDisabled) notes.meet(new Refused(responder, 'MM1', 'isakmp-disabled'))
  const agreed = notes.take(policyChosen(responder, offered)).choice
  if (agreed === null) notes.meet(new Refused(responder, 'MM1', 'no-common-policy'))
  const keyType = signatureKeyType(agreed?.policy ?? firstOffered)
  const bound =
    keyType === null
      ? byPreSharedKey(initiator, responder, flow, configured, notes)
      : byCertificates(initiator, responder, flow, configured, keyType, notes)
  quickMode(initiator, responder, flow, bound, notes)
}

/** Answers the profile to which the responder has bound the initiator. */
const byPreSharedKey = (
  initiator: End,
  responder: End,
  { localAddress, peer }: ProtectedFlow,
  configured: IsakmpProfile | null,
  notes: Notes,
): string | null => {
  const own = notes.take(
    preSharedKey(initiator.selection, { role: 'initiator', profile: configured, peer, localAddress }),
  ).choice
  const theirs = notes.take(
    preSharedKey(responder.selection, { role: 'responder', profile: null, peer: localAddress, localAddress: peer }),
  ).choice
  if (theirs === null) notes.meet(new Refused(responder, 'MM3', 'no-preshared-key'))
  else if (own?.key !== theirs.key) notes.meet(new Refused(responder, 'MM5', 'cannot-decrypt'))
  const identity = notes.take(identityOf(initiator, configured, localAddress, null)).choice
  notes.arrives(initiator, identity, null)
  const bound = notes.take(profileBound(responder, identity, peer)).choice
  notes.binds(responder, bound)
  const profile = profileNamed(responder, bound)
  if (profile && theirs && !notes.take(keyringOfProfileHolds(responder.selection, profile, theirs.keyring)).choice)
    notes.meet(new Refused(responder, 'MM5', 'preshared-key-outside-profile-keyrings'))
  const answer = notes.take(identityOf(responder, profile, peer, null)).choice
  notes.arrives(responder, answer, null)
  initiatorsProfile(initiator, configured, answer, localAddress, notes)
  return bound
}

/** To ask for nothing but the built-in CAs is another thing than to ask for nothing. */
const requestsOf = (
  { selection: { store } }: End,
  decision: Decision<readonly RequestedCa[]>,
  notes: Notes,
): readonly RequestedCa[] => {
  const requests = notes.take(decision).choice
  const own = requests.some(({ trustpoint }) =>
    store.trustpoints.some(({ name, builtIn }) => name === trustpoint && !builtIn),
  )
  if (!own) notes.lean('builtins')
  return requests
}

const byCertificates = (
  initiator: End,
  responder: End,
  { localAddress, peer }: ProtectedFlow,
  configured: IsakmpProfile | null,
  keyType: 'rsa' | 'ec',
  notes: Notes,
): string | null => {
  const asked = requestsOf(initiator, asInitiator(initiator, configured), notes)
  const answer = notes.take(ownCertificate(responder, 'responder', null, asked, keyType))
  notes.signs(responder, answer)
  const wanted = requestsOf(responder, asResponder(responder), notes)
  const choice = notes.take(ownCertificate(initiator, 'initiator', configured, wanted, keyType))
  notes.signs(initiator, choice)
  notes.counts(responder, wanted, initiator, choice)
  const own = signerFor(initiator, 'MM4', choice, keyType, configured, notes)
  const { bound, profile } = responderExamines(initiator, responder, { localAddress, peer }, configured, own, notes)
  notes.counts(initiator, asked, responder, answer)
  const theirs = signerFor(responder, 'MM5', answer, keyType, null, notes)
  const identity = notes.take(identityOf(responder, profile, peer, theirs.identity.certificate)).choice
  notes.arrives(responder, identity, theirs)
  const known = initiatorsProfile(initiator, configured, identity, localAddress, notes)
  const anchors = notes.take(anchorsOf(initiator, known)).choice
  const refusal = notes.examine(initiator, theirs, 'responder', anchors)
  if (refusal !== null) notes.meet(new Refused(initiator, 'MM6', refusal))
  if (!keyBelongs(theirs.identity)) notes.meet(new Refused(initiator, 'MM6', 'signature-invalid'))
  return bound
}

/** The certificate that was chosen; behind a refusal for want of one, one that could have been asked for. */
const signerFor = (
  end: End,
  stage: 'MM4' | 'MM5',
  { choice, because }: Decision<string | null>,
  keyType: 'rsa' | 'ec',
  profile: IsakmpProfile | null,
  notes: Notes,
): Signer => {
  const chosen = signerNamed(end, choice)
  if (chosen) return chosen
  const trustpoints = end.selection.store.trustpoints.flatMap(({ configuration }) => configuration?.at ?? [])
  const lines = because.length > 0 ? because : trustpoints
  const refused = new Refused(end, stage, 'no-certificate-for-any-request', false, lines)
  notes.meet(refused)
  const other = anySigner(end, keyType, profile?.caTrustPoints.map(({ name }) => name) ?? [])
  if (!other) throw refused
  return other
}

/** MM5: the identity binds, a certificate map may bind again, and what is bound then validates. */
const responderExamines = (
  initiator: End,
  responder: End,
  { localAddress, peer }: Pick<ProtectedFlow, 'localAddress' | 'peer'>,
  configured: IsakmpProfile | null,
  own: Signer,
  notes: Notes,
): { readonly bound: string | null; readonly profile: IsakmpProfile | null } => {
  const { certificate } = own.identity
  const identity = notes.take(identityOf(initiator, configured, localAddress, certificate)).choice
  notes.arrives(initiator, identity, own)
  const byIdentity = notes.take(profileBound(responder, identity, peer)).choice
  const again = profileRebound(responder, certificate, byIdentity)
  // Where maps of several profiles fit, the decision names one knob and leans on two.
  if (again.rule === 'v1.profile.certificate-map-overlap') notes.lean('certmap.rebind')
  const bound = notes.take(again).choice
  notes.binds(responder, bound)
  const profile = profileNamed(responder, bound)
  const anchors = notes.take(anchorsOf(responder, profile)).choice
  const refusal = notes.examine(responder, own, 'initiator', anchors)
  if (refusal !== null) notes.meet(new Refused(responder, 'MM5', refusal))
  if (!keyBelongs(own.identity)) notes.meet(new Refused(responder, 'MM5', 'signature-invalid'))
  return { bound, profile }
}

/** MM6: an initiator keeps its profile and compares; without one it looks for one. */
const initiatorsProfile = (
  initiator: End,
  configured: IsakmpProfile | null,
  identity: OwnIdentity,
  localAddress: string,
  notes: Notes,
): IsakmpProfile | null => {
  if (!configured) {
    const bound = notes.take(profileBound(initiator, identity, localAddress)).choice
    notes.binds(initiator, bound)
    return profileNamed(initiator, bound)
  }
  notes.binds(initiator, configured.name)
  const check = notes.take(identityChecked(initiator, configured, identity, localAddress))
  if (check.choice === 'rejected') notes.meet(new Refused(initiator, 'MM6', 'peer-identity-outside-profile'))
  return configured
}

const quickMode = (
  initiator: End,
  responder: End,
  flow: ProtectedFlow,
  boundProfile: string | null,
  notes: Notes,
): void => {
  const offer = initiator.quickMode.offer(flow.name, { spi: someSpi, udpEncapsulation: false })
  if ('refused' in offer) throw new Refused(initiator, 'QM1', 'no-offer-for-flow')
  const answerAs = (profile: string | null): ReturnType<End['quickMode']['answer']> =>
    responder.quickMode.answer({
      local: flow.peer,
      peer: flow.localAddress,
      boundProfile: profile,
      localProxy: offer.remoteProxy,
      remoteProxy: offer.localProxy,
      proposals: offer.proposals,
      offeredGroup: offer.pfsGroup,
      spi: someSpi,
      udpEncapsulation: false,
    })
  let answer = notes.seen(answerAs(boundProfile))
  if (!answer.accepted && answer.code === 'profile-did-not-match') {
    const refused = new Refused(responder, 'QM1', answer.code)
    notes.meet(refused)
    answer = answerAs(responder.profileTowards(flow.localAddress, 1))
    // The tunnel is of IKEv2, or of no profile: no other one would do.
    if (!answer.accepted && answer.code === refused.code) throw refused
  }
  if (!answer.accepted) throw new Refused(responder, 'QM1', answer.code)
  if ((answer.child.pfsGroup === null) !== (offer.pfsGroup === null))
    throw new Refused(responder, 'QM1', 'pfs-mismatch')
  const confirmed = initiator.quickMode.confirm({
    offer,
    returned: [answer.proposal],
    local: flow.localAddress,
    peer: flow.peer,
    udpEncapsulation: false,
  })
  if (!confirmed.accepted) throw new Refused(initiator, 'QM2', confirmed.code)
}
