import {
  type AccessList,
  type AccessListEntry,
  type ProtectedFlow,
  protectedFlows,
  proxiesMeet,
  proxyCovers,
} from '../../ipsec/index.ts'
import type { LabRouter } from '../../lab/index.ts'
import { accessListLine } from '../access-list-line.ts'
import { type Edit, section, wideningCost } from './edit.ts'
import type { Side } from './side.ts'

/* What is protected: both ends must name the same traffic, and wrap it alike (ios-semantics §4.4, §5). */

type Entry = Pick<AccessListEntry, 'action' | 'source' | 'destination'>

/** A list that a crypto map entry goes by, with the flows that it makes. */
interface MapList {
  readonly list: AccessList
  readonly flow: ProtectedFlow
  readonly siblings: readonly ProtectedFlow[]
  /** Traffic of other entries of this router's crypto maps: nothing may be taken from them. */
  readonly others: readonly ProtectedFlow[]
}

/** The words before the name of an access list where something else than its definition goes by it. */
const usingWords: readonly string[] = ['access-group', 'access-class', 'address', 'list', 'distribute-list', 'filter']

/** Whether more goes by a list than one crypto map entry: a filter, NAT, another entry. What is added to it would count there too. */
const isUsedElsewhere = ({ texts }: LabRouter, { name }: AccessList): boolean => {
  const uses = texts
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => {
      const words = line.trim().split(/\s+/)
      const at = words.indexOf(name, 1)
      return at > 0 && words.slice(0, at).some((word) => usingWords.includes(word.toLowerCase()))
    })
  return uses.length > 1
}

const mapListOf = ({ router, flow }: Side): MapList | null => {
  if (flow?.kind !== 'crypto-map') return null
  const { ipsec } = router.configuration
  const entry = ipsec.cryptoMaps.find(({ name, sequence }) => `${name} ${sequence}` === flow.map)
  const list = ipsec.accessLists.find(({ name }) => name === entry?.accessList)
  if (!list || isUsedElsewhere(router, list)) return null
  const flows = protectedFlows(ipsec).filter(({ kind }) => kind === 'crypto-map')
  return {
    list,
    flow,
    siblings: flows.filter(({ map }) => map === flow.map),
    others: flows.filter(({ map }) => map !== flow.map),
  }
}

const isEverything = ({ mask, protocol }: AccessListEntry['source']): boolean => mask === '0.0.0.0' && protocol === 0

/** The entry of this end for a flow of the other one. */
const mirrorOf = ({ localProxy, remoteProxy }: ProtectedFlow): Entry => ({
  action: 'permit',
  source: remoteProxy,
  destination: localProxy,
})

const flowOf = ({ source, destination }: Entry): Pick<ProtectedFlow, 'localProxy' | 'remoteProxy'> => ({
  localProxy: source,
  remoteProxy: destination,
})

const covers = (flow: Pick<ProtectedFlow, 'localProxy' | 'remoteProxy'>, { source, destination }: Entry): boolean =>
  proxyCovers(flow.localProxy, source) && proxyCovers(flow.remoteProxy, destination)

const meets = ({ localProxy, remoteProxy }: ProtectedFlow, { source, destination }: Entry): boolean =>
  proxiesMeet(localProxy, source) && proxiesMeet(remoteProxy, destination)

/**
 * The access list of this end mirrors what the other one protects: by an entry more, or by one in the place of its own,
 * which then takes protection from traffic. The lines bear no numbers: a running router may have others than its text.
 */
export const mirrorEdits = (own: Side, other: Side): readonly Edit[] => {
  const mine = mapListOf(own)
  if (mine === null || other.flow?.kind !== 'crypto-map') return []
  const wanted = mirrorOf(other.flow)
  // To take all traffic of an interface is no repair of a tunnel.
  if (isEverything(wanted.source) && isEverything(wanted.destination)) return []
  if (mine.others.some((flow) => meets(flow, wanted))) return []
  return [...addition(own, other, mine, wanted), ...replacement(own, other, mine, wanted)]
}

const addition = (own: Side, other: Side, { list, siblings }: MapList, wanted: Entry): readonly Edit[] => {
  if (siblings.some((flow) => covers(flow, wanted))) return []
  const header = `ip access-list extended ${list.name}`
  const line = accessListLine(wanted)
  return [
    {
      router: own.router.name,
      subject: `${header} ${line}`,
      paste: section(header, [line]),
      undo: section(header, [`no ${line}`]),
      text: `${own.router.name}: access list ${list.name} mirrors what ${other.router.name} protects as well (${line})`,
      cost: 3,
      widens: null,
    },
  ]
}

/** What else the other end offers that only this entry takes: it keeps an entry. */
const kept = ({ router, flow }: Side, gone: ProtectedFlow, wanted: Entry, rest: readonly ProtectedFlow[]) =>
  protectedFlows(router.configuration.ipsec)
    .filter(({ map }) => map === flow?.map)
    .map(mirrorOf)
    .filter((entry) => covers(gone, entry) && ![flowOf(wanted), ...rest].some((each) => covers(each, entry)))

/** Of the last entry only: then its place is known, and whoever takes it back puts it where it was. */
const replacement = (own: Side, other: Side, { list, flow, siblings }: MapList, wanted: Entry): readonly Edit[] => {
  const before = list.entries.at(-1)
  if (before?.at !== flow.at) return []
  if (covers(flowOf(wanted), { ...wanted, source: flow.localProxy, destination: flow.remoteProxy })) return []
  const header = `ip access-list extended ${list.name}`
  const others = siblings.filter((each) => each !== flow)
  const lines = [wanted, ...kept(other, flow, wanted, others)].map(accessListLine)
  const [old, fresh] = [accessListLine(before), lines.join(', ')]
  return [
    {
      router: own.router.name,
      subject: `${header} ${old}`,
      // The new one first: the list is never without an entry.
      paste: section(header, [...lines, `no ${old}`]),
      undo: section(header, [old, ...lines.map((line) => `no ${line}`)]),
      text: `${own.router.name}: access list ${list.name} mirrors what ${other.router.name} protects (${fresh} in place of ${old})`,
      cost: 9 + wideningCost / 2,
      widens: `traffic that only the entry ${old} of ${own.router.name} names is no longer protected`,
    },
  ]
}

/** A tunnel interface wraps its packets as that of the other end does. */
export const tunnelModeEdits = (own: Side, other: Side): readonly Edit[] => {
  const [mine, theirs] = [own.flow?.kind, other.flow?.kind]
  if (!own.flow || mine === theirs || mine === 'crypto-map' || theirs === undefined || theirs === 'crypto-map')
    return []
  const modes = { 'gre-tunnel': 'tunnel mode gre ip', 'ipsec-tunnel': 'tunnel mode ipsec ipv4' } as const
  const header = `interface ${own.flow.interface}`
  const line = modes[theirs]
  return [
    {
      router: own.router.name,
      subject: `${header} tunnel mode`,
      paste: section(header, [line]),
      undo: section(header, [modes[theirs === 'gre-tunnel' ? 'ipsec-tunnel' : 'gre-tunnel']]),
      text: `${own.router.name}: ${own.flow.interface} wraps its packets as that of ${other.router.name} does (${line})`,
      cost: 4,
      widens: null,
    },
  ]
}
