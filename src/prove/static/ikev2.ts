import { ikeV2AcceptedHashes, ikeV2IsSentByUrl, ikeV2SignatureMethod } from '../../ike/index.ts'
import type { ProtectedFlow } from '../../ipsec/index.ts'
import { keyBelongs } from '../../pki/index.ts'
import {
  type IkeV2Profile,
  ikeV2AnnouncedMethods,
  ikeV2PeerMethod,
  ikeV2SharedKey,
  type OwnIdentity,
  type RequestedKey,
} from '../../selection/index.ts'
import type { IkeV2MessageName, RejectCode } from '../../trace/index.ts'
import { equalBytes, ikeV2AuthMethod } from '../../wire/index.ts'
import type { End } from './ends.ts'
import {
  anchorsOf,
  asInitiator,
  asResponder,
  identityOf,
  ownCertificate,
  policyOf,
  profileBound,
  profileChecked,
  proposalChosen,
} from './ikev2-decisions.ts'
import { anySigner, type Notes, Refused, type Signer, signerNamed, someSpi } from './walk.ts'

/* IKEv2 by its decisions alone, in the order of the messages (RFC 7296 §1.2; ios-semantics §2.8, §7). */

/** No request. One object, since what follows from requests is kept by them. */
const nobody: readonly RequestedKey[] = []

const initRequest = 'IKE_SA_INIT request'
const authRequest = 'IKE_AUTH request'
const authResponse = 'IKE_AUTH response'

const profileNamed = ({ selection }: End, name: string | null | undefined): IkeV2Profile | null =>
  selection.ikev2.profiles.find((profile) => profile.name === name) ?? null

/** How a side proves itself. */
type Means =
  | {
      readonly signer: Signer
      /** To be called where it first counts which certificate that is. */
      readonly counts: () => void
    }
  | { readonly key: string }

/** What one side has asked the other for. */
interface Asked {
  readonly by: End
  readonly requests: readonly RequestedKey[]
  /** RFC 9593. */
  readonly methods: Uint8Array | null
}

/** Walks IKE_SA_INIT and IKE_AUTH with its child. Throws Refused where a router refuses. */
export const walkIkeV2 = (initiator: End, responder: End, flow: ProtectedFlow, notes: Notes): void => {
  if (flow.responderOnly) notes.meet(new Refused(initiator, initRequest, 'responder-only'))
  if (flow.isInOtherVrf) notes.meet(new Refused(initiator, initRequest, 'tunnel-vrf-differs'))
  agreeOnProposal(initiator, responder, flow, notes)
  const wanted = notes.take(asResponder(responder)).choice
  const fromResponder = asks(responder, responder.selection.ikev2.profiles, wanted)
  const profile = profileNamed(initiator, flow.ikev2Profile?.name)
  if (!profile) throw new Refused(initiator, authRequest, 'no-ikev2-profile')
  const means = ownMeans(initiator, 'initiator', profile, fromResponder, flow.peer, null, notes)
  if ('signer' in means) means.counts()
  const identity = notes.take(identityOf(initiator, profile, flow.localAddress, certificateOf(means))).identity
  const verifies = profile.authenticationRemote.some(({ method }) => method === 'rsa-sig' || method === 'ecdsa-sig')
  const requested = verifies ? notes.take(asInitiator(initiator, profile)).choice : nobody
  const offer = initiator.children.offer(flow.name, { spi: someSpi, keyExchange: false })
  if ('refused' in offer) throw new Refused(initiator, authRequest, 'flow-cannot-be-offered')

  notes.arrives(initiator, identity, 'signer' in means ? means.signer : null)
  lookUp(responder, initiator, means, wanted, (code) => notes.meet(new Refused(responder, authRequest, code)))
  const bound = notes.take(profileBound(responder, identity, certificateOf(means), flow.peer)).choice
  notes.binds(responder, bound)
  const unbound = new Refused(responder, authRequest, 'no-ikev2-profile-matches')
  if (bound === null) notes.meet(unbound)
  const tunnels = responder.profileTowards(flow.localAddress, 2)
  const found = profileNamed(responder, bound ?? tunnels)
  if (!found) throw unbound
  const asked = asks(initiator, [profile], requested)
  const authenticates = (as: IkeV2Profile): Means => {
    notes.binds(responder, as.name)
    const own = ownMeans(responder, 'responder', as, asked, flow.localAddress, identity, notes)
    examine(responder, as, { end: initiator, means, identity, address: flow.localAddress }, authRequest, false, notes)
    return own
  }
  let theirs = found
  let answerMeans = authenticates(theirs)
  // Mended, the peer would have been bound to the profile of the tunnel: what that one refuses comes next.
  const tunnelsProfile = profileNamed(responder, tunnels)
  if (tunnelsProfile && notes.metLast('catch-all-profile-of-other-method')) {
    theirs = tunnelsProfile
    answerMeans = authenticates(theirs)
  }
  if ('signer' in answerMeans) answerMeans.counts()
  const answerIdentity = notes.take(identityOf(responder, theirs, flow.peer, certificateOf(answerMeans))).identity
  const answerAs = (boundProfile: string): ReturnType<End['children']['answer']> =>
    responder.children.answer({
      local: flow.peer,
      peer: flow.localAddress,
      boundProfile,
      proposals: offer.proposals,
      tsi: offer.tsi,
      tsr: offer.tsr,
      transport: offer.transport,
      group: null,
      keyExchange: false,
      spi: someSpi,
      udpEncapsulation: false,
    })
  let child = notes.seen(answerAs(theirs.name))
  if (!child.accepted && child.code === 'profile-did-not-match' && tunnels !== null) {
    const refused = new Refused(responder, authRequest, child.code)
    notes.meet(refused)
    child = answerAs(tunnels)
    if (!child.accepted && child.code === refused.code) throw refused
  }
  if (!child.accepted) throw new Refused(responder, authRequest, child.code)

  // The responder has its SAs now: what the initiator refuses from here on leaves it with them, unless it is told.
  const silent = initiator.selection.knobs['v2.initValidateFailure'] === 'halfOpen'
  notes.arrives(responder, answerIdentity, 'signer' in answerMeans ? answerMeans.signer : null)
  lookUp(initiator, responder, answerMeans, requested, (code) => {
    notes.lean('v2.initValidateFailure')
    notes.meet(new Refused(initiator, authResponse, code, silent))
  })
  notes.binds(initiator, profile.name)
  const check = notes.take(
    profileChecked(initiator, profile, answerIdentity, certificateOf(answerMeans), flow.localAddress),
  )
  if (check.choice === null) {
    notes.lean('v2.initValidateFailure')
    notes.meet(new Refused(initiator, authResponse, 'peer-identity-outside-profile', silent))
  }
  examine(
    initiator,
    profile,
    { end: responder, means: answerMeans, identity: answerIdentity, address: flow.peer },
    authResponse,
    silent,
    notes,
  )
  const confirmed = initiator.children.confirm({
    offer,
    returned: [child.proposal],
    tsi: child.tsi,
    tsr: child.tsr,
    transport: child.transport,
    local: flow.localAddress,
    peer: flow.peer,
    udpEncapsulation: false,
  })
  if (!confirmed.accepted) throw new Refused(initiator, authResponse, confirmed.code)
}

/** Another group than the first guess is asked for and given (INVALID_KE_PAYLOAD): that fails nothing. */
const agreeOnProposal = (initiator: End, responder: End, flow: ProtectedFlow, notes: Notes): void => {
  const own = notes.take(policyOf(initiator, flow.localAddress)).proposals
  if (own[0]?.groups[0] === undefined) throw new Refused(initiator, initRequest, 'no-ikev2-policy')
  const theirs = notes.take(policyOf(responder, flow.peer)).proposals
  const agreed = proposalChosen(responder, own, theirs)
  if (!notes.take(agreed).agreed) notes.meet(new Refused(responder, initRequest, 'no-common-ikev2-proposal'))
}

const asks = (by: End, profiles: readonly IkeV2Profile[], requests: readonly RequestedKey[]): Asked => ({
  by,
  requests,
  methods: by.selection.ikev2.supportedAuthenticationMethods
    ? ikeV2AnnouncedMethods(by.selection, profiles, requests)
    : null,
})

/** A certificate that is named by its URL must be had before anything else is asked (RFC 7296 §3.6). */
const lookUp = (
  end: End,
  peer: End,
  means: Means,
  asked: readonly RequestedKey[],
  refuse: (code: RejectCode) => void,
): void => {
  if (!('signer' in means)) return
  const { identity } = means.signer
  const supports = asked.length > 0 && end.selection.ikev2.httpUrlCert
  if (!ikeV2IsSentByUrl(peer.selection, identity, supports)) return
  const { url = '', certificate } = identity
  const found = /^http:\/\//.test(url) ? end.looksUp(url) : undefined
  if (found === undefined) refuse('hash-and-url-not-http')
  else if (found === null) refuse('hash-and-url-unreachable')
  else if (!equalBytes(found, certificate.der)) refuse('hash-and-url-other-content')
}

const certificateOf = (means: Means): Signer['identity']['certificate'] | null =>
  'signer' in means ? means.signer.identity.certificate : null

/** The means that `authentication local` asks for. Throws where there are none. */
const ownMeans = (
  end: End,
  role: 'initiator' | 'responder',
  profile: IkeV2Profile,
  asked: Asked,
  peerAddress: string,
  peerIdentity: OwnIdentity | null,
  notes: Notes,
): Means => {
  const refuse = (code: RejectCode): never => {
    throw new Refused(end, authRequest, code)
  }
  const method = profile.authenticationLocal?.method
  switch (method) {
    case undefined:
      return refuse('profile-without-authentication')
    case 'eap':
      return refuse('eap-not-supported')
    case 'pre-share': {
      const found = notes.take(
        ikeV2SharedKey(end.selection, { profile, peerAddress, identity: peerIdentity, side: 'local' }),
      )
      return found.key === null ? refuse('no-shared-key') : { key: found.key }
    }
    case 'rsa-sig':
    case 'ecdsa-sig': {
      const keyType = method === 'rsa-sig' ? 'rsa' : 'ec'
      const decision = notes.take(ownCertificate(end, role, profile, asked.requests, asked.methods, keyType))
      notes.signs(end, decision)
      const signer = signerNamed(end, decision.choice)
      if (signer) return { signer, counts: () => notes.counts(asked.by, asked.requests, end, decision) }
      const without = role === 'initiator' && profile.trustpoints.length === 0
      const refused = new Refused(
        end,
        authRequest,
        without ? 'initiator-profile-without-trustpoint' : 'no-certificate-to-send',
      )
      notes.meet(refused)
      const other = anySigner(
        end,
        keyType,
        profile.trustpoints.map(({ name }) => name),
      )
      if (!other) throw refused
      return { signer: other, counts: () => undefined }
    }
  }
}

interface Peer {
  readonly end: End
  readonly means: Means
  readonly identity: OwnIdentity
  readonly address: string
}

/** Whether `end` accepts its peer under a profile: the method, then the certificate or the key. */
const examine = (
  end: End,
  profile: IkeV2Profile,
  { end: peer, means, identity, address }: Peer,
  stage: IkeV2MessageName,
  halfOpen: boolean,
  notes: Notes,
): void => {
  const refuse = (code: RejectCode): void => {
    if (stage === authResponse) notes.lean('v2.initValidateFailure')
    notes.meet(new Refused(end, stage, code, halfOpen))
  }
  const peerHashes = end.selection.ikev2.digitalSignatures ? ikeV2AcceptedHashes : []
  const method =
    'signer' in means ? ikeV2SignatureMethod(peer.selection, means.signer.identity.certificate, peerHashes) : null
  const number = method?.number ?? ikeV2AuthMethod.SHARED_KEY
  if (notes.take(ikeV2PeerMethod(end.selection, profile, number)).choice === null) {
    refuse('authentication-method-mismatch')
    return
  }
  if ('key' in means) {
    const found = notes.take(ikeV2SharedKey(end.selection, { profile, peerAddress: address, identity, side: 'remote' }))
    if (found.key === null) refuse('no-shared-key')
    else if (found.key !== means.key) refuse('shared-key-mismatch')
    return
  }
  const allowed = notes.take(anchorsOf(end, profile)).choice
  const refusal = notes.examine(end, means.signer, stage === authRequest ? 'initiator' : 'responder', allowed)
  if (refusal !== null) refuse(refusal)
  if (!keyBelongs(means.signer.identity)) refuse('signature-invalid')
  const { hashes } = end.selection.abilities ?? {}
  if (!hashes || method === null) return
  if (method.number === ikeV2AuthMethod.RSA_SIGNATURE && peer.selection.abilities?.signatureHash === undefined)
    notes.lean('sig.v2Hash')
  if (!hashes.includes(method.hash)) refuse('signature-hash-not-supported')
}
