import type { Knobs } from './configuration.ts'

/** A behaviour of the device on which sources disagree (ios-semantics §9). `source` is a mark as in `Rule`. */
export interface KnobDescription {
  readonly name: keyof Knobs
  readonly values: readonly string[]
  readonly default: string
  /** Whether a document or a device says that the default holds, or it is a choice of this model. */
  readonly sure: 'documented' | 'inferred'
  readonly source: string
  readonly text: string
}

type KnobRejectCode = 'malformed' | 'unknown-knob' | 'unknown-value'

/** `value` holds the one knob that was named: spread it over the others. */
export type KnobResult =
  | { readonly ok: true; readonly value: Partial<Knobs> }
  | { readonly ok: false; readonly reject: { readonly code: KnobRejectCode; readonly detail: string } }

export const defaultKnobs: Knobs = {
  'v1.overlap': 'last',
  'v1.noCertreqMatch': 'fail',
  'v1.noCertreqAtAll': 'firstIdCert',
  'v1.listOrder': 'config',
  'v1.initiatorIdCheck': 'warn',
  'v2.overlap': 'mostSpecificThenLast',
  'v2.defaultLocalId': 'address',
  'v2.respNoMatchCert': 'fail',
  'v2.initiatorPlace': 'unchecked',
  'v2.initValidateFailure': 'halfOpen',
  'v2.supportedAuthMethods': 'off',
  'sig.v2Hash': 'sha1',
  'store.orderAfterReload': 'preserve',
  'store.caOnlyPosition': 'afterId',
  builtins: '15.3T',
  'pki.extendedKeyUsage': 'ignored',
  'pki.ocsp': 'noAnswer',
  'v1.sameCa': 'anyTrustpoint',
  'certmap.rebind': 'override',
  'map.noProfileAcceptsAny': 'true',
}

type Described = {
  readonly [Name in keyof Knobs]: readonly [
    values: readonly Knobs[Name][],
    sure: 'documented' | 'inferred',
    source: string,
    text: string,
  ]
}

const described: Described = {
  'v1.overlap': [
    ['last', 'first', 'none'],
    'inferred',
    '[S] of IKEv2 for last, [V] a field report for first, [M-m] for none; §0.3 item 10',
    'Several profiles fit an identity equally well: the last or the first configured binds, or none.',
  ],
  'v1.noCertreqMatch': [
    ['fail', 'firstIdCert', 'primary'],
    'inferred',
    '[M-l] §1.8',
    'The peer asks only for CAs from which the router may send no certificate: it fails, or sends its first or its primary certificate.',
  ],
  'v1.noCertreqAtAll': [
    ['firstIdCert', 'fail'],
    'inferred',
    '[M-l] §1.8',
    'The peer asks for no CA at all: the router sends its primary or else its first certificate, or fails.',
  ],
  'v1.listOrder': [
    ['config', 'store'],
    'inferred',
    '[I] §1.8',
    'MM3 asks for several trust points of a profile in the order of the configuration or of the certificate store.',
  ],
  'v1.initiatorIdCheck': [
    ['warn', 'fail'],
    'inferred',
    '[I] §1.6',
    "The responder's identity does not fit the initiator's profile: phase 1 goes on with a warning, or fails.",
  ],
  'v2.overlap': [
    ['mostSpecificThenLast', 'last', 'first', 'none'],
    'documented',
    '[S] for the most specific, then the last, [V] a field report for first, [M-m] for none; §0.3 item 10',
    'Several IKEv2 profiles fit a peer: the most specific binds and of equals the last configured, or simply the last, the first, or none.',
  ],
  'v2.defaultLocalId': [
    ['address', 'dnForSig'],
    'documented',
    '[V] two sources for address, [M-m] the configuration guide for the DN; §2.7',
    'Without identity local a router sends its address, or with a certificate its DN.',
  ],
  'v2.respNoMatchCert': [
    ['fail', 'any'],
    'inferred',
    '[M-l] §2.8',
    'The initiator asks only for CAs from which the responder may not sign: it fails, or signs with its first certificate.',
  ],
  'v2.initiatorPlace': [
    ['unchecked', 'checked'],
    'inferred',
    '[V] that an initiator searches by the identity of IKE_AUTH, [I] whether VRF and local address count in it; §2.9',
    "An initiator's own profile serves another VRF or local address than that of its packets: that does not matter, or the responder fits no profile.",
  ],
  'v2.initValidateFailure': [
    ['halfOpen', 'deleteSent'],
    'documented',
    '[V] for the identity, [I] for the certificate; §0.3 item 7',
    'An initiator that rejects the responder in IKE_AUTH says nothing, and the responder stays half-open, or tells it.',
  ],
  'v2.supportedAuthMethods': [
    ['off', 'on'],
    'documented',
    '[I] RFC 9593, which is younger than 15.3T',
    'Both ends announce per CA which authentication methods they accept, and heed it when they choose a certificate.',
  ],
  'sig.v2Hash': [
    ['sha1', 'sha256', 'sha512'],
    'documented',
    '[V] a report of newer releases for sha512; §2.11',
    'The hash of an RSA signature of method 1.',
  ],
  'store.orderAfterReload': [
    ['preserve', 'reverse'],
    'inferred',
    '[I] §3.5',
    'A reload keeps or reverses the order of the certificates.',
  ],
  'store.caOnlyPosition': [
    ['afterId', 'byTime'],
    'inferred',
    '[I] §3.5',
    'Trustpoints with a CA certificate only stand after those with an identity certificate, or by their time.',
  ],
  builtins: [
    ['15.3T', 'none'],
    'documented',
    '[S] §3.6',
    'The router asks for the five built-in CAs of 15.3T as well, or for none of them.',
  ],
  'pki.extendedKeyUsage': [
    ['ignored', 'byRole'],
    'inferred',
    '[V] a report of XE 26 for byRole; §6 entry 27',
    'The extended key usage of a peer is not looked at, or a responder needs server authentication and an initiator client authentication.',
  ],
  'pki.ocsp': [
    ['noAnswer', 'good'],
    'inferred',
    '[I] no OCSP responder is modelled; §3.1',
    'Asked by OCSP, a responder gives no answer, so that the next method decides, or says that the certificate is good.',
  ],
  'v1.sameCa': [
    ['anyTrustpoint', 'lastDefined'],
    'inferred',
    '[V] the mapping guide says that peers fail whose trustpoints differ, not how; §0.3 item 5',
    'With several trustpoints of one CA a certificate of it is validated by whichever the profile lists, or by the last defined alone.',
  ],
  'certmap.rebind': [
    ['override', 'onlyIfNoIdMatch'],
    'inferred',
    '[M-m] §1.6',
    'A certificate map of another profile overrides the profile bound by identity, or counts only where no identity matched.',
  ],
  'map.noProfileAcceptsAny': [
    ['true', 'false'],
    'inferred',
    '[M-m] §5',
    'A crypto map entry without an ISAKMP profile accepts peers bound to any profile, or only those bound to none.',
  ],
}

const names = Object.keys(described) as readonly (keyof Knobs)[]

export const knobs: readonly KnobDescription[] = names.map((name) => {
  const [values, sure, source, text] = described[name]
  return { name, values, default: defaultKnobs[name], sure, source, text }
})

/** Reads `NAME=VALUE`, such as `v1.overlap=first`. */
export const parseKnob = (text: string): KnobResult => {
  const separator = text.indexOf('=')
  if (separator < 0) return reject('malformed', `'${text}' is not NAME=VALUE, such as v1.overlap=first`)
  const name = text.slice(0, separator).trim()
  const value = text.slice(separator + 1).trim()
  const knob = knobs.find((known) => known.name === name)
  if (knob === undefined) return reject('unknown-knob', `there is no knob '${name}'; there are ${names.join(', ')}`)
  if (!knob.values.includes(value))
    return reject('unknown-value', `${name} takes ${knob.values.join(' or ')}, not '${value}'`)
  return { ok: true, value: { [knob.name]: value } }
}

const reject = (code: KnobRejectCode, detail: string): KnobResult => ({ ok: false, reject: { code, detail } })
