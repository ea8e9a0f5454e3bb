import { parseConfiguration, type RouterConfiguration } from '../../ios/index.ts'
import { type Issuer, issueTo } from '../../lab/index.ts'
import type { Certificate, TrustpointConfiguration } from '../../pki/index.ts'
import type { PeerSubject } from './peer-plan.ts'

/** Certificates without fault, as a peer would hold them, on which the known router's decisions are tried. */

export type KeyType = 'rsa' | 'ec'

const anybody: PeerSubject = { subjectName: 'CN=PROBE', fqdn: null }

const configurations = new Map<string, RouterConfiguration>()

const configurationFor = ({ subjectName, fqdn }: PeerSubject): RouterConfiguration => {
  const text = [
    'hostname PROBE',
    'crypto pki trustpoint PROBE',
    ' enrollment terminal',
    ` fqdn ${fqdn ?? 'none'}`,
    ...(subjectName === '' ? [] : [` subject-name ${subjectName}`]),
    ' revocation-check none',
    '',
  ].join('\n')
  const known = configurations.get(text)
  if (known) return known
  const parsed = parseConfiguration(text, { file: 'probe', router: 'PROBE' })
  if (!parsed.ok) throw new Error('the configuration of the probe is refused')
  configurations.set(text, parsed.configuration)
  return parsed.configuration
}

/** A trustpoint that asks nothing about revocation and takes every subject. */
export const undemanding = (): TrustpointConfiguration => {
  const [trustpoint] = configurationFor(anybody).trustpoints
  if (!trustpoint) throw new Error('the probe has no trustpoint')
  return trustpoint
}

const probes = new WeakMap<Issuer, Map<string, readonly Certificate[]>>()

/** A certificate from a CA, with its chain; kept, for its signature costs. `clock`: milliseconds since 1970 UTC. */
export const probeOf = (
  issuer: Issuer,
  keyType: KeyType,
  clock: number,
  subject: PeerSubject = anybody,
): readonly Certificate[] => {
  const kept = probes.get(issuer) ?? new Map<string, readonly Certificate[]>()
  probes.set(issuer, kept)
  const key = JSON.stringify([keyType, clock, subject])
  const known = kept.get(key)
  if (known) return known
  const { notBefore, notAfter } = subject
  const { certificate, chain: above } = issueTo(
    {
      issuer,
      trustpoint: 'PROBE',
      key: keyType === 'rsa' ? 'rsa' : 'ec256',
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(notAfter === undefined ? {} : { notAfter }),
    },
    configurationFor(subject),
    clock,
  )
  const chain = [certificate, ...above]
  kept.set(key, chain)
  return chain
}
