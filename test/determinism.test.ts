import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exampleNames, proveExample } from './support/examples.ts'

const contents = async (name: string): Promise<Readonly<Record<string, string>>> => {
  const { out, files, folder, dispose } = await proveExample(name)
  try {
    return {
      'standard output': out,
      ...Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file)).toString('latin1')])),
    }
  } finally {
    dispose()
  }
}

const ofDirection = (router: string): readonly string[] =>
  [
    'R1.debug',
    'R2.debug',
    'exchange.pcapng',
    'trace.json',
    'wireshark/esp_sa',
    'wireshark/ikev1_decryption_table',
    'wireshark/ikev2_decryption_table',
    'wireshark/preferences',
    'wireshark/tshark.sh',
  ].map((file) => `${router}-initiates/${file}`)

it.each(exampleNames)('%s: two runs leave the same bytes in every file', async (name) => {
  const first = await contents(name)
  // A direction that depends on an unknown leaves the other cases in folders of their own.
  const ofFirstCases = Object.keys(first).filter((file) => !file.includes('/otherwise-'))
  expect(ofFirstCases.sort()).toEqual(
    [
      'standard output',
      'junit.xml',
      'report.html',
      'verdict.json',
      'verdict.md',
      'verdict.sarif',
      ...ofDirection('R1'),
      ...ofDirection('R2'),
    ].sort(),
  )
  const second = await contents(name)
  for (const [file, content] of Object.entries(first)) expect(second[file] === content, file).toBe(true)
})
