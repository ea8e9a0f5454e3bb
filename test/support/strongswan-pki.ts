import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate and its key, PEM. */
export interface Issued {
  readonly certificate: string
  readonly privateKey: string
}

export type KeyType = 'rsa' | 'ecdsa'

/** A CA that strongSwan's own `pki` runs, so that the certificates of the tests are not of our making. */
export function strongSwanCa(distinguishedName: string, type: KeyType = 'rsa'): Issued {
  const privateKey = newKey(type)
  return {
    privateKey,
    certificate: pki(
      { key: privateKey },
      '--self',
      '--ca',
      '--lifetime',
      '30',
      '--dn',
      distinguishedName,
      '--in',
      'key',
    ),
  }
}

export interface CertificateOptions {
  readonly type?: KeyType
  /** The URL at which the CA's list is, as the certificate says. */
  readonly crl?: string
  /** A CA below the one that issues it. */
  readonly isCa?: boolean
}

export function strongSwanCertificate(
  ca: Issued,
  distinguishedName: string,
  fqdn: string,
  { type = 'rsa', crl, isCa = false }: CertificateOptions = {},
): Issued {
  const privateKey = newKey(type)
  const files = { key: privateKey, cakey: ca.privateKey, cacert: ca.certificate }
  const named = [
    '--dn',
    distinguishedName,
    '--san',
    fqdn,
    '--lifetime',
    '30',
    ...(crl ? ['--crl', crl] : []),
    ...(isCa ? ['--ca'] : []),
  ]
  const signing = ['--type', 'priv', '--in', 'key', '--cakey', 'cakey', '--cacert', 'cacert']
  return { privateKey, certificate: pki(files, '--issue', ...signing, ...named) }
}

/** The CA's list, PEM, with the serial numbers of the revoked. */
export function strongSwanCrl(ca: Issued, revoked: readonly Issued[]): string {
  const files = Object.fromEntries(revoked.map(({ certificate }, index) => [`revoked${index}`, certificate]))
  const named = Object.keys(files).flatMap((file) => ['--cert', file])
  const signing = ['--cakey', 'cakey', '--cacert', 'cacert']
  return pki({ cakey: ca.privateKey, cacert: ca.certificate, ...files }, '--signcrl', ...signing, ...named)
}

/** The octets of PEM text. */
export const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')

function newKey(type: KeyType): string {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

function pki(files: Readonly<Record<string, string>>, ...args: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'ikewise-pki-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return execFileSync('pki', [...args, '--outform', 'pem'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
