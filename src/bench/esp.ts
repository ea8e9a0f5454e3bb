import { randomBytes } from 'node:crypto'
import { newAssociation, openEsp, type SecurityAssociation, sealEsp } from '../ipsec/index.ts'
import type { Figure } from './figure.ts'
import { cbcMessage, gcmMessage, prfs, runFloor } from './floor.ts'
import { interleaved } from './rounds.ts'
import { benchClock } from './sites.ts'

const packetLength = 1400
const ipv4 = 4
const batch = 100

type Algorithms = Pick<SecurityAssociation, 'encryption' | 'authentication'>

const anyProxy = { address: '0.0.0.0', mask: '0.0.0.0', protocol: 0, port: 0 } as const

/** Both ends of one SA. @internal */
export const associations = (
  algorithms: Algorithms,
  keymatLength: number,
): { readonly out: SecurityAssociation; readonly in: SecurityAssociation } => {
  const common = {
    ...algorithms,
    spi: randomBytes(4),
    flow: 'Tunnel1',
    mode: 'tunnel',
    localProxy: anyProxy,
    remoteProxy: anyProxy,
    lifetime: { seconds: 3600, kilobytes: Number.MAX_SAFE_INTEGER },
    created: benchClock,
    connection: 1,
    udpEncapsulation: false,
    pfsGroup: null,
    keymat: randomBytes(keymatLength),
  } as const
  return {
    out: newAssociation({ ...common, direction: 'out', local: '192.0.2.1', remote: '192.0.2.2' }),
    in: newAssociation({ ...common, direction: 'in', local: '192.0.2.2', remote: '192.0.2.1' }),
  }
}

/** What a packet grows by before it is encrypted in CBC: the trailer, and padding to the block. */
const padded = (length: number): number => Math.ceil((length + 2) / 16) * 16

const rows = [
  {
    name: 'ESP, AES-128-CBC and HMAC-SHA-256',
    algorithms: { encryption: 'esp-aes 128', authentication: 'esp-sha256-hmac' },
    ivLength: 16,
    keymatLength: 48,
    floor: () => [cbcMessage(padded(packetLength)), prfs(2, padded(packetLength))],
  },
  {
    name: 'ESP, AES-128-GCM',
    algorithms: { encryption: 'esp-gcm 128', authentication: null },
    ivLength: 0,
    keymatLength: 20,
    floor: () => [gcmMessage(packetLength)],
  },
] as const

/** Octets of inner packets that are sealed and opened again in a second, against the ciphers and HMACs alone. */
export const espFigures = (rounds: number): readonly Figure[] =>
  rows.map(({ name, algorithms, ivLength, keymatLength, floor }): Figure => {
    const ends = associations(algorithms, keymatLength)
    const inner = randomBytes(packetLength)
    const operations = floor()
    let { out, in: inbound } = ends
    const carry = (): void => {
      const sealed = sealEsp(out, inner, ipv4, randomBytes(ivLength))
      if (!sealed.ok) throw new Error(sealed.reason)
      const opened = openEsp(inbound, sealed.packet)
      if (!opened.ok) throw new Error(opened.reason)
      out = sealed.association
      inbound = opened.association
    }
    const often = (run: () => void) => (): void => {
      for (let packet = 0; packet < batch; packet += 1) run()
    }
    const [whole = 0, least = 0] = interleaved(rounds, [
      { run: often(carry) },
      { run: often(() => runFloor(operations)) },
    ])
    return {
      name: `${name}: sealed and opened, ${packetLength} octets`,
      value: (batch * packetLength) / 1000 / whole,
      unit: 'MB/s',
      ratio: whole / least,
    }
  })
