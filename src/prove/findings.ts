import type { RouterConfiguration } from '../ios/index.ts'
import { type FlowProblem, flowProblems, protectedFlows } from '../ipsec/index.ts'
import type { DirectionRun, Lab } from '../lab/index.ts'
import { owns } from './directions.ts'
import { mirrorFindings } from './mirror-findings.ts'
import { storeFindings } from './store-findings.ts'
import type { Finding } from './verdict.ts'

/** It is told even where no negotiation ran into it. */
const isakmpDisabled = (router: string): Finding => ({
  code: 'isakmp-disabled',
  severity: 'warning',
  router,
  text: '`no crypto isakmp enable` stands in the configuration: the router neither starts nor answers a negotiation of IKEv1',
  at: null,
})

/** What the reader of the configuration has said of a line already is not said again as its consequence. */
const newProblems = ({ ipsec, notices }: RouterConfiguration): readonly FlowProblem[] =>
  flowProblems(ipsec).filter(
    ({ at }) =>
      !notices.some(({ kind, at: noticed }) => kind !== 'weak' && noticed.file === at.file && noticed.line === at.line),
  )

const fromConfigurations = (lab: Lab): readonly Finding[] =>
  lab.routers.flatMap(({ name, configuration }) => [
    ...(configuration.isakmpDisabled ? [isakmpDisabled(name)] : []),
    ...configuration.notices.map(
      (notice): Finding => ({
        code: notice.kind,
        severity: notice.kind === 'weak' ? 'note' : 'warning',
        router: name,
        text: notice.text,
        at: notice.at,
      }),
    ),
    ...newProblems(configuration).map(
      ({ at, text }): Finding => ({ code: 'flow-without-effect', severity: 'warning', router: name, text, at }),
    ),
  ])

/** A router that protects something, and nothing of it towards another router here: a mistyped peer looks like that. */
const withoutPartner = (lab: Lab): readonly Finding[] =>
  lab.routers.length < 2
    ? []
    : lab.routers.flatMap(({ name, configuration }) => {
        const flows = protectedFlows(configuration.ipsec)
        const isHere = (address: string): boolean => lab.routers.some((router) => owns(router, address))
        return flows.some(({ peer }) => isHere(peer))
          ? []
          : flows.slice(0, 1).map(
              ({ map, peer, peers, at }): Finding => ({
                code: 'peer-not-in-scenario',
                severity: 'warning',
                router: name,
                text: `${map} leads to ${peer}${peers.length > 1 ? ' first' : ''}, which is an address of no router here: ${name} begins nothing`,
                at,
              }),
            )
      })

const fromRun = (run: DirectionRun): readonly Finding[] => {
  const out: Finding[] = []
  for (const { router, name, data } of run.events) {
    if (name === 'ike:identity_not_in_certificate')
      out.push({
        code: 'identity-not-in-certificate',
        severity: 'note',
        router,
        text: `${data.id} is not in the certificate (${data.certificateValue || 'it carries no name of that kind'}); IOS logs it and goes on`,
        at: null,
      })
    if (name === 'ike:decision' && data.decision.rule.endsWith('.overlap'))
      out.push({
        code: 'profiles-overlap',
        severity: 'warning',
        router,
        text: 'several profiles match the identity equally well; which of them binds is hard to predict',
        at: data.decision.because[0] ?? null,
      })
    if (name === 'ike:v2_notify_received' && data.notify === 'INVALID_KE_PAYLOAD')
      out.push({
        code: 'dh-guess-corrected',
        severity: 'note',
        router,
        text: `the first Diffie-Hellman group of ${router} is not one that its peer takes: IKE_SA_INIT is sent twice, and the tunnel comes up all the same`,
        at: null,
      })
  }
  return out
}

/** What the engineer must know beside the outcome, each thing once. */
export const findingsOf = (lab: Lab, runs: readonly DirectionRun[]): readonly Finding[] => {
  const seen = new Set<string>()
  return [
    ...fromConfigurations(lab),
    ...withoutPartner(lab),
    ...mirrorFindings(lab),
    ...storeFindings(lab),
    ...runs.flatMap(fromRun),
  ].filter(({ code, router, text, at }) => {
    const key = JSON.stringify([code, router, text, at?.line])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
