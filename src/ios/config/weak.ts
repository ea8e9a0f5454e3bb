import { isCombined } from '../../ipsec/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import type { Context } from './context.ts'
import type { RouterDraft } from './draft.ts'

/** Algorithms and keys that no longer protect: they work, and are reported. */

const WEAK_GROUPS: ReadonlySet<number> = new Set([1, 2, 5, 24])
const MIN_RSA_BITS = 2048
/** A pre-shared key below this can be found by trying, from one recorded negotiation. */
const MIN_KEY_LENGTH = 16

function policyFindings(router: RouterDraft, weak: (text: string, at: SourceRef | undefined) => void): void {
  for (const { value, lines } of router.policies.values()) {
    const { encryption, hash, group, priority } = value
    const line = (name: 'encryption' | 'hash' | 'group'): SourceRef | undefined => lines.get(name) ?? value.at
    const by = (name: 'encryption' | 'hash' | 'group'): string => (lines.has(name) ? '' : ', by default')
    if (encryption.cipher !== 'aes')
      weak(`policy ${priority} encrypts with ${encryption.cipher.toUpperCase()}${by('encryption')}`, line('encryption'))
    if (hash === 'md5') weak(`policy ${priority} hashes with MD5`, line('hash'))
    if (hash === 'sha') weak(`policy ${priority} hashes with SHA-1${by('hash')}`, line('hash'))
    if (WEAK_GROUPS.has(group))
      weak(`policy ${priority} uses Diffie-Hellman group ${group}${by('group')}`, line('group'))
  }
}

function transformFindings(router: RouterDraft, weak: (text: string, at: SourceRef | undefined) => void): void {
  const weakTransforms: ReadonlySet<string> = new Set([
    'esp-des',
    'esp-3des',
    'esp-null',
    'esp-md5-hmac',
    'esp-sha-hmac',
  ])
  for (const { value } of router.transformSets.values()) {
    const { name, at, encryption, authentication } = value
    for (const transform of [encryption, authentication])
      if (transform !== undefined && weakTransforms.has(transform)) weak(`transform set ${name} uses ${transform}`, at)
    if (encryption !== undefined && authentication === undefined && !isCombined(encryption))
      weak(`transform set ${name} encrypts without authentication`, at)
  }
  for (const { value, lines } of [...router.ipsecProfiles.values(), ...router.cryptoMaps.values()])
    if (value.pfs !== undefined && WEAK_GROUPS.has(value.pfs))
      weak(`perfect forward secrecy of ${value.name} uses Diffie-Hellman group ${value.pfs}`, lines.get('pfs'))
}

function keyFindings(router: RouterDraft, weak: (text: string, at: SourceRef | undefined) => void): void {
  for (const { value } of router.keyrings.values())
    for (const { key, at } of value.keys)
      if (key.length < MIN_KEY_LENGTH) weak(`the pre-shared key has fewer than ${MIN_KEY_LENGTH} characters`, at)
  for (const { value, lines } of router.trustpoints.values()) {
    const bits = value.rsaKeyPair?.bits
    if (bits !== undefined && bits < MIN_RSA_BITS)
      weak(`the RSA key of trust point ${value.name} has ${bits} bits`, lines.get('rsaKeyPair'))
    if (value.hash === 'md5' || value.hash === 'sha1')
      weak(`trust point ${value.name} signs its request with ${value.hash}`, lines.get('hash'))
  }
}

export function reportWeak(router: RouterDraft, context: Context): void {
  const weak = (text: string, at: SourceRef | undefined): void => context.notice('weak', text, at)
  policyFindings(router, weak)
  transformFindings(router, weak)
  keyFindings(router, weak)
}
