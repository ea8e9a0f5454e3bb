import type { Certificate } from '../pki/index.ts'
import type { Candidate, Decision } from '../trace/index.ts'
import { matchesCertificateMap } from './certificate-map.ts'
import type { IsakmpProfile, SelectionContext } from './configuration.ts'
import { candidate, decide, knobUsed } from './decide.ts'

/**
 * The profile once the peer's certificate is known: a certificate map of another profile takes the peer over, and the
 * certificate is validated again with that profile's trust points; the knob `certmap.rebind` says whether it does so
 * after an identity has matched. Profiles without a certificate map are not candidates. Source: ios-semantics §1.6.
 *
 * Where both `certmap.rebind` and `v1.overlap` bear on the choice, the decision names `v1.overlap`.
 */
export const rebindByCertificate = (
  ctx: SelectionContext,
  peer: { readonly certificate: Certificate; readonly bound: string | null },
): Decision<string | null> => {
  const judged = ctx.profiles
    .filter(({ matchCertificate }) => matchCertificate.length > 0)
    .map((profile) => judge(ctx, profile, peer.certificate))
  const fitting = judged.filter(({ fits }) => fits)
  const keepsBound = fitting.length === 0 || fitting.some(({ profile }) => profile.name === peer.bound)
  const rebind = !keepsBound && peer.bound !== null ? knobUsed(ctx.knobs, 'certmap.rebind') : undefined
  const stays = keepsBound || rebind?.value === 'onlyIfNoIdMatch'
  const overlap = !stays && fitting.length > 1 ? knobUsed(ctx.knobs, 'v1.overlap') : undefined
  const winner = stays || overlap?.value === 'none' ? undefined : fitting.at(overlap?.value === 'first' ? 0 : -1)
  const choice = winner?.profile.name ?? peer.bound
  const candidates = judged.map(({ profile, fits, reason, at }): Candidate => {
    const taken = profile.name === choice && fits
    const lost = stays ? `profile ${peer.bound} stays bound` : 'maps of several profiles fit the certificate'
    return candidate(profile.name, taken, !fits || taken ? reason : `${reason}, but ${lost}`, at)
  })
  return decide(
    overlap === undefined ? 'v1.profile.certificate-map' : 'v1.profile.certificate-map-overlap',
    choice,
    candidates,
    [winner?.at, ...fitting.map(({ at }) => at)],
    overlap ?? rebind,
  )
}

const judge = (ctx: SelectionContext, profile: IsakmpProfile, certificate: Certificate) => {
  let reason = ''
  for (const { map: name, at } of profile.matchCertificate) {
    const map = ctx.certificateMaps.find((known) => known.name === name)
    if (map === undefined) reason ||= `certificate map ${name} is not configured`
    else if (matchesCertificateMap(map, certificate).choice)
      return { profile, fits: true, reason: `certificate map ${name} fits the certificate`, at }
    else reason ||= `certificate map ${name} does not fit the certificate of ${certificate.subject.ios}`
  }
  return { profile, fits: false, reason, at: profile.matchCertificate[0]?.at }
}
