import { ikeV2AuthMethod } from '../wire/index.ts'
import type { SelectionContext } from './configuration.ts'
import type { IkeV2Profile } from './ikev2-configuration.ts'
import { mayVerify, type RequestedKey } from './ikev2-requests.ts'

/**
 * SUPPORTED_AUTH_METHODS (RFC 9593 §3.2): announcements `length | method`, `length | link | method`, or with an
 * AlgorithmIdentifier behind. A link counts the CAs of CERTREQ from 1; 0 is all of them.
 */

const { RSA_SIGNATURE, SHARED_KEY, ECDSA_256, ECDSA_384, ECDSA_521, DIGITAL_SIGNATURE } = ikeV2AuthMethod

interface Announcement {
  readonly link: number
  readonly method: number
}

const read = (data: Uint8Array): readonly Announcement[] => {
  const found: Announcement[] = []
  for (let at = 0; at < data.length; ) {
    const length = data[at] ?? 0
    if (length < 2 || at + length > data.length) break
    found.push(
      length === 2 ? { link: 0, method: data[at + 1] ?? 0 } : { link: data[at + 1] ?? 0, method: data[at + 2] ?? 0 },
    )
    at += length
  }
  return found
}

const fits = (method: number, keyType: 'rsa' | 'ec'): boolean =>
  method === DIGITAL_SIGNATURE ||
  (keyType === 'rsa' ? method === RSA_SIGNATURE : method === ECDSA_256 || method === ECDSA_384 || method === ECDSA_521)

/** Whether the peer takes a signature with such a key from the CA of that request, counted from 0. An announcement that cannot be read forbids nothing. */
export const methodsAccepted = (announced: Uint8Array, request: number, keyType: 'rsa' | 'ec'): boolean => {
  const all = read(announced)
  return (
    all.length === 0 || all.some(({ link, method }) => (link === 0 || link === request + 1) && fits(method, keyType))
  )
}

const methodsOf = (profile: IkeV2Profile, keyType: 'rsa' | 'ec' | 'other'): readonly number[] =>
  profile.authenticationRemote.flatMap(({ method }): readonly number[] => {
    if (method === 'rsa-sig') return keyType === 'rsa' ? [RSA_SIGNATURE] : []
    if (method === 'ecdsa-sig') return keyType === 'ec' ? [ECDSA_256, ECDSA_384, ECDSA_521] : []
    return method === 'pre-share' ? [SHARED_KEY] : []
  })

const verifiesWith = (profile: IkeV2Profile, trustpoint: string): boolean =>
  profile.trustpoints.length === 0 || profile.trustpoints.some((line) => line.name === trustpoint && mayVerify(line))

/**
 * What the profiles accept: a shared key at all, and for each CA that CERTREQ names the signatures that one of the
 * profiles would take from it. An initiator has one profile; a responder that does not know its peer has them all.
 */
export const ikeV2AnnouncedMethods = (
  ctx: SelectionContext,
  profiles: readonly IkeV2Profile[],
  requests: readonly RequestedKey[],
): Uint8Array => {
  const inUse = profiles.filter(({ shutdown }) => !shutdown)
  const shared = inUse.some(({ authenticationRemote }) =>
    authenticationRemote.some(({ method }) => method === 'pre-share'),
  )
  const perCa = requests.flatMap(({ trustpoint }, index) => {
    const keyType = ctx.store.trustpoints.find(({ name }) => name === trustpoint)?.ca?.keyType ?? 'other'
    const methods = inUse
      .filter((profile) => verifiesWith(profile, trustpoint))
      .flatMap((profile) => methodsOf(profile, keyType))
      .filter((method) => method !== SHARED_KEY)
    return [...new Set(methods)].flatMap((method) => [3, index + 1, method])
  })
  return Uint8Array.from([...(shared ? [2, SHARED_KEY] : []), ...perCa])
}
