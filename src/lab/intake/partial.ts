import type { RouterConfiguration } from '../../ios/index.ts'
import { flowProblems } from '../../ipsec/index.ts'
import { InputError } from '../input-error.ts'
import type { Source } from '../lab.ts'
import type { PrintedRouter } from './printed-routers.ts'

/** A router of whose configuration only parts were shown. */
type Part = Pick<PrintedRouter, 'name' | 'file' | 'configuration' | 'covers' | 'pieces'>

/** How the parts were asked for, as messages name them. */
const askedFor = ({ pieces }: Part): string =>
  [...new Set(pieces.flatMap(({ piece: { filter } }) => (filter ? [`show running-config ${filter.typed}`] : [])))].join(
    '; ',
  )

const protections = ({ ipsec }: RouterConfiguration): readonly { readonly ikev2Profile?: unknown }[] => [
  ...ipsec.profiles.filter(({ name }) =>
    ipsec.interfaces.some(({ tunnel }) => tunnel?.protection?.ipsecProfile === name),
  ),
  ...ipsec.cryptoMaps.filter(({ name }) => ipsec.interfaces.some(({ cryptoMap }) => cryptoMap?.name === name)),
]

interface Need {
  /** A line that would be there, for the parts to be asked whether they would show it. */
  readonly header: string
  readonly what: string
  readonly remedy: string
  readonly isMissing: (configuration: RouterConfiguration) => boolean
}

/** Without these a verdict would be of our own making. */
const needs: readonly Need[] = [
  {
    header: 'interface Tunnel0',
    what: 'the interface that the tunnel protects',
    remedy: 'show running-config | section interface',
    isMissing: (configuration) => protections(configuration).length === 0,
  },
  {
    header: 'crypto pki trustpoint TP',
    what: 'trustpoints',
    remedy: 'show running-config | section crypto',
    isMissing: ({ trustpoints }) => trustpoints.length === 0,
  },
  {
    header: 'crypto isakmp policy 10',
    what: 'ISAKMP policies',
    remedy: 'show running-config | section crypto',
    isMissing: (configuration) =>
      configuration.isakmpPolicies.length === 0 &&
      protections(configuration).some(({ ikev2Profile }) => ikev2Profile === undefined),
  },
  {
    header: 'crypto ikev2 policy NAME',
    what: 'IKEv2 policies and proposals',
    remedy: 'show running-config | section crypto',
    isMissing: (configuration) =>
      (configuration.ikev2?.policies.length ?? 0) === 0 &&
      protections(configuration).some(({ ikev2Profile }) => ikev2Profile !== undefined),
  },
  {
    header: 'ip route 0.0.0.0 0.0.0.0 192.0.2.1',
    what: 'the route to the peer',
    remedy: 'show running-config | include ^ip route',
    isMissing: ({ ipsec }) => flowProblems(ipsec).some(({ code }) => code === 'no-route-to-peer'),
  },
]

/** Throws InputError where a router's parts lack what a verdict rests on, and nothing tells that the router lacks it too. */
export const checkPart = (router: Part): void => {
  const { name, file, configuration, covers } = router
  if (covers === null) return
  const parts = `the configuration of ${name} was given in part (${askedFor(router)})`
  const lacking = needs.find(({ header, isMissing }) => !covers(header) && isMissing(configuration))
  if (lacking)
    throw new InputError({
      file,
      message: `${parts}, and ${lacking.what} may stand in what is left out`,
      remedy: `add the output of ${lacking.remedy}, or give that of show running-config`,
    })
  const [dangling] = configuration.notices.filter(({ kind }) => kind === 'dangling-reference')
  if (dangling)
    throw new InputError({
      file: dangling.at.file,
      line: dangling.at.line,
      column: dangling.at.text.search(/\S/) + 1,
      text: dangling.at.text,
      message: `${dangling.text}; ${parts}`,
      remedy: 'add the output that shows it, or that of show running-config',
    })
}

/** Lines that change what a router does and that no other line names: they are taken to be absent, and that is said. */
const silent: readonly string[] = [
  'crypto isakmp identity dn',
  'crypto isakmp key KEY address 192.0.2.1',
  'crypto isakmp keepalive 10',
  'crypto ikev2 dpd 10 2 on-demand',
  'crypto ipsec security-association lifetime seconds 3600',
  'crypto pki certificate chain TP',
  'ip route 0.0.0.0 0.0.0.0 192.0.2.1',
  'ip domain name example.com',
  'clock timezone CET 1 0',
]

const namedBy = (header: string): string =>
  header
    .split(' ')
    .slice(0, header.startsWith('crypto') ? 3 : 2)
    .join(' ')

/** Where trustpoints or profiles come out of several outputs, their order is that of the outputs: of several that fit, it may decide. */
const isOrderOpen = ({ configuration, pieces }: Part): boolean => {
  const pieceOf = ({ file, line }: { readonly file: string; readonly line: number }): number =>
    pieces.findIndex(({ piece }) => piece.file === file && (piece.lines[line - 1] ?? '') !== '')
  return [configuration.trustpoints, configuration.isakmpProfiles, configuration.ikev2?.profiles ?? []].some(
    (defined) => new Set(defined.map(({ at }) => pieceOf(at))).size > 1,
  )
}

/** What is taken for granted of a router whose configuration is known in part. */
export const partAssumption = (router: Part): readonly Source[] => {
  const { name, covers } = router
  if (covers === null) return []
  const left = silent.filter((header) => !covers(header)).map(namedBy)
  return [
    {
      kind: 'assumed',
      router: name,
      file: null,
      lines: null,
      text: `${name} has nothing but what its outputs show, which were asked for in part (${askedFor(router)})${
        left.length === 0 ? '' : `: no other ${left.map((each) => `\`${each}\``).join(', ')}`
      }${isOrderOpen(router) ? '; trustpoints and profiles are defined in the order of the outputs' : ''}`,
    },
  ]
}
