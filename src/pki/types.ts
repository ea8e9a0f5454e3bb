import type { KeyObject } from 'node:crypto'
import type { KeyPair } from '../crypto/index.ts'
import type { SourceRef, ValidationRejectCode } from '../trace/index.ts'

/** One attribute of a relative distinguished name. `oid` is dotted; `value` is the decoded text. */
export interface NameAttribute {
  readonly oid: string
  readonly value: string
  /** ASN.1 universal tag of the value: 12 UTF8String, 19 PrintableString, 22 IA5String, 20 T61, 30 BMP. */
  readonly tag: number
}

/** A distinguished name. `rdns` stand in encoded order; `ios` is IOS's spelling: last RDN first, `cn=R1,ou=IT,o=cisco`. */
export interface Name {
  readonly der: Uint8Array
  readonly rdns: readonly (readonly NameAttribute[])[]
  readonly ios: string
}

export interface GeneralNames {
  readonly dns: readonly string[]
  readonly email: readonly string[]
  readonly ip: readonly string[]
  readonly uri: readonly string[]
}

/** An X.509 certificate, v1 or v3, decoded once. Times are milliseconds since 1970 UTC. */
export interface Certificate {
  readonly der: Uint8Array
  readonly version: 1 | 2 | 3
  /** Upper-case hex of the INTEGER's content as IOS prints it, at least two digits: `03`. */
  readonly serial: string
  readonly subject: Name
  readonly issuer: Name
  readonly notBefore: number
  readonly notAfter: number
  readonly spki: Uint8Array
  readonly publicKey: KeyObject
  readonly keyType: 'rsa' | 'ec' | 'other'
  readonly signatureAlgorithm: string
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number }
  /** Names of RFC 5280 §4.2.1.3: digitalSignature, keyEncipherment, keyCertSign, cRLSign … */
  readonly keyUsage?: readonly string[]
  readonly extendedKeyUsage?: readonly string[]
  readonly subjectAltName?: GeneralNames
  readonly crlDistributionPoints: readonly string[]
  readonly subjectKeyId?: Uint8Array
  readonly authorityKeyId?: Uint8Array
  readonly unknownCriticalExtensions: readonly string[]
}

export type RevocationMethod = 'crl' | 'ocsp' | 'none'

/** `match certificate MAP …` of a trustpoint: what is done with the certificates that fit. */
export type CertificateMatchAction =
  | { readonly kind: 'allow-expired-certificate' }
  | { readonly kind: 'skip-revocation-check' }
  | { readonly kind: 'override-cdp'; readonly url: string }

/** `crypto pki trustpoint NAME`: what bears on a decision (ios-semantics §3.1). */
export interface TrustpointConfiguration {
  readonly name: string
  readonly at: SourceRef
  readonly enrollment:
    | { readonly kind: 'url'; readonly url: string }
    | { readonly kind: 'terminal' | 'selfsigned' | 'pkcs12' | 'profile' | 'none' }
  readonly subjectName?: string
  /** undefined: IOS asks; 'none': left out. */
  readonly fqdn?: string
  readonly ipAddress?: string
  readonly serialNumber: boolean
  readonly subjectAltName?: string
  readonly revocationCheck: readonly RevocationMethod[]
  readonly chainValidation: { readonly mode: 'stop' } | { readonly mode: 'continue'; readonly parent?: string }
  readonly rsaKeyPair?: { readonly label: string; readonly bits?: number }
  readonly ecKeyPair?: string
  readonly hash?: string
  readonly primary: boolean
  readonly usage: readonly ('ike' | 'ssl-client' | 'ssl-server')[]
  readonly matchCertificate: readonly {
    readonly map: string
    readonly action?: CertificateMatchAction
    readonly at: SourceRef
  }[]
  readonly vrf?: string
}

/** An identity certificate with what it needs to be used. */
export interface IdentityCertificate {
  readonly certificate: Certificate
  /** null: the certificate was read from a show output or a configuration; it cannot sign until the lab re-issues it. */
  readonly keys: KeyPair | null
  /** Intermediates that go along in CERT payloads, leaf's issuer first; the root is left out. */
  readonly chain: readonly Certificate[]
  /** Where the certificate is published, for a peer that may look it up over HTTP (RFC 7296 §3.6). */
  readonly url?: string
}

/** A trustpoint as the router holds it. */
export interface Trustpoint {
  readonly name: string
  readonly configuration?: TrustpointConfiguration
  readonly ca?: Certificate
  /** The CA's name where its certificate is not held: the built-in CAs. */
  readonly caName?: Name
  readonly identity?: IdentityCertificate
  /** What keeps the CA from answering a request for a certificate, where one was made. */
  readonly request?: 'pending' | 'rejected'
  readonly builtIn: boolean
}

/**
 * The router's certificate store. `trustpoints` is in the order IOS lists and asks for them (ios-semantics §3.5):
 * newest identity certificate first, then trustpoints with a CA certificate only, then the built-in CAs.
 */
export interface CertificateStore {
  readonly trustpoints: readonly Trustpoint[]
}

/** A list the issuer must be asked for: CDP of the certificate (http), or SCEP's GetCRL at the trustpoint's enrolment URL. */
export interface CrlRequest {
  readonly via: 'cdp' | 'scep'
  readonly url: string
  readonly issuer: Name
  readonly trustpoint: string
  /** `vrf` of the trustpoint: the table by which the list is fetched. Absent: the global one. */
  readonly vrf?: string
}

export interface Crl {
  readonly der: Uint8Array
  readonly issuer: Name
  readonly thisUpdate: number
  readonly nextUpdate?: number
  /** Serials as in Certificate.serial. */
  readonly revoked: ReadonlySet<string>
  /** Of the list and of its entries, delta and partial lists among them: with one of these it proves nothing. */
  readonly unknownCriticalExtensions: readonly string[]
  /** Certificates of one kind only. */
  readonly only?: 'users' | 'authorities'
  /** The list is for certificates that name one of these URIs. */
  readonly distributionPoints?: readonly string[]
  /** Whether the key of that certificate has signed the list. */
  verify(issuer: Certificate): boolean
}

/** What is known of each list that was asked for, by request URL: a Map, or whoever can answer at once. */
export interface CrlAnswers {
  readonly get: (url: string, request: CrlRequest) => Crl | { readonly unreachable: string } | undefined
}

/** One thing validation looked at, in order, for the trace. */
export interface ValidationStep {
  readonly check: string
  readonly subject: string
  readonly passed: boolean
  readonly detail: string
}

export type ValidationResult =
  | {
      readonly result: 'valid'
      readonly trustpoint: string
      readonly path: readonly Certificate[]
      readonly steps: readonly ValidationStep[]
      /** It leans on what an OCSP responder is taken to say. */
      readonly askedOcsp: boolean
    }
  | {
      readonly result: 'rejected'
      readonly code: ValidationRejectCode
      readonly subject: string
      readonly detail: string
      readonly trustpoint?: string
      readonly steps: readonly ValidationStep[]
      readonly askedOcsp: boolean
    }
  | { readonly result: 'needs-crl'; readonly request: CrlRequest; readonly steps: readonly ValidationStep[] }

export type PkiReject = { readonly code: string; readonly detail: string }
export type PkiResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reject: PkiReject }
