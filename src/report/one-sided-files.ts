import type { OneSidedProof, OneSidedTunnel } from '../prove/index.ts'
import { directionFiles, type OutputFile } from './files.ts'

const folderOf = ({ tunnel }: OneSidedTunnel): string => tunnel.replace(/[^\w.-]+/g, '-')

const heading = (tunnel: OneSidedTunnel, serves: OneSidedTunnel['peers'][number]['serves']): readonly string[] => [
  '!',
  `! For the other end of ${tunnel.tunnel} of ${tunnel.router}: ${tunnel.peer}, towards ${tunnel.localAddress}.`,
  `! Made by ikewise and proved to come up where ${tunnel.router} ${serves
    .map((role) => (role === 'initiator' ? 'initiates' : 'responds'))
    .join(' and where it ')}.`,
  '! Interface, mask and route are examples, and CRLs are not asked for. The trustpoints must be enrolled.',
  '!',
]

/** The peers that were proved to come up, as configurations that can be sent to whoever runs the other end. */
export const peerConfigurations = (tunnels: readonly OneSidedTunnel[]): string =>
  tunnels
    .flatMap((tunnel) => tunnel.peers.flatMap(({ serves, lines }) => [...heading(tunnel, serves), ...lines]))
    .map((line) => `${line}\n`)
    .join('')

/** What `--out` holds of the tunnels whose peer nobody knows: the peers, and what the negotiations with them left behind. */
export const oneSidedFiles = (proofs: readonly OneSidedProof[]): readonly OutputFile[] =>
  proofs.flatMap(({ tunnel, runs }): readonly OutputFile[] => {
    const folder = folderOf(tunnel)
    const counts = new Map<string, number>()
    return [
      ...(tunnel.peers.length === 0 ? [] : [{ path: `${folder}/peer.cfg`, content: peerConfigurations([tunnel]) }]),
      ...runs.flatMap(({ role, lab, run }) => {
        const otherwise = counts.get(role) ?? 0
        counts.set(role, otherwise + 1)
        return directionFiles(lab, run, otherwise).map((file) => ({ ...file, path: `${folder}/${file.path}` }))
      }),
    ]
  })
