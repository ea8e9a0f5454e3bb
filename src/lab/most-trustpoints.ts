import type { TrustpointConfiguration } from '../pki/index.ts'
import { defaultLimits } from '../wire/index.ts'
import { InputError } from './input-error.ts'

/**
 * Trustpoints of one router with certificates: in main mode each CA is asked for by a payload of its own, and one message has
 * room for no more (`maxCertificateRequests`). The built-in CAs, and some to spare, are taken off.
 */
const mostTrustpoints = defaultLimits.maxCertificateRequests - 24

/** Throws InputError at the trustpoint that is one too many. `held`: those with a certificate, in the order of the configuration. */
export const requireFewTrustpoints = (
  router: string,
  file: string,
  held: readonly { readonly configuration: TrustpointConfiguration | null }[],
): void => {
  if (held.length <= mostTrustpoints) return
  const at = held[mostTrustpoints]?.configuration?.at
  throw new InputError({
    ...(at ? { file: at.file, line: at.line, column: 1, text: at.text } : { file }),
    message: `${router} holds certificates of ${held.length} trustpoints: the limit is ${mostTrustpoints}, as one message has no room to ask for more CAs`,
    remedy: `leave out trustpoints in which the router is not enrolled, or give the output of show crypto pki certificates, which tells them`,
  })
}
