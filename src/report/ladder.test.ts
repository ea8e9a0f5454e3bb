import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exampleFolder, exampleNames } from '../../test/support/examples.ts'
import { readLab } from '../lab/index.ts'
import { prove } from '../prove/index.ts'
import { type Ladder, type LadderRow, ladderOf } from './ladder.ts'
import { bandsOf, firstDifference } from './ladder-difference.ts'

const laddersOf = (name: string): readonly Ladder[] =>
  prove(readLab([exampleFolder(name)]))
    .runs.filter(({ otherwise }) => otherwise === 0)
    .map(({ run }) => ladderOf(run))

const pairOf = (name: string): readonly [Ladder, Ladder] => {
  const [left, right] = laddersOf(name)
  if (!left || !right) throw new Error(`${name} has no two directions`)
  return [left, right]
}

/** The rows where two ladders part, in words. */
const difference = (name: string): readonly string[] | null => {
  const [left, right] = pairOf(name)
  const found = firstDifference(left, right)
  if (found === null) return null
  const words = (row: LadderRow | undefined): string =>
    row?.kind === 'decision' ? row.what : row?.kind === 'rejection' ? row.what : '?'
  return found.kind === 'decision'
    ? [words(left.rows[found.left]), words(right.rows[found.right])]
    : [words((found.side === 'left' ? left : right).rows[found.row])]
}

describe('the ladder of a direction', () => {
  it('has each message once, in order, with what it holds', () => {
    const [up, down] = pairOf('ikev1-asymmetric-trustpoints')
    const told = ({ rows }: Ladder): readonly string[] =>
      rows.flatMap((row) => (row.kind === 'message' ? [`${row.from} ${row.message} ${row.payloads.join(' ')}`] : []))
    expect(told(up)).toEqual([
      'R1 MM1 SA VID(RFC3947) VID(NAT-T-07) VID(NAT-T-03) VID(NAT-T-02n)',
      'R2 MM2 SA VID(RFC3947)',
      'R1 MM3 KE NONCE CERTREQ VID(UNITY) VID(DPD) VID(XAUTH) NAT-D NAT-D',
      'R2 MM4 KE NONCE CERTREQ CERTREQ CERTREQ CERTREQ CERTREQ CERTREQ CERTREQ VID(UNITY) VID(DPD) VID(XAUTH) NAT-D NAT-D',
      'R1 MM5 ID CERT SIG NOTIFY(INITIAL_CONTACT)',
      'R2 MM6 ID CERT SIG',
      'R1 QM1 HASH SA NONCE ID ID',
      'R2 QM2 HASH SA NONCE ID ID',
      'R1 QM3 HASH',
    ])
    expect(told(down).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'R2 MM1',
      'R1 MM2',
      'R2 MM3',
      'R1 MM4',
      'R2 MM5',
    ])
  })

  it('shows what is inside an encrypted message of IKEv2', () => {
    const [ladder] = pairOf('ikev2-certificates')
    const request = ladder.rows.find((row) => row.kind === 'message' && row.message === 'IKE_AUTH request')
    expect(request).toMatchObject({ encrypted: true, payloads: expect.arrayContaining(['IDi', 'CERT', 'AUTH', 'TSi']) })
  })

  it('counts the repetitions of a message that nobody answers', () => {
    const [, down] = pairOf('ikev1-asymmetric-trustpoints')
    expect(down.rows.filter((row) => row.kind === 'message').at(-1)).toMatchObject({ message: 'MM5', sent: 6 })
  })

  it('counts the negotiations that begin anew after a refusal, and does not draw them', () => {
    const [, down] = pairOf('ikev2-half-open')
    expect(down.rows.at(-1)).toMatchObject({ kind: 'again', router: 'R2', times: 1, sameEnd: true })
    expect(down.rows.filter((row) => row.kind === 'message' && row.message === 'IKE_SA_INIT request')).toHaveLength(1)
  })

  it.each([
    ['{ count: 1 }', []],
    ['{ count: 2 }', [1]],
    ['{ count: 5 }', [4]],
    ['{}', [1]],
  ])('as often as a scenario asks for: ping %s', (ping, times) => {
    const folder = mkdtempSync(join(tmpdir(), 'ikewise-ping-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    cpSync(exampleFolder('ikev2-half-open'), folder, { recursive: true })
    appendFileSync(join(folder, 'lab.yaml'), `\nping: ${ping}\n`)
    const [, down] = prove(readLab([folder])).runs.filter(({ otherwise }) => otherwise === 0)
    const again = down ? ladderOf(down.run).rows.flatMap((row) => (row.kind === 'again' ? [row.times] : [])) : null
    expect(again).toEqual(times)
  })

  it('tells a router that refuses a message from one that has none to send', () => {
    const refusals = (name: string): readonly string[] =>
      laddersOf(name).flatMap(({ rows }) => rows.flatMap((row) => (row.kind === 'rejection' ? [row.what] : [])))
    expect(refusals('ikev1-asymmetric-trustpoints')).toEqual(['R1 refuses MM5'])
    expect(refusals('ikev2-no-trustpoint')).toEqual(['R1 does not send IKE_AUTH request'])
  })

  it('ends with the traffic where a tunnel is up', () => {
    const [up] = pairOf('ikev1-asymmetric-trustpoints')
    expect(up.rows.at(-1)).toMatchObject({ kind: 'traffic', from: 'R1', to: 'R2', sent: 5, received: 4 })
  })

  it.each(exampleNames)(
    '%s: every refusal and every decision before it is a row, in the order of the trace',
    (name) => {
      for (const { rows } of laddersOf(name)) {
        const order = rows
          .filter(({ kind }) => kind !== 'traffic' && kind !== 'again')
          .map(({ events: [first] }) => first)
        expect(order).toEqual([...order].sort((a, b) => (a ?? 0) - (b ?? 0)))
      }
    },
  )
})

describe('the first difference of two ladders', () => {
  it.each([
    ['ikev1-asymmetric-trustpoints', ['R1 asks for CA1 only', 'R1 asks for 7 CAs, CA2 first']],
    ['ikev2-asymmetric-trustpoints', ['R1 asks for CA1 only', 'R1 asks for 2 CAs, CA2 first']],
    ['ikev2-overlapping-profiles', ['R2 binds profile profile3', 'R2 finds the identity in its profile']],
    ['ikev1-profile-mismatch', ['R2 binds profile prof2', 'R2 does not find the identity in its profile']],
    ['ikev1-symmetric-trustpoints', ['R2 asks for 7 CAs, CA1 first', 'R2 asks for CA1 only']],
    ['ikev1-preshared-key', null],
  ])('%s', (name, expected) => expect(difference(name)).toEqual(expected))

  it.each(exampleNames)('%s: no ladder differs from itself', (name) => {
    for (const ladder of laddersOf(name)) expect(firstDifference(ladder, ladder)).toBeNull()
  })
})

it.each(exampleNames)('%s: side by side nothing is lost, and no message stands beside what is none', (name) => {
  const [left, right] = pairOf(name)
  const bands = bandsOf(left, right)
  expect(bands.flatMap((band) => band.left)).toEqual(left.rows)
  expect(bands.flatMap((band) => band.right)).toEqual(right.rows)
  for (const {
    left: [ours],
    right: [theirs],
  } of bands)
    if (ours && theirs) expect(ours.kind === 'message').toBe(theirs.kind === 'message')
})
