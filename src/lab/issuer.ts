import type { KeyPair } from '../crypto/index.ts'
import type { Certificate, SigningHash } from '../pki/index.ts'
import type { Authority } from './authorities.ts'

/** A CA of the lab that can issue one certificate more: it stands in for the real one, and its key is public knowledge. */
export interface Issuer {
  /** The common name, for names of trustpoints and messages. */
  readonly label: string
  readonly certificate: Certificate
  readonly keys: KeyPair
  /** Certificates between this CA and its root, this CA first; the root itself is left out. */
  readonly chain: readonly Certificate[]
  /** Where trustpoints enrol; null where nobody told. */
  readonly url: string | null
  /** URL of the list that goes into certificates; null: none does. */
  readonly cdp: string | null
  readonly hash: SigningHash
  /** Serial numbers in hex that it has revoked. */
  readonly revoked: readonly string[]
}

export const issuerOf = ({ label, certificate, keys, chain, settings }: Authority): Issuer => ({
  label,
  certificate,
  keys,
  chain,
  url: settings.url ?? null,
  cdp: settings.cdp ?? null,
  hash: settings.hash,
  revoked: settings.revoked,
})
