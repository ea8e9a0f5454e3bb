import type { CauseEntry, Family } from './entry.ts'
import { authenticationRefused } from './log-lines.ts'

/** A certificate that is named by a hash and a URL. */
export type CertificateByUrlCode =
  | 'hash-and-url-not-allowed'
  | 'hash-and-url-not-http'
  | 'hash-and-url-unreachable'
  | 'hash-and-url-other-content'

const failure = ['failure'] as const

const byUrl = (entry: Pick<CauseEntry, 'title' | 'summary' | 'happened' | 'remedy'>): CauseEntry => ({
  kinds: failure,
  why: 'A router that was told HTTP_CERT_LOOKUP_SUPPORTED may name its certificate by a hash and a URL instead of sending it (RFC 7296 §3.6). `crypto ikev2 http-url cert` is on by default in IOS.',
  log: authenticationRefused,
  actor: 'the engineers of {self} and {peer} together',
  source: '§6 entry 13, §2.8 [V]; RFC 7296 §3.6',
  entries: [13],
  ...entry,
})

export const certificateByUrl: Family<CertificateByUrlCode> = {
  'hash-and-url-not-allowed': byUrl({
    title: 'The peer names its certificate by a URL, and that may not be fetched',
    summary: '{peer} names its certificate by a URL, and {self} does not fetch it',
    happened: '{peer} sent the hash and the URL of its certificate; {self} does not fetch certificates.',
    remedy: '`no crypto ikev2 http-url cert` on {peer}, and on {self} so that it does not announce what it cannot do.',
  }),
  'hash-and-url-not-http': byUrl({
    title: 'The URL of the certificate is no HTTP URL',
    summary: '{peer} names its certificate by something that is no HTTP URL',
    happened: '{peer} named its certificate by a URL of another kind.',
    remedy: 'Only http:// is allowed there: mend the URL on {peer}, or send the certificate itself.',
  }),
  'hash-and-url-unreachable': byUrl({
    title: 'The certificate cannot be fetched from its URL',
    summary: '{self} cannot fetch the certificate of {peer} from the URL that {peer} names',
    happened: 'The server at the URL does not answer {self}, or answers with an error.',
    remedy: 'Make the server reachable from {self} outside the tunnel, or `no crypto ikev2 http-url cert` on both.',
  }),
  'hash-and-url-other-content': byUrl({
    title: 'The URL gives another certificate than announced',
    summary: 'what the URL of {peer} gives has another hash than {peer} announced',
    happened: 'What was fetched does not have the hash that stood beside the URL.',
    remedy: 'Put the certificate in use on the server: after a renewal the old one may still be there.',
  }),
}
