import { describe, expect, it } from 'vitest'
import { exampleFolder, exampleNames } from '../../../test/support/examples.ts'
import { readLab } from '../../lab/index.ts'
import { prove } from '../../prove/index.ts'
import { describeIkeV2Payload, describePayload } from '../../wire/index.ts'
import { ladderOf } from '../ladder.ts'
import { type DecodedMessage, decodedMessages } from './messages.ts'

const namesIn = (message: DecodedMessage | undefined): readonly string[] | null => {
  if (!message) return null
  return message.version === 1
    ? (message.payloads?.map(describePayload) ?? null)
    : (message.payloads?.map(describeIkeV2Payload) ?? null)
}

describe('the messages of a run, decoded from their packets and decrypted', () => {
  it.each(exampleNames)('%s: hold what the ladder says', (name) => {
    for (const { run } of prove(readLab([exampleFolder(name)])).runs) {
      const decoded = decodedMessages(run)
      for (const row of ladderOf(run).rows) {
        if (row.kind !== 'message') continue
        // Of a message in fragments the last one brings the whole.
        const names = row.digests.map((digest) => namesIn(decoded.get(digest))).findLast((found) => found !== null)
        expect(names, `${run.initiator} ${row.message}`).toEqual(row.payloads)
      }
    }
  })
})
