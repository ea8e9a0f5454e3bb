import { z } from 'zod'

/** `lab.yaml`: what the configurations cannot say. Times are ISO 8601 with an offset. */

const instant = z.iso.datetime({
  offset: true,
  error: 'expected a time with its offset, such as 2013-06-20T13:00:37.609+01:00',
})
const hashName = z.enum(['md5', 'sha1', 'sha256', 'sha384', 'sha512'], {
  error: 'expected one of md5, sha1, sha256, sha384, sha512',
})
/** At most so many that the year of their end still has four digits. */
const days = z.number().positive().max(1_000_000, 'expected at most 1000000 days')
/** What certificates may be for, by the names of RFC 5280 §4.2.1.12 and RFC 4945 §5.1.3.12. */
export const extendedUsages: Readonly<Record<string, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  ipsecEndSystem: '1.3.6.1.5.5.7.3.5',
  ipsecTunnel: '1.3.6.1.5.5.7.3.6',
  ipsecUser: '1.3.6.1.5.5.7.3.7',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
  ipsecIKE: '1.3.6.1.5.5.7.3.17',
}
const extendedUsage = z.string().refine((name) => name in extendedUsages || /^[0-2](?:\.\d+)+$/.test(name), {
  error: `expected an OID, or one of ${Object.keys(extendedUsages).join(', ')}`,
})
const fragmentsFate = z.enum(['pass', 'drop'], { error: 'expected pass or drop' })

const authority = z.strictObject({
  /** The CA's subject as IOS spells it: `cn=CA1,o=cisco,o=com`. */
  name: z.string().min(1),
  /** Where trustpoints enrol; a trustpoint finds its CA by this URL. */
  url: z
    .string()
    .regex(/^http:\/\/\S+$/, 'expected a URL such as http://192.168.0.3:80')
    .optional(),
  /** Name of the CA above this one; without it the CA is a root. */
  parent: z.string().optional(),
  hash: hashName.default('sha256'),
  key: z.union([z.literal(1024), z.literal(2048), z.literal(4096)]).default(2048),
  version: z.union([z.literal(1), z.literal(3)]).default(3),
  /** Lifetime of the CA's own certificate and of those that it issues. */
  caDays: days.default(1095),
  certificateDays: days.default(365),
  /** URL of the CRL that goes into certificates; without one the CRL is fetched where the trustpoint enrols. */
  cdp: z.string().optional(),
  /** Serial numbers in hex, as IOS prints them. */
  revoked: z.array(z.string().regex(/^[0-9A-Fa-f]+$/, 'expected a serial number in hex')).default([]),
  crlDays: days.default(7),
  /** False: nobody answers at the URL once the routers are enrolled. */
  online: z.boolean().default(true),
  /** From then on the CA signs with a new key, under the same name (CA rollover). */
  rollover: instant.optional(),
})

const enrolment = z.union([
  z.string().min(1),
  z.strictObject({
    trustpoint: z.string().min(1),
    /** For a trustpoint without a URL: the CA's name. */
    ca: z.string().optional(),
    at: instant.optional(),
    notBefore: instant.optional(),
    notAfter: instant.optional(),
    version: z.union([z.literal(1), z.literal(3)]).optional(),
    hash: hashName.optional(),
    /** Without it, what the trustpoint says: `eckeypair` makes it P-256. */
    key: z.enum(['rsa', 'ec256', 'ec384', 'ec521']).optional(),
    extendedKeyUsage: z.array(extendedUsage).optional(),
    /** Only the CA's certificate: `crypto pki authenticate` without `enroll`. */
    authenticateOnly: z.boolean().default(false),
    /** What became of the request. Pending and rejected leave the CA's certificate only. */
    request: z.enum(['granted', 'pending', 'rejected']).default('granted'),
    /** Where the certificate is published, at a CA's address: a peer that may look it up gets hash and URL. Of two at one URL the later is there. */
    certificateUrl: z
      .string()
      .regex(/^[a-z][a-z\d+.-]*:\/\/\S+$/i, 'expected a URL such as http://192.168.0.3/R1.cer')
      .optional(),
    /** Whether the certificates between the own and the root go along in CERT payloads. */
    sends: z.enum(['chain', 'leaf']).default('chain'),
    /** The key pair that was enrolled, where the trustpoint's `rsakeypair` names another today. */
    keyPair: z.string().min(1).optional(),
    /** True: the key pair was generated anew after the enrolment. */
    keyRegenerated: z.boolean().default(false),
  }),
])

const router = z.strictObject({
  /** The configuration's file; `NAME.cfg` where it is not said. */
  config: z.string().optional(),
  /** The chassis serial number that `serial-number` puts into the subject. */
  serial: z.string().or(z.number().int()).transform(String).optional(),
  /** Trustpoints in the order of their enrolment, oldest first. Left out: all that have a CA here, in an unknown order. */
  enrolled: z.array(enrolment).optional(),
  /** `unknown`: what `enrolled` lists was enrolled in, and nobody knows in which order. */
  order: z.enum(['oldest first', 'unknown'], { error: 'expected "oldest first" or "unknown"' }).optional(),
  /** What its own clock shows when the run begins, where it is wrong. */
  clock: instant.optional(),
  /** Hashes of signatures that its release can check; all where it is not said. */
  hashes: z.array(hashName).min(1).optional(),
  /** Versions of X.509 that its release takes from a peer. */
  certificateVersions: z
    .array(z.union([z.literal(1), z.literal(2), z.literal(3)]))
    .min(1)
    .optional(),
  /** `drop`: IP fragments that reach it are thrown away. */
  fragments: fragmentsFate.optional(),
  /** The hash of its RSA signature in IKEv2, where it is another than that of the knob sig.v2Hash. */
  signatureHash: z.enum(['sha1', 'sha256', 'sha512']).optional(),
})

/** A CA of the scenario. */
export interface AuthoritySettings {
  readonly name: string
  readonly url?: string | undefined
  readonly parent?: string | undefined
  readonly hash: 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'
  readonly key: 1024 | 2048 | 4096
  readonly version: 1 | 3
  readonly caDays: number
  readonly certificateDays: number
  readonly cdp?: string | undefined
  readonly revoked: readonly string[]
  readonly crlDays: number
  readonly online: boolean
  readonly rollover?: string | undefined
}

/** An enrolment of a router. */
export interface EnrolmentSettings {
  readonly trustpoint: string
  readonly ca?: string | undefined
  readonly at?: string | undefined
  readonly notBefore?: string | undefined
  readonly notAfter?: string | undefined
  readonly version?: 1 | 3 | undefined
  readonly hash?: AuthoritySettings['hash'] | undefined
  readonly key?: 'rsa' | 'ec256' | 'ec384' | 'ec521' | undefined
  readonly extendedKeyUsage?: readonly string[] | undefined
  readonly authenticateOnly: boolean
  readonly request: 'granted' | 'pending' | 'rejected'
  readonly sends: 'chain' | 'leaf'
  readonly certificateUrl?: string | undefined
  readonly keyPair?: string | undefined
  readonly keyRegenerated: boolean
}

/** A router of the scenario. */
export interface RouterSettings {
  readonly config?: string | undefined
  readonly serial?: string | undefined
  readonly enrolled?: readonly (string | EnrolmentSettings)[] | undefined
  readonly order?: 'oldest first' | 'unknown' | undefined
  readonly clock?: string | undefined
  readonly hashes?: readonly AuthoritySettings['hash'][] | undefined
  readonly certificateVersions?: readonly (1 | 2 | 3)[] | undefined
  readonly signatureHash?: 'sha1' | 'sha256' | 'sha512' | undefined
  readonly fragments?: 'pass' | 'drop' | undefined
}

export interface ScenarioFile {
  readonly clock: string
  readonly cas: readonly AuthoritySettings[]
  readonly routers: Readonly<Record<string, RouterSettings>>
  readonly latency: number
  readonly mtu: number
  readonly fragments: 'pass' | 'drop'
  readonly knobs: Readonly<Record<string, string>>
  readonly ping: { readonly count?: number | undefined }
}

export const scenarioSchema: z.ZodType<ScenarioFile> = z.strictObject({
  clock: instant,
  cas: z.array(authority).default([]),
  routers: z
    .record(z.string(), router)
    .refine((routers) => Object.keys(routers).length >= 1, 'expected at least one router'),
  /** One-way delay between neighbours, milliseconds. */
  latency: z.number().min(0).max(60_000).default(5),
  /** Octets of the largest IP packet between neighbours, and what becomes of the fragments of larger ones. */
  mtu: z.number().int().min(576).max(9216).default(1500),
  fragments: fragmentsFate.default('pass'),
  knobs: z.record(z.string(), z.string()).default({}),
  /** What the engineer wants to see of traffic: without a count, a ping from loopback to loopback as IOS sends it. */
  ping: z.strictObject({ count: z.number().int().min(0).max(100).optional() }).default({}),
})
