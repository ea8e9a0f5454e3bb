import { labEcKeyPair, labRsaKeyPair } from '../crypto/index.ts'
import { parseConfiguration, type RouterConfiguration } from '../ios/index.ts'
import { type IdentityCertificate, identityName, issueCertificate, type Trustpoint } from '../pki/index.ts'
import { fqdnOf } from './enrol.ts'
import type { Issuer } from './issuer.ts'
import { type Lab, type LabRouter, storeOf } from './lab.ts'

/** What a router that is put into a lab enrols in, oldest first. */
export interface AddedEnrolment {
  readonly trustpoint: string
  readonly issuer: Issuer
  readonly key: 'rsa' | 'ec256' | 'ec384' | 'ec521'
  /** Only the CA's certificate. */
  readonly authenticateOnly: boolean
  /** ISO 8601; where they are not given, from a day before the lab's clock for a year. */
  readonly notBefore?: string
  readonly notAfter?: string
}

/** A router that is put into a lab: its configuration as text. */
export interface AddedRouter {
  readonly name: string
  readonly file: string
  readonly text: string
  readonly enrolled: readonly AddedEnrolment[]
}

const day = 86_400_000
const lifetime = 365 * day
/** Keys that are tabulated, and to which the routers of a lab come last. */
const firstKey = 26
/** Far from the serial numbers that the CAs of a lab have given out. */
const firstSerial = 0xa001
const curves = { ec256: 'P-256', ec384: 'P-384', ec521: 'P-521' } as const

/** A serial number that the CA has neither given out nor revoked. */
const freshSerial = ({ revoked }: Issuer, index: number): string => {
  const taken = new Set(revoked.map((serial) => serial.toUpperCase().replace(/^0+/, '')))
  let serial = firstSerial + index
  while (taken.has(serial.toString(16).toUpperCase())) serial += 1
  return serial.toString(16).toUpperCase()
}

/** What a CA issues to a router for one of its trustpoints. Throws where the names in its configuration are none. */
export const issueTo = (
  { issuer, trustpoint, key: kind, notBefore, notAfter }: Omit<AddedEnrolment, 'authenticateOnly'>,
  configuration: RouterConfiguration,
  clock: number,
  index = 0,
): IdentityCertificate => {
  const own = configuration.trustpoints.find(({ name }) => name === trustpoint)
  if (!own) throw new Error(`there is no trustpoint ${trustpoint}`)
  const fqdn = fqdnOf(own, configuration)
  const subject = identityName({
    ...(own.subjectName === undefined ? {} : { subjectName: own.subjectName }),
    ...(fqdn === undefined ? {} : { fqdn }),
  })
  if (!subject.ok) throw new Error(subject.reject.detail)
  const keys = kind === 'rsa' ? labRsaKeyPair(2048, firstKey + index) : labEcKeyPair(curves[kind], firstKey + index)
  const from = notBefore === undefined ? Math.max(clock - day, issuer.certificate.notBefore) : Date.parse(notBefore)
  const certificate = issueCertificate({
    version: 3,
    serial: freshSerial(issuer, index),
    subject: subject.value,
    issuer: issuer.certificate.subject,
    notBefore: from,
    notAfter: notAfter === undefined ? from + lifetime : Date.parse(notAfter),
    keys,
    issuerKeys: issuer.keys,
    hash: issuer.hash,
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    ...(fqdn === undefined ? {} : { dns: [fqdn] }),
    ...(issuer.cdp === null ? {} : { cdp: issuer.cdp }),
  })
  return { certificate, keys, chain: issuer.chain }
}

/** The lab with one router more, enrolled. Throws where IOS's reader refuses the text: whoever writes it is of this house. */
export const withRouter = (lab: Lab, { name, file, text, enrolled: wanted }: AddedRouter): Lab => {
  const read = parseConfiguration(text, { file, router: name })
  if (!read.ok) {
    const [first] = read.errors
    throw new Error(`${name}: line ${first?.line}: ${first?.message}: ${first?.text}`)
  }
  const { configuration } = read
  const enrolled = wanted.map((enrolment, index): Trustpoint => {
    const { trustpoint, issuer, authenticateOnly } = enrolment
    const own = configuration.trustpoints.find((candidate) => candidate.name === trustpoint)
    return {
      name: trustpoint,
      ...(own === undefined ? {} : { configuration: own }),
      ca: issuer.certificate,
      builtIn: false,
      ...(authenticateOnly ? {} : { identity: issueTo(enrolment, configuration, lab.clock, index) }),
    }
  })
  const router: LabRouter = {
    name,
    texts: [{ file, text }],
    configuration,
    enrolled,
    orderKnown: true,
    store: storeOf(enrolled, lab.knobs),
  }
  return { ...lab, routers: [...lab.routers, router] }
}
