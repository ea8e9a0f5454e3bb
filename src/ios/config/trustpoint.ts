import type { CertificateMatchAction, RevocationMethod, TrustpointConfiguration } from '../../pki/index.ts'
import type { SourceRef } from '../../trace/index.ts'
import { anything, type CommandForms, commandForms } from './command.ts'
import type { Context } from './context.ts'
import { type Draft, draft, set, unset } from './draft.ts'
import { interfaceName } from './interface-name.ts'
import { choice, identifier, integer, ipv4, type Kind, many, rest, secret, word } from './kinds.ts'
import { type Table, table } from './mode.ts'

/** `crypto pki trustpoint NAME` (ios-semantics §3.1). */

type Trustpoint = Draft<TrustpointConfiguration>
const { command, notModelled, inert }: CommandForms<Trustpoint> = commandForms<Trustpoint>()

export function trustpointDraft(name: string, at: SourceRef): Trustpoint {
  return draft<TrustpointConfiguration>({
    name,
    at,
    enrollment: { kind: 'none' },
    serialNumber: false,
    revocationCheck: ['crl'],
    chainValidation: { mode: 'stop' },
    primary: false,
    usage: [],
    matchCertificate: [],
  })
}

const methods: Kind<readonly RevocationMethod[]> = many(choice('crl', 'ocsp', 'none'))
const keyLabel = word('the label of a key pair')
const keySize = integer('a key size in bits', 360, 4096)
const certificateMap = word('the name of a certificate map')
const usage = many(choice('ike', 'ssl-client', 'ssl-server'))

function addMatch(trustpoint: Trustpoint, map: string, { at }: Context, action?: CertificateMatchAction): void {
  trustpoint.value.matchCertificate.push({ map, at, ...(action === undefined ? {} : { action }) })
}

export const trustpointTable: Table<Trustpoint> = table('crypto pki trustpoint', 'not-modelled', [
  command(
    'enrollment url <url> [pem]',
    { url: word('a URL such as http://192.168.0.3:80') },
    "the CA's enrolment URL",
    (trustpoint, { url }, { at }) => set(trustpoint, 'enrollment', { kind: 'url', url }, at),
  ),
  command('enrollment terminal [pem]', {}, 'enrol by cut and paste', (trustpoint, _, { at }) =>
    set(trustpoint, 'enrollment', { kind: 'terminal' }, at),
  ),
  command('enrollment selfsigned', {}, "a certificate of the router's own", (trustpoint, _, { at }) =>
    set(trustpoint, 'enrollment', { kind: 'selfsigned' }, at),
  ),
  command('enrollment pkcs12', {}, 'imported from a PKCS#12 file', (trustpoint, _, { at }) =>
    set(trustpoint, 'enrollment', { kind: 'pkcs12' }, at),
  ),
  command(
    'enrollment profile <name>',
    { name: word('the name of an enrolment profile') },
    'an enrolment profile',
    (trustpoint, _, { at }) => set(trustpoint, 'enrollment', { kind: 'profile' }, at),
  ),
  notModelled('enrollment mode ra', {}, 'the CA stands behind a registration authority'),
  notModelled('enrollment retry <rest>', { rest: anything }, 'how often to ask'),
  notModelled('enrollment http-proxy <rest>', { rest: anything }, 'a proxy for enrolment'),
  command('no enrollment [<rest>]', { rest: anything }, 'no enrolment', (trustpoint, _, { at }) =>
    set(trustpoint, 'enrollment', { kind: 'none' }, at),
  ),
  command(
    'subject-name <name>',
    { name: rest('a name such as CN=R1,O=cisco') },
    'the subject of the certificate',
    (trustpoint, { name }, { at }) => set(trustpoint, 'subjectName', name, at),
  ),
  command('no subject-name [<rest>]', { rest: anything }, 'no subject', (trustpoint) =>
    unset(trustpoint, 'subjectName'),
  ),
  command(
    'fqdn <name>',
    { name: word('a domain name, or none') },
    'the host name in the certificate',
    (trustpoint, { name }, { at }) => set(trustpoint, 'fqdn', name, at),
  ),
  command('no fqdn [<rest>]', { rest: anything }, 'ask for the host name', (trustpoint) => unset(trustpoint, 'fqdn')),
  command(
    'ip-address <address>',
    { address: ipv4 },
    'the address in the certificate',
    (trustpoint, { address }, { at }) => set(trustpoint, 'ipAddress', address, at),
  ),
  command('ip-address none', {}, 'no address in the certificate', (trustpoint, _, { at }) =>
    set(trustpoint, 'ipAddress', 'none', at),
  ),
  command(
    'ip-address <interface>',
    { interface: interfaceName },
    'the interface whose address is in the certificate',
    (trustpoint, values, { at }) => set(trustpoint, 'ipAddress', values.interface, at),
  ),
  command('no ip-address [<rest>]', { rest: anything }, 'ask for the address', (trustpoint) =>
    unset(trustpoint, 'ipAddress'),
  ),
  command('serial-number', {}, "the router's serial number in the certificate", (trustpoint, _, { at }) =>
    set(trustpoint, 'serialNumber', true, at),
  ),
  command('serial-number none', {}, 'no serial number in the certificate', (trustpoint, _, { at }) =>
    set(trustpoint, 'serialNumber', false, at),
  ),
  command('no serial-number', {}, 'no serial number in the certificate', (trustpoint, _, { at }) =>
    set(trustpoint, 'serialNumber', false, at),
  ),
  command(
    'subject-alt-name <name>',
    { name: rest('a host name') },
    'a subject alternative name',
    (trustpoint, { name }, { at }) => set(trustpoint, 'subjectAltName', name, at),
  ),
  command(
    'revocation-check <methods>',
    { methods },
    'how to learn of revocation, in order',
    (trustpoint, values, context) => {
      set(trustpoint, 'revocationCheck', [...values.methods], context.at)
      if (values.methods.includes('ocsp'))
        context.notice(
          'not-modelled',
          'OCSP is not modelled: where its answer would decide, both a good one and none are tried (knob pki.ocsp)',
        )
    },
  ),
  command('no revocation-check [<rest>]', { rest: anything }, 'back to crl', (trustpoint, _, { at }) =>
    set(trustpoint, 'revocationCheck', ['crl'], at),
  ),
  command('chain-validation stop', {}, 'this CA is a trust anchor', (trustpoint, _, { at }) =>
    set(trustpoint, 'chainValidation', { mode: 'stop' }, at),
  ),
  command(
    'chain-validation continue [<parent>]',
    { parent: word('the name of the parent trust point') },
    'validate up to the parent',
    (trustpoint, { parent }, { at }) =>
      set(trustpoint, 'chainValidation', { mode: 'continue', ...(parent === undefined ? {} : { parent }) }, at),
  ),
  command('no chain-validation [<rest>]', { rest: anything }, 'back to stop', (trustpoint, _, { at }) =>
    set(trustpoint, 'chainValidation', { mode: 'stop' }, at),
  ),
  command(
    'rsakeypair <label> [<bits>] [<encryption>]',
    { label: keyLabel, bits: keySize, encryption: keySize },
    'the RSA key pair',
    (trustpoint, { label, bits }, { at }) =>
      set(trustpoint, 'rsaKeyPair', { label, ...(bits === undefined ? {} : { bits }) }, at),
  ),
  command('no rsakeypair [<rest>]', { rest: anything }, 'the default key pair', (trustpoint) =>
    unset(trustpoint, 'rsaKeyPair'),
  ),
  command('eckeypair <label>', { label: keyLabel }, 'the EC key pair', (trustpoint, { label }, { at }) =>
    set(trustpoint, 'ecKeyPair', label, at),
  ),
  command('no eckeypair [<rest>]', { rest: anything }, 'no EC key pair', (trustpoint) =>
    unset(trustpoint, 'ecKeyPair'),
  ),
  command(
    'hash <hash>',
    { hash: choice('md5', 'sha1', 'sha256', 'sha384', 'sha512') },
    'the hash of the request',
    (trustpoint, { hash }, { at }) => set(trustpoint, 'hash', hash, at),
  ),
  command('primary', {}, 'the trust point to use when none is named', (trustpoint, _, { at }) =>
    set(trustpoint, 'primary', true, at),
  ),
  command('no primary', {}, 'not the primary trust point', (trustpoint, _, { at }) =>
    set(trustpoint, 'primary', false, at),
  ),
  command('usage <usage>', { usage }, 'what the certificate is for', (trustpoint, values, context) => {
    set(trustpoint, 'usage', [...values.usage], context.at)
    // Whether `usage` keeps a trust point from IKE was not found in any source (ios-semantics §3.1).
    if (!values.usage.includes('ike'))
      context.notice(
        'not-modelled',
        `trust point ${trustpoint.value.name} is not for IKE by its usage; whether IOS passes it over is not known, and it is used here`,
      )
  }),
  command(
    'match certificate <map>',
    { map: certificateMap },
    'only certificates that fit the map',
    (trustpoint, { map }, context) => addMatch(trustpoint, map, context),
  ),
  command(
    'match certificate <map> allow expired-certificate',
    { map: certificateMap },
    'certificates that fit the map may have expired',
    (trustpoint, { map }, context) => addMatch(trustpoint, map, context, { kind: 'allow-expired-certificate' }),
  ),
  command(
    'match certificate <map> skip revocation-check',
    { map: certificateMap },
    'certificates that fit the map are not checked for revocation',
    (trustpoint, { map }, context) => addMatch(trustpoint, map, context, { kind: 'skip-revocation-check' }),
  ),
  command(
    'match certificate <map> override cdp url <url>',
    { map: certificateMap, url: word('a URL such as http://192.168.0.3/ca.crl') },
    'where the revocation list of certificates that fit the map is',
    (trustpoint, { map, url }, context) => addMatch(trustpoint, map, context, { kind: 'override-cdp', url }),
  ),
  ...(['skip authorization-check', 'override cdp directory', 'override ocsp', 'override sia'] as const).map((action) =>
    notModelled(
      `match certificate <map> ${action} [<rest>]`,
      { map: certificateMap, rest: anything },
      'not read by this version',
    ),
  ),
  command(
    'no match certificate <map> [<action>]',
    { map: certificateMap, action: anything },
    'take a map out',
    (trustpoint, { map }) => {
      trustpoint.value.matchCertificate = trustpoint.value.matchCertificate.filter((entry) => entry.map !== map)
    },
  ),
  command(
    'vrf <vrf>',
    { vrf: identifier('the name of a VRF') },
    'the VRF in which the CA is reached',
    (trustpoint, { vrf }, { at }) => set(trustpoint, 'vrf', vrf, at),
  ),
  command('no vrf [<rest>]', { rest: anything }, 'the global VRF', (trustpoint) => unset(trustpoint, 'vrf')),
  inert('description <text>', { text: rest('a description') }, 'a description'),
  inert('no password', {}, 'no challenge password'),
  notModelled('password <rest>', { rest: secret(anything) }, 'the challenge password'),
  ...(
    [
      'authorization',
      'auto-enroll',
      'auto-trigger',
      'certificate chain',
      'crl',
      'default',
      'eku',
      'fingerprint',
      'ip-extension',
      'match eku',
      'match key-usage',
      'ocsp',
      'on',
      'query',
      'regenerate',
      'root',
      'show',
      'source',
      'storage',
    ] as const
  ).map((words) => notModelled(`${words} [<rest>]`, { rest: anything }, 'not read by this version')),
])
