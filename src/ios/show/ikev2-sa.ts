import type { SelectorText } from '../../trace/index.ts'
import { encryptionNames, integrityNames, prfNames } from './ikev2-names.ts'
import type { IkeV2ChildState, IkeV2SaState } from './state.ts'

/** `show crypto ikev2 sa` and `show crypto ikev2 session`, plain and detailed (ios-semantics §4.9). */

const document = (...lines: readonly string[]): string => `${lines.join('\n')}\n`

const heading = 'Tunnel-id Local                 Remote                fvrf/ivrf            Status '

const statusWidth = 6

const row = ({ id, local, localPort, remote, remotePort, status }: IkeV2SaState): string =>
  [
    String(id).padEnd(9),
    `${local}/${localPort}`.padEnd(21),
    `${remote}/${remotePort}`.padEnd(21),
    'none/none'.padEnd(20),
    `${status.padEnd(statusWidth)} `,
  ].join(' ')

const unknown = 'Unknown - 0'

/** Before a proposal is agreed IOS prints the numbers that it does not have yet ([M-h]). */
const suiteText = ({ agreed, authSign, authVerify }: IkeV2SaState): string => {
  const signs = `Auth sign: ${authSign ?? unknown}, Auth verify: ${authVerify ?? unknown}`
  if (agreed === null) return `Encr: ${unknown}, PRF: ${unknown}, Hash: None, DH Grp:0, ${signs}`
  const { name, keySize } = encryptionNames[agreed.encryption]
  const hash = agreed.integrity === null ? 'None' : integrityNames[agreed.integrity]
  const size = keySize === null ? '' : ` keysize: ${keySize},`
  return `Encr: ${name},${size} PRF: ${prfNames[agreed.prf]}, Hash: ${hash}, DH Grp:${agreed.group}, ${signs}`
}

/** `Negotiation done` is [V:GENIE], the others [M-m]. */
const description = ({ status, role, agreed }: IkeV2SaState): string => {
  if (status === 'READY') return 'Negotiation done'
  if (status === 'DELETE') return 'Deleting IKE SA'
  if (role === 'responder') return 'Responder waiting for AUTH message'
  return `Initiator waiting for ${agreed === null ? 'INIT' : 'AUTH'} response`
}

const pair = (label: string, local: number, remote: number): string =>
  `${`Local ${label}`.padEnd(18)} ${String(local).padEnd(14)} ${`Remote ${label}`.padEnd(19)} ${String(remote).padEnd(10)}`

const natTexts: Readonly<Record<IkeV2SaState['behindNat'], string>> = {
  none: 'NAT-T is not detected  ',
  self: 'NAT-T is detected inside ',
  peer: 'NAT-T is detected outside ',
  both: 'NAT-T is detected inside ',
}

/** Octets of IP and UDP headers, which the configured MTU holds and the one in use does not (ios-semantics §4.10). */
const headerOctets = 28

/** Connections in software count from 1001. */
const softwareConnectionBase = 1000

/** IOS prints the same number under three labels while no request is on its way; the model has no queue of its own. */
const messageIdLines = ({ nextMessageIds: { local, remote }, window }: IkeV2SaState): readonly string[] => [
  pair('req msg id:', local, remote),
  pair('next msg id:', local, remote),
  pair('req queued:', local, remote),
  pair('window:', window.local, window.remote),
]

const detailLines = (sa: IkeV2SaState): readonly string[] => [
  `CE id: ${softwareConnectionBase + sa.id}, Session-id: ${sa.sessionId}`,
  `Status Description: ${description(sa)}`,
  `Local spi: ${sa.localSpi.toUpperCase()}       Remote spi: ${sa.remoteSpi.toUpperCase()}`,
  ...(sa.localId === null ? [] : [`Local id: ${sa.localId}`]),
  ...(sa.remoteId === null ? [] : [`Remote id: ${sa.remoteId}`]),
  ...messageIdLines(sa),
  `DPD configured for ${sa.deadPeerDetection?.interval ?? 0} seconds, retry ${sa.deadPeerDetection?.retry ?? 0}`,
  ...(sa.fragmentationMtu === null
    ? ['Fragmentation not  configured.']
    : [
        'IETF Std Fragmentation  enabled.',
        `IETF Std Fragmentation MTU in use: ${sa.fragmentationMtu - headerOctets} bytes.`,
      ]),
  'Extended Authentication not configured.',
  natTexts[sa.behindNat],
  'Cisco Trust Security SGT is disabled',
  `Initiator of SA : ${sa.role === 'initiator' ? 'Yes' : 'No'}`,
]

export interface IkeV2ShowOptions {
  readonly detail?: boolean
}

const saLines = (sa: IkeV2SaState, detail: boolean): readonly string[] => [
  heading,
  row(sa),
  ...[
    suiteText(sa),
    `Life/Active Time: ${sa.lifetime}/${sa.activeSeconds} sec`,
    ...(detail ? detailLines(sa) : []),
  ].map((line) => `      ${line}`),
]

/** `show crypto ikev2 sa [detailed]`: a table of its own for each SA. Nothing without SAs. */
export const showIkeV2Sa = (sas: readonly IkeV2SaState[], { detail = false }: IkeV2ShowOptions = {}): string =>
  sas.length === 0
    ? ''
    : document(
        ' IPv4 Crypto IKEv2  SA ',
        '',
        ...sas.flatMap((sa) => [...saLines(sa, detail), '']),
        ' IPv6 Crypto IKEv2  SA ',
        '',
      )

const selectorText = ({ start, startPort, end, endPort }: SelectorText): string =>
  `${start}/${startPort} - ${end}/${endPort}`

const hexSpi = (hex: string): string =>
  `0x${hex
    .replace(/^0x/i, '')
    .replace(/^0+(?=.)/, '')
    .toUpperCase()}`

const childEncryption = (encryption: IkeV2ChildState['encryption']): string => {
  const [, cipher = '', bits] = /^esp-(\w+)(?: (\d+))?$/.exec(encryption) ?? []
  const name = cipher === 'aes' ? 'AES-CBC' : cipher === 'gcm' || cipher === 'gmac' ? `AES-${cipher}` : cipher
  return `Encr: ${name.toUpperCase()}${bits === undefined ? '' : `, keysize: ${bits}`}`
}

const childAuthentication = (authentication: IkeV2ChildState['authentication']): string => {
  const hash = authentication?.replace(/^esp-|-hmac$/g, '').toUpperCase() ?? 'None'
  return hash === 'SHA' || hash === 'MD5' ? `${hash}96` : hash
}

const childLines = (child: IkeV2ChildState, detail: boolean): readonly string[] => {
  const [first = '', ...others] = [
    ...child.local.map((selector) => `local selector  ${selectorText(selector)}`),
    ...child.remote.map((selector) => `remote selector ${selectorText(selector)}`),
    `ESP spi in/out: ${hexSpi(child.inboundSpi)}/${hexSpi(child.outboundSpi)}  `,
    ...(detail
      ? [
          'AH spi in/out: 0x0/0x0  ',
          'CPI in/out: 0x0/0x0  ',
          `${childEncryption(child.encryption)}, esp_hmac: ${childAuthentication(child.authentication)}`,
          `ah_hmac: None, comp: IPCOMP_NONE, mode ${child.mode}`,
        ]
      : []),
  ]
  return [`Child sa: ${first}`, ...others.map((line) => `          ${line}`)]
}

const sessionStatus = (sas: readonly IkeV2SaState[]): string => {
  const ready = sas.filter(({ status }) => status === 'READY')
  if (ready.length === 0) return 'DOWN-NEGOTIATING'
  return ready.some(({ children }) => children.length > 0) ? 'UP-ACTIVE' : 'UP-IDLE'
}

const sessionLines = (sessionId: number, sas: readonly IkeV2SaState[], detail: boolean): readonly string[] => {
  const children = sas.flatMap((sa) => sa.children)
  return [
    `Session-id:${sessionId}, Status:${sessionStatus(sas)}, IKE count:${sas.length}, CHILD count:${children.length}`,
    '',
    ...sas.flatMap((sa) => saLines(sa, detail)),
    ...children.flatMap((child) => childLines(child, detail)),
    '',
  ]
}

/** `show crypto ikev2 session [detailed]`: SAs with one session ID, and their children. Nothing without SAs. */
export const showIkeV2Session = (sas: readonly IkeV2SaState[], { detail = false }: IkeV2ShowOptions = {}): string => {
  if (sas.length === 0) return ''
  const sessions = [...new Set(sas.map(({ sessionId }) => sessionId))]
  return document(
    ' IPv4 Crypto IKEv2 Session ',
    '',
    ...sessions.flatMap((id) =>
      sessionLines(
        id,
        sas.filter(({ sessionId }) => sessionId === id),
        detail,
      ),
    ),
    ' IPv6 Crypto IKEv2 Session ',
    '',
  )
}
