import { type Certificate, nameFromDer, sameName } from '../pki/index.ts'
import type { Decision } from '../trace/index.ts'
import { candidate, decide } from './decide.ts'
import { ipv6Octets, samePrefix } from './ip-address.ts'
import { identityType, type ReceivedIdentity } from './match-identity.ts'
import { asciiLower, octetText } from './text.ts'

/** `certificateValue`: what the certificate carries of that kind, to be printed; empty if it carries nothing. */
export interface IdentityInCertificate extends Decision<boolean> {
  readonly certificateValue: string
}

/** PKCS #9: the `ipaddress=` and `hostname=` of IOS's names, and the mail address. */
const unstructuredName = '1.2.840.113549.1.9.2'
const unstructuredAddress = '1.2.840.113549.1.9.8'
const emailAddress = '1.2.840.113549.1.9.1'

/**
 * Whether a certificate carries the identity that came with it: in its subject alternative names, or in its subject as
 * IOS writes it. Informational only: IOS logs a mismatch and goes on (ios-semantics §0.3 item 6).
 */
export const identityInCertificate = (identity: ReceivedIdentity, certificate: Certificate): IdentityInCertificate => {
  const values = valuesOf(identity.type, certificate)
  const found = values.find((value) => isSame(identity, value, certificate))
  const carries = found !== undefined
  const candidates = values.map((value) =>
    candidate(value, value === found, value === found ? 'it is the identity' : `it is not ${identity.value}`),
  )
  const nothing = candidate(identity.value, false, 'the certificate carries no identity of this kind')
  return {
    ...decide('v1.identity-in-certificate', carries, candidates.length > 0 ? candidates : [nothing]),
    certificateValue: found ?? values[0] ?? '',
  }
}

const valuesOf = (type: number, { subject, subjectAltName }: Certificate): readonly string[] => {
  const inSubject = (oid: string): readonly string[] =>
    subject.rdns.flatMap((rdn) => rdn.filter((attribute) => attribute.oid === oid).map(({ value }) => value))
  switch (type) {
    case identityType.IPV4_ADDR:
      return [...inSubject(unstructuredAddress), ...(subjectAltName?.ip.filter((ip) => !ip.includes(':')) ?? [])]
    case identityType.IPV6_ADDR:
      return subjectAltName?.ip.filter((ip) => ip.includes(':')) ?? []
    case identityType.FQDN:
      return [...inSubject(unstructuredName), ...(subjectAltName?.dns ?? [])]
    case identityType.USER_FQDN:
      return [...inSubject(emailAddress), ...(subjectAltName?.email ?? [])]
    case identityType.DER_ASN1_DN:
      return [subject.ios]
    default:
      return []
  }
}

const isSame = ({ type, data }: ReceivedIdentity, carried: string, { subject }: Certificate): boolean => {
  switch (type) {
    case identityType.IPV4_ADDR:
      return data.length === 4 && data.join('.') === carried
    case identityType.IPV6_ADDR: {
      const address = ipv6Octets(carried)
      return data.length === 16 && address !== undefined && samePrefix(data, address, 128)
    }
    case identityType.DER_ASN1_DN: {
      const name = nameFromDer(data)
      return name.ok && sameName(name.value, subject)
    }
    default:
      return asciiLower(octetText(data)) === asciiLower(carried)
  }
}
