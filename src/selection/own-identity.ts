import type { Certificate } from '../pki/index.ts'
import type { Candidate, Decision, SourceRef } from '../trace/index.ts'
import { ipv4ToBytes } from '../wire/index.ts'
import type { IsakmpProfile, SelectionContext } from './configuration.ts'
import { candidate, decide } from './decide.ts'
import { identityType } from './match-identity.ts'
import type { SelectionRuleId } from './rules.ts'
import { utf8 } from './text.ts'

/** An identity to send: type of RFC 2407 §4.6.2.1, how it is printed, and the octets after type, protocol and port. */
export interface OwnIdentity {
  readonly type: number
  readonly value: string
  readonly data: Uint8Array
}

interface Question {
  readonly profile: IsakmpProfile | null
  /** Dotted. */
  readonly localAddress: string
  /** The certificate that will sign; null with a pre-shared key. */
  readonly certificate: Certificate | null
}

/**
 * The identity that a router sends in MM5 or MM6: the profile's `self-identity`, else `crypto isakmp identity`, else
 * its address. Throws if the local address is no dotted IPv4 address: that is ours to have checked.
 * Source: ios-semantics §1.4, §4.5.
 */
export const ownIdentity = (ctx: SelectionContext, question: Question): Decision<OwnIdentity> => {
  const { profile, certificate } = question
  const self = profile?.selfIdentity
  const address = addressIdentity(question.localAddress)
  if (self !== undefined) {
    const says = `self-identity of profile ${profile?.name}`
    switch (self.kind) {
      case 'address':
        return sent('v1.identity.profile', address, `${says} is address`, self.at)
      case 'address-ipv6':
        return sent(
          'v1.identity.address',
          address,
          `${says} is an IPv6 address, and the packet leaves from an IPv4 address`,
          self.at,
        )
      case 'fqdn': {
        const fqdn = self.name === undefined ? hostName(ctx) : { name: self.name, how: 'the name it gives' }
        return sent('v1.identity.profile', fqdnIdentity(fqdn.name), `${says} is fqdn: ${fqdn.how}`, self.at)
      }
      case 'user-fqdn':
        return sent('v1.identity.profile', userIdentity(self.name), `${says} is user-fqdn ${self.name}`, self.at)
    }
  }
  switch (ctx.identity) {
    case 'address':
      return sent('v1.identity.address', address, 'crypto isakmp identity is address, as it is by default')
    case 'hostname': {
      const { name, how } = hostName(ctx)
      return sent('v1.identity.global', fqdnIdentity(name), `crypto isakmp identity is hostname: ${how}`)
    }
    case 'dn':
      return certificate === null
        ? sent('v1.identity.address', address, withoutCertificate)
        : sent(
            'v1.identity.global',
            nameIdentity(certificate),
            'crypto isakmp identity is dn: the subject of the certificate that signs',
          )
  }
}

/** The line of IOS, with its missing blank (ios-semantics §4.5). */
const withoutCertificate =
  'Unable to get router cert or routerdoes not have a cert: needed to find DN! The address is sent instead'

const addressIdentity = (address: string): OwnIdentity => ({
  type: identityType.IPV4_ADDR,
  value: address,
  data: ipv4ToBytes(address),
})
const fqdnIdentity = (name: string): OwnIdentity => ({ type: identityType.FQDN, value: name, data: utf8(name) })
const userIdentity = (name: string): OwnIdentity => ({ type: identityType.USER_FQDN, value: name, data: utf8(name) })
const nameIdentity = ({ subject }: Certificate): OwnIdentity => ({
  type: identityType.DER_ASN1_DN,
  value: subject.ios,
  data: subject.der,
})

const hostName = ({ hostname, domainName }: SelectionContext): { readonly name: string; readonly how: string } =>
  domainName === undefined
    ? { name: hostname, how: 'the host name alone, as no ip domain name is configured' }
    : { name: `${hostname}.${domainName}`, how: 'host name and ip domain name' }

const sent = (rule: SelectionRuleId, identity: OwnIdentity, reason: string, at?: SourceRef): Decision<OwnIdentity> => {
  const taken: Candidate = candidate(identity.value, true, reason, at)
  return decide(rule, identity, [taken], [at])
}
