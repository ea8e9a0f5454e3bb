import type { Certificate } from '../pki/index.ts'
import type { Decision } from '../trace/index.ts'
import type { SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'

const any = '2.5.29.37.0'
/** End system, tunnel and user of RFC 2459, and IKE itself (RFC 4945 §5.1.3.12). */
const forIpsec = ['1.3.6.1.5.5.7.3.5', '1.3.6.1.5.5.7.3.6', '1.3.6.1.5.5.7.3.7', '1.3.6.1.5.5.7.3.17']
const serverAuthentication = '1.3.6.1.5.5.7.3.1'
const clientAuthentication = '1.3.6.1.5.5.7.3.2'

/**
 * Whether the extended key usage of a peer's certificate lets it play its role. A certificate without the extension, or
 * with one for IPsec, plays both; whether IOS looks at the others is a knob. Source: ios-semantics §6 entry 27.
 */
export const extendedKeyUsageFits = (
  ctx: SelectionContext,
  { certificate, role }: { readonly certificate: Certificate; readonly role: 'initiator' | 'responder' },
): Decision<'accepted' | 'rejected'> => {
  const { extendedKeyUsage } = certificate
  const needed = role === 'responder' ? serverAuthentication : clientAuthentication
  const name = role === 'responder' ? 'server authentication' : 'client authentication'
  const fits =
    extendedKeyUsage === undefined || [any, ...forIpsec, needed].some((usage) => extendedKeyUsage.includes(usage))
  if (fits)
    return decide('certificate.extended-key-usage', 'accepted', [
      candidate(certificate.subject.ios, true, `its extended key usage lets it be the ${role}`),
    ])
  const knob = knobUsed(ctx.knobs, 'pki.extendedKeyUsage')
  const rejected = knob.value === 'byRole'
  const lacks = `its extended key usage lacks ${name}, which the ${role} needs`
  return decide(
    'certificate.extended-key-usage',
    rejected ? 'rejected' : 'accepted',
    [candidate(certificate.subject.ios, !rejected, rejected ? lacks : `${lacks}; IOS does not look at it`)],
    [],
    knob,
  )
}
