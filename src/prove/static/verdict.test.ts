import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exampleFolder } from '../../../test/support/examples.ts'
import { labOf } from '../../../test/support/scenario-folder.ts'
import { prove } from '../prove.ts'

/** An example in which R2's tunnel begins at its loopback, to which R1's way leads into the tunnel itself. */
const withoutWayBack = (name: string, change: (text: string) => string): ReturnType<typeof labOf> => {
  const folder = exampleFolder(name)
  const files = Object.fromEntries(
    readdirSync(folder)
      .filter((file) => /\.(cfg|yaml)$/.test(file))
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  )
  const moved = (text = ''): string =>
    change(text)
      .replace('tunnel source Ethernet0/0', 'tunnel source Loopback0')
      .replace('identity local address 192.168.0.2', 'identity local address 192.168.200.1')
  const towards = (text = ''): string =>
    text
      .replace('tunnel destination 192.168.0.2', 'tunnel destination 192.168.200.1')
      .replace('remote address 192.168.0.2 ', 'remote address 192.168.200.1 ')
  return labOf({ files: { ...files, 'R1.cfg': towards(files['R1.cfg']), 'R2.cfg': moved(files['R2.cfg']) } })
}

const fromR2 = (lab: ReturnType<typeof labOf>): unknown => {
  const direction = prove(lab).verdict.tunnels[0]?.directions.find(({ initiator }) => initiator === 'R2')
  return [direction?.outcome, direction?.stage, direction?.rejectedBy, direction?.cause?.code]
}

describe('a responder whose answers are lost', () => {
  it('refuses the first message all the same', () => {
    expect(fromR2(withoutWayBack('ikev1-no-common-policy', (text) => text))).toEqual([
      'down',
      'MM1',
      'R1',
      'no-common-policy',
    ])
    expect(fromR2(withoutWayBack('ikev2-certificates', (text) => text.replace(' group 2', ' group 14')))).toEqual([
      'down',
      'IKE_SA_INIT request',
      'R1',
      'no-common-ikev2-proposal',
    ])
  })

  it('is a way that is not there where it would answer', () => {
    expect(fromR2(withoutWayBack('ikev2-certificates', (text) => text))).toEqual([
      'down',
      'IKE_SA_INIT request',
      null,
      'peer-unreachable',
    ])
  })
})
