import type { CipherName, DhGroupId, HashName } from '../../crypto/index.ts'
import type { IkeEncryption, IkeHash, IsakmpPolicy, OfferedTransform } from '../../selection/index.ts'
import { policyTransform } from '../../selection/index.ts'
import type { Phase1Attributes } from '../../trace/index.ts'
import type { Attribute, Proposal, Transform } from '../../wire/index.ts'
import { isakmpTransformId, lifeType, phase1Attribute, u32Bytes } from '../../wire/index.ts'

const protocolIsakmp = 1

const ciphers: Record<'des' | '3des', CipherName> = { des: 'des', '3des': '3des' }
export const cipherOf = (encryption: IkeEncryption): CipherName =>
  encryption.cipher === 'aes' ? `aes${encryption.bits}` : ciphers[encryption.cipher]

const hashes: Record<IkeHash, HashName> = {
  md5: 'md5',
  sha: 'sha1',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
}
export const hashOf = (hash: IkeHash): HashName => hashes[hash]

export const groupOf = (policy: IsakmpPolicy): DhGroupId => policy.group

/** In IOS's order: encryption, key length, hash, group, authentication, lifetime. A lifetime above 65535 s takes the variable form. */
const attributesOf = (offered: OfferedTransform): readonly Attribute[] => {
  const out: Attribute[] = [{ form: 'basic', type: phase1Attribute.ENCRYPTION_ALGORITHM, value: offered.encryption }]
  if (offered.keyLength !== undefined)
    out.push({ form: 'basic', type: phase1Attribute.KEY_LENGTH, value: offered.keyLength })
  out.push({ form: 'basic', type: phase1Attribute.HASH_ALGORITHM, value: offered.hash })
  out.push({ form: 'basic', type: phase1Attribute.GROUP_DESCRIPTION, value: offered.group })
  out.push({ form: 'basic', type: phase1Attribute.AUTHENTICATION_METHOD, value: offered.authentication })
  if (offered.lifetimeSeconds !== undefined) {
    out.push({ form: 'basic', type: phase1Attribute.LIFE_TYPE, value: lifeType.SECONDS })
    out.push(
      offered.lifetimeSeconds > 0xffff
        ? { form: 'variable', type: phase1Attribute.LIFE_DURATION, value: u32Bytes(offered.lifetimeSeconds) }
        : { form: 'basic', type: phase1Attribute.LIFE_DURATION, value: offered.lifetimeSeconds },
    )
  }
  return out
}

/** The one proposal of MM1: a transform for each policy, in ascending priority (RFC 2409 §5). */
export const phase1Proposal = (policies: readonly IsakmpPolicy[]): Proposal => ({
  number: 1,
  protocolId: protocolIsakmp,
  spi: new Uint8Array(0),
  transforms: policies.map((policy, index) => ({
    number: index + 1,
    id: isakmpTransformId.KEY_IKE,
    attributes: attributesOf(policyTransform(policy)),
  })),
})

const number = (entry: Attribute): number => {
  if (entry.form === 'basic') return entry.value
  if (entry.value.length > 6) return Number.NaN
  let value = 0
  for (const octet of entry.value) value = value * 256 + octet
  return value
}

export interface ReadTransform {
  readonly offered: OfferedTransform
  readonly lifetimeForm: 'basic' | 'variable'
  readonly transform: Transform
}

/** Reads a phase 1 transform; null where a required attribute is missing, stands twice with different values, or is out of range. */
export const readTransform = (transform: Transform): ReadTransform | null => {
  const values = new Map<number, number>()
  let lifetimeForm: 'basic' | 'variable' = 'basic'
  let unit: number = lifeType.SECONDS
  let seconds: number | undefined
  for (const entry of transform.attributes) {
    const value = number(entry)
    if (Number.isNaN(value)) return null
    if (entry.type === phase1Attribute.LIFE_TYPE) unit = value
    else if (entry.type === phase1Attribute.LIFE_DURATION) {
      if (unit !== lifeType.SECONDS) continue
      seconds = value
      lifetimeForm = entry.form
    } else {
      if (values.has(entry.type) && values.get(entry.type) !== value) return null
      values.set(entry.type, value)
    }
  }
  const encryption = values.get(phase1Attribute.ENCRYPTION_ALGORITHM)
  const hash = values.get(phase1Attribute.HASH_ALGORITHM)
  const authentication = values.get(phase1Attribute.AUTHENTICATION_METHOD)
  const group = values.get(phase1Attribute.GROUP_DESCRIPTION)
  if (
    transform.id !== isakmpTransformId.KEY_IKE ||
    encryption === undefined ||
    hash === undefined ||
    authentication === undefined ||
    group === undefined
  )
    return null
  const keyLength = values.get(phase1Attribute.KEY_LENGTH)
  return {
    transform,
    lifetimeForm,
    offered: {
      number: transform.number,
      encryption,
      hash,
      authentication,
      group,
      ...(keyLength === undefined ? {} : { keyLength }),
      ...(seconds === undefined ? {} : { lifetimeSeconds: seconds }),
    },
  }
}

const encryptionNames: Readonly<Record<number, string>> = { 1: 'DES-CBC', 5: '3DES-CBC', 7: 'AES-CBC' }
const hashNames: Readonly<Record<number, string>> = { 1: 'MD5', 2: 'SHA', 4: 'SHA256', 5: 'SHA384', 6: 'SHA512' }
const authenticationNames: Readonly<Record<number, string>> = {
  1: 'pre-share',
  3: 'RSA sig',
  4: 'RSA encr',
  9: 'ECDSA sig',
  10: 'ECDSA sig',
  11: 'ECDSA sig',
}

/** The attributes as IOS's debug names them. */
export const attributeText = ({ offered, lifetimeForm }: ReadTransform): Phase1Attributes => ({
  encryption: encryptionNames[offered.encryption] ?? `unknown (${offered.encryption})`,
  ...(offered.keyLength === undefined ? {} : { keyLength: offered.keyLength }),
  hash: hashNames[offered.hash] ?? `unknown (${offered.hash})`,
  group: String(offered.group),
  authentication: authenticationNames[offered.authentication] ?? `unknown (${offered.authentication})`,
  ...(offered.lifetimeSeconds === undefined ? {} : { lifetimeSeconds: offered.lifetimeSeconds, lifetimeForm }),
})
