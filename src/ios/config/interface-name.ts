import { type Kind, prefixes } from './kinds.ts'

const types = [
  'Ethernet',
  'FastEthernet',
  'GigabitEthernet',
  'TenGigabitEthernet',
  'Serial',
  'Loopback',
  'Tunnel',
  'Vlan',
  'Port-channel',
  'Virtual-Template',
  'Dialer',
  'Null',
  'BVI',
]
const byPrefix = prefixes(types)

/** `e` → `Ethernet`; a type that is not in the list stays as it was written, an ambiguous one is undefined. */
function expandType(type: string): string | undefined {
  const candidates = byPrefix.get(type.toLowerCase())
  if (candidates === undefined) return type
  return candidates.length === 1 ? candidates[0] : undefined
}

/** An interface with its number: `e0/0`, `Ethernet0/0` and `ethernet0/0` are all `Ethernet0/0`. */
export const interfaceName: Kind<string> = {
  expected: 'an interface such as Ethernet0/0',
  shape: 'word',
  read: (text) => {
    const match = /^([A-Za-z][A-Za-z-]*)(\d[\d/.:]*)$/.exec(text)
    const type = match?.[1] === undefined ? undefined : expandType(match[1])
    return type === undefined ? undefined : `${type}${match?.[2]}`
  },
}

/** The type alone, for `interface Ethernet 0/0`. */
export const interfaceType: Kind<string> = {
  expected: 'an interface type such as Ethernet',
  shape: 'word',
  read: (text) => (/^[A-Za-z][A-Za-z-]*$/.test(text) ? expandType(text) : undefined),
}

/** The number alone. */
export const interfaceNumber: Kind<string> = {
  expected: 'an interface number such as 0/0',
  shape: 'word',
  read: (text) => (/^\d[\d/.:]*$/.test(text) ? text : undefined),
}
