import { parseConfiguration } from '../ios/index.ts'
import type { Figure } from './figure.ts'
import { perSecond } from './rounds.ts'

const head = (): readonly string[] => [
  'hostname HUB',
  'ip domain name example.com',
  'crypto isakmp policy 10',
  ' encr aes',
  ' authentication pre-share',
  ' group 14',
  'crypto ipsec transform-set TS esp-aes esp-sha256-hmac',
  'interface Ethernet0/0',
  ' ip address 192.0.2.1 255.255.255.0',
]

/** One spoke of a hub: a keyring, both profiles, a tunnel, a route and an access list. */
const spoke = (number: number): readonly string[] => {
  const [high, low] = [number >> 8, number & 255]
  return [
    `crypto keyring KR${number}`,
    ` pre-shared-key address 198.18.${high}.${low} key Secret-of-spoke-${number}`,
    `crypto isakmp profile IKE${number}`,
    ` keyring KR${number}`,
    ` match identity address 198.18.${high}.${low} 255.255.255.255`,
    `crypto ipsec profile IPSEC${number}`,
    ' set transform-set TS',
    ` set isakmp-profile IKE${number}`,
    `interface Tunnel${number}`,
    ` description spoke ${number}`,
    ` ip address 10.${high}.${low}.1 255.255.255.252`,
    ' tunnel source Ethernet0/0',
    ` tunnel destination 198.18.${high}.${low}`,
    ' tunnel mode ipsec ipv4',
    ` tunnel protection ipsec profile IPSEC${number}`,
    '!',
    `ip route 172.16.${high}.${low} 255.255.255.255 Tunnel${number}`,
    `ip access-list extended SPOKE${number}`,
    ` permit ip any host 172.16.${high}.${low}`,
    ' deny ip any any',
  ]
}

/** A hub's configuration of that many lines, as those of hubs look: only descriptions mean nothing to the reader. @internal */
export const largeConfiguration = (lines: number): string => {
  const text = [...head()]
  for (let number = 1; text.length < lines; number += 1) text.push(...spoke(number))
  // Cut only where a spoke's own lines end: what is left over is comment.
  const whole = head().length + Math.floor((lines - head().length - 1) / spoke(1).length) * spoke(1).length
  return `${[...text.slice(0, whole), ...Array.from({ length: lines - whole - 1 }, () => '!'), 'end'].join('\n')}\n`
}

const lineCount = 10_000
/** Reads of 10,000 lines are long enough to be timed one by one; there need not be as many of them. */
const share = 0.1

/** Lines of configuration read in a second. */
export const configurationFigures = (rounds: number): readonly Figure[] => {
  const text = largeConfiguration(lineCount)
  const reads = perSecond(Math.ceil(rounds * share), 1, () => {
    parseConfiguration(text, { file: 'HUB.cfg' })
  })
  return [
    {
      name: `configuration of ${lineCount.toLocaleString('en-US')} lines read`,
      value: reads * lineCount,
      unit: 'lines/s',
      ratio: null,
    },
  ]
}
