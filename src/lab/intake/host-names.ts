import type { RouterConfiguration } from '../../ios/index.ts'
import { InputError } from '../input-error.ts'
import type { Source } from '../lab.ts'
import type { RouterEvidence, TrustpointEvidence } from './evidence.ts'
import type { PrintedRouter } from './printed-routers.ts'

/** A router's configuration with the host name that is known of it, and what that rests on; null where its text says it. */
export interface NamedConfiguration {
  readonly configuration: RouterConfiguration
  readonly source: Source | null
}

const unstructuredName = (subject: string): string | null => /(?:^|[,+])hostname=([^,+]+)/i.exec(subject)?.[1] ?? null

/** The name under which a router has enrolled: in its certificate, or as its trustpoint asks for it. */
const enrolledName = ({ name, identity, configuration }: TrustpointEvidence): readonly [string, string] | null => {
  const subject =
    identity.kind === 'der' ? identity.certificate.subject.ios : identity.kind === 'shown' ? identity.subject.ios : ''
  const found = unstructuredName(subject)
  if (found !== null) return [found, `its certificate of ${name} has it`]
  const asked = configuration?.fqdn
  return asked === undefined || asked === 'none' ? null : [asked, `trustpoint ${name} asks for it`]
}

/** The line by which the router identifies itself under its host name, if there is one. */
const dependent = ({ isakmpProfiles, isakmpIdentity, file }: RouterConfiguration) => {
  const self = isakmpProfiles
    .map(({ selfIdentity }) => selfIdentity)
    .find((each) => each?.kind === 'fqdn' && each.name === undefined)
  if (self) {
    const { file: where, line, text } = self.at
    return { file: where, line, column: text.search(/\S/) + 1, text }
  }
  return isakmpIdentity === 'hostname' ? { file } : null
}

const enrolledNames = (trustpoints: readonly TrustpointEvidence[]): readonly (readonly [string, string])[] =>
  trustpoints.flatMap((trustpoint) => {
    const enrolled = enrolledName(trustpoint)
    return enrolled ? [enrolled] : []
  })

/** The host name is known, and no part that was shown of the configuration would hold its domain. */
const withDomain = (
  { configuration, name, file }: PrintedRouter,
  trustpoints: readonly TrustpointEvidence[],
): NamedConfiguration => {
  const { hostname } = configuration
  const found = enrolledNames(trustpoints).find(([fqdn]) => fqdn.toLowerCase().startsWith(`${hostname.toLowerCase()}.`))
  if (!found) {
    const place = dependent(configuration)
    if (!place) return { configuration, source: null }
    throw new InputError({
      ...place,
      message: `the router identifies itself by its host name, and the outputs that were given of ${name} leave out its domain`,
      remedy: 'add the output of show running-config | include domain, or give that of show running-config',
    })
  }
  const [fqdn, reason] = found
  const domainName = fqdn.slice(hostname.length + 1)
  return {
    configuration: { ...configuration, domainName },
    source: {
      kind: 'assumed',
      router: name,
      file,
      lines: null,
      text: `the domain of ${name} is ${domainName}, as ${reason}: no output shows the line \`ip domain name\``,
    },
  }
}

/**
 * A configuration without the line `hostname`, and without a prompt beside it, leaves open what the router calls itself.
 * It is taken from what the router enrolled with. Throws InputError where nothing tells it and the router identifies
 * itself by it: any name would make a verdict of our own.
 */
export const withHostName = ({ router, trustpoints }: RouterEvidence): NamedConfiguration => {
  const { configuration, name, covers } = router
  const found = enrolledNames(trustpoints)[0]
  if (!configuration.hostnameAssumed) {
    const isOpen = configuration.domainName === undefined && covers?.('ip domain name example.com') === false
    return isOpen ? withDomain(router, trustpoints) : { configuration, source: null }
  }
  if (!found) {
    const place = dependent(configuration)
    if (!place) return { configuration, source: null }
    throw new InputError({
      ...place,
      message: `the router identifies itself by its host name, and nothing tells that of ${name}`,
      remedy:
        'add the line `hostname NAME` as the running configuration has it, or leave the prompt in (NAME#show run)',
    })
  }
  const [fqdn, reason] = found
  const [hostname = fqdn, ...labels] = fqdn.split('.')
  const domainName = configuration.domainName ?? (labels.length > 0 ? labels.join('.') : undefined)
  const { hostnameAssumed: _, ...known } = configuration
  return {
    configuration: { ...known, hostname, ...(domainName === undefined ? {} : { domainName }) },
    source: {
      kind: 'assumed',
      router: name,
      file: null,
      lines: null,
      text: `the host name of ${name} is ${fqdn}, as ${reason}: its configuration has no line \`hostname\``,
    },
  }
}
