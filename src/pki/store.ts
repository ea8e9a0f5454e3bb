import { nameFromIos } from './ios-name.ts'
import { isKnownToHold } from './own-certificate.ts'
import type { CertificateStore, IdentityCertificate, Name, Trustpoint } from './types.ts'

/** The built-in CAs of 15.3T in the order in which it asks for them (ios-semantics §3.6 [S]). Their certificates are not held. */
const builtInNames: Readonly<Record<'15.3T' | 'none', readonly string[]>> = {
  '15.3T': [
    'ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US',
    'cn=Cisco SSCA2,o=Cisco Systems',
    'cn=Cisco Manufacturing CA,o=Cisco Systems',
    'cn=Cisco Root CA 2048,o=Cisco Systems',
    'cn=Cisco Root CA M1,o=Cisco',
  ],
  none: [],
}

const builtIn = new Map<string, readonly Trustpoint[]>()

/** Read once: every store of every router ends with them. */
export const builtInCas = (release: '15.3T' | 'none'): readonly Trustpoint[] => {
  const known = builtIn.get(release) ?? builtInNames[release].map(readBuiltIn)
  builtIn.set(release, known)
  return known
}

const readBuiltIn = (text: string): Trustpoint => {
  const name = nameFromIos(text)
  if (!name.ok) throw new Error(name.reject.detail)
  return { name: text, caName: name.value, builtIn: true }
}

/** The name of a trustpoint's CA. */
export const caNameOf = (trustpoint: Trustpoint): Name | undefined => trustpoint.ca?.subject ?? trustpoint.caName

/** A store from trustpoints in the order of their enrolment, oldest first (ios-semantics §3.5). */
export const certificateStore = (request: {
  readonly enrolled: readonly Trustpoint[]
  readonly builtIn: readonly Trustpoint[]
  readonly caOnlyPosition: 'afterId' | 'byTime'
}): CertificateStore => {
  const newestFirst = request.enrolled.toReversed()
  const ordered =
    request.caOnlyPosition === 'byTime'
      ? newestFirst
      : [...newestFirst.filter(({ identity }) => identity), ...newestFirst.filter(({ identity }) => !identity)]
  return { trustpoints: [...ordered, ...request.builtIn] }
}

export const findTrustpoint = (store: CertificateStore, name: string): Trustpoint | undefined =>
  store.trustpoints.find((trustpoint) => trustpoint.name === name)

/** A renewal or a new enrolment: the trustpoint moves to the front. */
export const enrol = (store: CertificateStore, name: string, identity: IdentityCertificate): CertificateStore => {
  const before = findTrustpoint(store, name)
  if (!before) throw new Error(`no trustpoint ${name}`)
  return { trustpoints: [{ ...before, identity }, ...store.trustpoints.filter((trustpoint) => trustpoint !== before)] }
}

/** Whether the key that signs is the one in the certificate: it is not where the pair was generated anew, or another is named. */
export const keyBelongs = ({ certificate, keys }: IdentityCertificate): boolean =>
  keys === null || isKnownToHold(certificate, keys) || keys.publicKey.equals(certificate.publicKey)
