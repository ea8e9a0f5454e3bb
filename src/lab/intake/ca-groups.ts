import { type Name, sameName } from '../../pki/index.ts'
import type { CaEvidence, RouterEvidence, TrustpointEvidence } from './evidence.ts'

/** Trustpoints whose CA is one, as far as anything shows it. */
export interface CaGroup {
  readonly id: string
  readonly members: readonly { readonly router: string; readonly trustpoint: TrustpointEvidence }[]
  /** The best that is known of the CA's certificate. */
  readonly evidence: CaEvidence
  readonly name: Name | null
}

type Member = CaGroup['members'][number]

const rank: Readonly<Record<CaEvidence['kind'], number>> = { der: 0, shown: 1, named: 2, unnamed: 3 }

export const urlOf = ({ configuration }: Pick<TrustpointEvidence, 'configuration'>): string | null =>
  configuration?.enrollment.kind === 'url' ? configuration.enrollment.url.replace(/\/+$/, '').toLowerCase() : null

const nameOf = (evidence: CaEvidence): Name | null => (evidence.kind === 'unnamed' ? null : evidence.name)

const serialOf = (evidence: CaEvidence): string | null => {
  switch (evidence.kind) {
    case 'der':
      return evidence.certificate.serial
    case 'shown':
      return evidence.shown.serial
    case 'named':
      return evidence.serial
    case 'unnamed':
      return null
  }
}

/** Whether the certificates of two CAs are shown to be of one: by the key, else by name and serial number, else by the URL. */
const areOne = (group: CaGroup, { trustpoint }: Member, evidence: CaEvidence): boolean => {
  if (group.evidence.kind === 'der' && evidence.kind === 'der')
    return (
      sameName(group.evidence.name, evidence.name) &&
      Buffer.compare(group.evidence.certificate.spki, evidence.certificate.spki) === 0
    )
  const name = nameOf(evidence)
  if (group.name && name) {
    if (!sameName(group.name, name)) return false
    const [a, b] = [serialOf(group.evidence), serialOf(evidence)]
    return a === null || b === null || a === b
  }
  const url = urlOf(trustpoint)
  return url !== null && group.members.some((member) => urlOf(member.trustpoint) === url)
}

/** Groups the trustpoints of all routers, those of which most is known first. */
export const caGroups = (routers: readonly RouterEvidence[]): readonly CaGroup[] => {
  const members = routers
    .flatMap(({ router, trustpoints }) =>
      trustpoints.map((trustpoint): Member => ({ router: router.name, trustpoint })),
    )
    .flatMap((member) => (member.trustpoint.ca === null ? [] : [{ member, evidence: member.trustpoint.ca }]))
    .toSorted((a, b) => rank[a.evidence.kind] - rank[b.evidence.kind])
  const groups: CaGroup[] = []
  for (const { member, evidence } of members) {
    const at = groups.findIndex((group) => areOne(group, member, evidence))
    const found = groups[at]
    if (found) groups[at] = { ...found, members: [...found.members, member], name: found.name ?? nameOf(evidence) }
    else
      groups.push({
        id: idOf(member, evidence, groups.length),
        members: [member],
        evidence,
        name: nameOf(evidence),
      })
  }
  return groups
}

/** How messages call a CA: by its name, else by where it is. */
const idOf = ({ router, trustpoint }: Member, evidence: CaEvidence, index: number): string => {
  const name = nameOf(evidence)
  if (name) return `${index} ${name.ios}`
  const url = urlOf(trustpoint)
  return url === null ? `of ${router} ${trustpoint.name}` : `at ${url.replace(/^http:\/\//, '')}`
}
