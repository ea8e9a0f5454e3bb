import { debugLog } from '../ios/index.ts'
import type { DirectionRun, Lab } from '../lab/index.ts'
import { tsharkCommand, wiresharkFiles, writePcapng } from '../net/index.ts'
import { commentedPackets } from './capture-comments.ts'
import { traceJson } from './trace-json.ts'

/** A file of `--out`, with its path below the folder. */
export interface OutputFile {
  readonly path: string
  readonly content: string | Uint8Array
}

const captureName = 'exchange.pcapng'

/**
 * Everything that one negotiation leaves for `--out DIR`: debug logs, the capture, Wireshark's tables, the trace.
 * `otherwise`: which of the other cases of its direction it is, from 1 on; 0 for the one of which the verdict tells.
 */
export const directionFiles = (lab: Lab, run: DirectionRun, otherwise = 0): readonly OutputFile[] => {
  const folder = `${run.initiator}-initiates${otherwise === 0 ? '' : `/otherwise-${otherwise}`}`
  const files: OutputFile[] = []
  for (const { name, configuration, clockOffset = 0 } of lab.routers) {
    if (!run.routers.has(name) || (name !== run.initiator && name !== run.responder)) continue
    files.push({
      path: `${folder}/${name}.debug`,
      content: debugLog(run.events, {
        router: name,
        timezone: configuration.timezone,
        clockOffset,
        dialect: '15.x',
      }),
    })
  }
  files.push({ path: `${folder}/${captureName}`, content: writePcapng(commentedPackets(run)) })
  for (const [name, content] of wiresharkFiles(run.keys)) files.push({ path: `${folder}/wireshark/${name}`, content })
  files.push({
    path: `${folder}/wireshark/tshark.sh`,
    content: `#!/bin/sh\n# Shows the capture decrypted; run it in the folder of ${captureName}.\n${tsharkCommand(captureName, run.keys)} "$@"\n`,
  })
  files.push({ path: `${folder}/trace.json`, content: traceJson(run) })
  return files
}
