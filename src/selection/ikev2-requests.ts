import { hash } from '../crypto/index.ts'
import { type Certificate, caNameOf, type Name, type Trustpoint } from '../pki/index.ts'
import type { Candidate, Decision, SourceRef } from '../trace/index.ts'
import { equalBytes } from '../wire/index.ts'
import type { SelectionContext } from './configuration.ts'
import { candidate, decide } from './decide.ts'
import type { IkeV2Profile, IkeV2TrustpointUse } from './ikev2-configuration.ts'
import { trustpointsInStoreOrder } from './trustpoints.ts'

/** A CA that CERTREQ names: by the SHA-1 of its key, 20 octets (RFC 7296 §3.7). */
export interface RequestedKey {
  readonly ca: Name
  readonly trustpoint: string
  readonly keyHash: Uint8Array
}

/** SHA-1 of the CA's SubjectPublicKeyInfo; undefined where the router does not hold the CA's certificate. */
export const keyHashOf = ({ ca }: Trustpoint): Uint8Array | undefined => {
  if (!ca) return undefined
  const known = keyHashes.get(ca) ?? hash('sha1', ca.spki)
  keyHashes.set(ca, known)
  return known
}

/** A choice among ten trustpoints compares a hundred of them. */
const keyHashes = new WeakMap<Certificate, Uint8Array>()

/**
 * The hashes in the responder's IKE_SA_INIT: the profile is not known yet, so every CA is asked for, newest certificate
 * first. Source: the seed; ios-semantics §2.8.
 */
export const ikeV2ResponderRequests = (ctx: SelectionContext): Decision<readonly RequestedKey[]> => {
  const why = 'the profile is not known before IKE_AUTH'
  const asked = askOnce(trustpointsInStoreOrder(ctx).map((trustpoint) => ({ trustpoint, why, at: undefined })))
  return decide(
    'v2.requests.responder-all',
    asked.requests,
    asked.candidates,
    asked.candidates.filter(({ taken }) => taken).map(({ at }) => at),
  )
}

export const mayVerify = ({ use }: IkeV2TrustpointUse): boolean => use !== 'sign'
export const maySign = ({ use }: IkeV2TrustpointUse): boolean => use !== 'verify'

/**
 * The hashes in the initiator's IKE_AUTH: of the profile's trustpoints that may verify; of all where it names none.
 * Source: ios-semantics §2.8 [I, consistent with the seed].
 */
export const ikeV2InitiatorRequests = (
  ctx: SelectionContext,
  profile: IkeV2Profile,
): Decision<readonly RequestedKey[]> => {
  const listed = profile.trustpoints.filter(mayVerify)
  const inStore = trustpointsInStoreOrder(ctx)
  const wishes =
    profile.trustpoints.length === 0
      ? inStore.map((trustpoint) => ({ trustpoint, why: `profile ${profile.name} names no trustpoint`, at: undefined }))
      : inStore.flatMap((trustpoint) => {
          const line = listed.find(({ name }) => name === trustpoint.name)
          return line ? [{ trustpoint, why: `profile ${profile.name} lists it`, at: line.at }] : []
        })
  const asked = askOnce(wishes)
  const unlisted = inStore
    .filter(({ name }) => !wishes.some(({ trustpoint }) => trustpoint.name === name))
    .map(({ name }) => candidate(name, false, `profile ${profile.name} does not list it to verify`))
  return decide(
    'v2.requests.initiator-profile',
    asked.requests,
    [...asked.candidates, ...unlisted],
    [...listed.map(({ at }) => at), profile.at],
  )
}

interface Wish {
  readonly trustpoint: Trustpoint
  readonly why: string
  readonly at: SourceRef | undefined
}

/** Each key once. The keys of CAs that are built into IOS are not known here: their hashes are left out. */
const askOnce = (
  wishes: readonly Wish[],
): { readonly requests: readonly RequestedKey[]; readonly candidates: readonly Candidate[] } => {
  const requests: RequestedKey[] = []
  const candidates = wishes.map(({ trustpoint, why, at }): Candidate => {
    const { name, builtIn, identity, configuration } = trustpoint
    const line = at ?? configuration?.at
    const keyHash = keyHashOf(trustpoint)
    const ca = caNameOf(trustpoint)
    if (!keyHash || !ca)
      return candidate(
        name,
        false,
        builtIn ? 'the key of this built-in CA is not known, and CERTREQ names keys' : 'it holds no CA certificate',
        line,
      )
    const same = requests.find((request) => equalBytes(request.keyHash, keyHash))
    if (same) return candidate(name, false, `trustpoint ${same.trustpoint} asks for the same CA already`, line)
    requests.push({ ca, trustpoint: name, keyHash })
    const place = identity
      ? `it has a certificate from ${ca.ios}`
      : `the router trusts ${ca.ios} and has no certificate from it`
    return candidate(name, true, `${place}; ${why}`, line)
  })
  return { requests, candidates }
}
