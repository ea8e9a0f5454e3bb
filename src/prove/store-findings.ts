import type { Lab, LabRouter } from '../lab/index.ts'
import { type Certificate, sameKey, type Trustpoint } from '../pki/index.ts'
import type { Finding } from './verdict.ts'

/** What must be known of a router's trustpoints and clock, whatever the negotiations come to. */

type Warned = Pick<Finding, 'code' | 'text'> & { readonly trustpoint?: Trustpoint | undefined }

const finding = (router: string, { code, text, trustpoint }: Warned): Finding => ({
  code,
  severity: 'warning',
  router,
  text,
  at: trustpoint?.configuration?.at ?? null,
})

/** Trustpoints of one CA, where there are several. */
const groupsOf = (trustpoints: readonly Trustpoint[]): readonly (readonly Trustpoint[])[] => {
  const groups: { readonly ca: Certificate; readonly members: Trustpoint[] }[] = []
  for (const trustpoint of trustpoints) {
    const { ca } = trustpoint
    if (!ca) continue
    const known = groups.find((group) => sameKey(group.ca, ca))
    if (known) known.members.push(trustpoint)
    else groups.push({ ca, members: [trustpoint] })
  }
  return groups.flatMap(({ members }) => (members.length > 1 ? [members] : []))
}

const names = (trustpoints: readonly Trustpoint[]): string => trustpoints.map(({ name }) => name).join(' and ')

const lineOf = ({ configuration }: Trustpoint): number => configuration?.at.line ?? 0

/** Two trustpoints of one CA: Cisco does not support that (ios-semantics §0.3 item 5). */
const ofOneCa = ({ name, enrolled }: LabRouter): readonly Finding[] =>
  groupsOf(enrolled.filter(({ identity }) => identity)).map((group) => {
    const last = group.toSorted((a, b) => lineOf(b) - lineOf(a))[0]
    return finding(name, {
      code: 'trustpoints-of-one-ca',
      text: `${names(group)} are enrolled in the same CA, which Cisco does not support for IPsec: no CERTREQ tells them apart, and the router signs with ${last?.name ?? ''}, the last defined`,
      trustpoint: last,
    })
  })

/** CAs of one name and several keys: IKEv1 asks by name, and cannot tell them apart (ios-semantics §6 entries 24, 25). */
const ofOneName = ({ name, enrolled }: LabRouter, everywhere: readonly Trustpoint[]): readonly Finding[] => {
  const isAmbiguous = ({ ca }: Trustpoint): boolean =>
    everywhere.some((other) => other.ca && ca && other.ca.subject.ios === ca.subject.ios && !sameKey(other.ca, ca))
  const byName = new Map<string, Trustpoint[]>()
  for (const trustpoint of enrolled.filter(isAmbiguous)) {
    const ca = trustpoint.ca?.subject.ios ?? ''
    byName.set(ca, [...(byName.get(ca) ?? []), trustpoint])
  }
  return [...byName].map(([ca, trustpoints]) =>
    finding(name, {
      code: 'ca-name-with-several-keys',
      text: `${ca}, the CA of ${names(trustpoints)}, has more than one key among these routers: IKEv1 asks for CAs by name, IKEv2 by key`,
      trustpoint: trustpoints[0],
    }),
  )
}

const unanswered = ({ name, enrolled }: LabRouter): readonly Finding[] =>
  enrolled
    .filter(({ request }) => request !== undefined)
    .map((trustpoint) =>
      finding(name, {
        code: trustpoint.request === 'pending' ? 'enrolment-pending' : 'enrolment-rejected',
        text: `the request of ${trustpoint.name} for a certificate is ${trustpoint.request ?? ''}: the router asks its peers for certificates of this CA, and has none to sign with`,
        trustpoint,
      }),
    )

const day = 86_400_000

const duration = (milliseconds: number): string => {
  const size = Math.abs(milliseconds)
  return size < 2 * day ? `${Math.round(size / 1000)} seconds` : `${Math.round(size / day)} days`
}

const wrongClock = ({ name, clockOffset = 0 }: LabRouter): readonly Finding[] =>
  clockOffset === 0
    ? []
    : [
        finding(name, {
          code: 'clock-wrong',
          text: `its clock is ${duration(clockOffset)} ${clockOffset > 0 ? 'ahead' : 'behind'}: it judges the validity of certificates and lists by that`,
        }),
      ]

export const storeFindings = ({ routers }: Lab): readonly Finding[] => {
  const everywhere = routers.flatMap(({ enrolled }) => enrolled)
  return routers.flatMap((router) => [
    ...wrongClock(router),
    ...ofOneCa(router),
    ...unanswered(router),
    ...ofOneName(router, everywhere),
  ])
}
