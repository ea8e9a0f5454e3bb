import { describe, expect, it } from 'vitest'
import { looksLikePart, stemsOfParts } from './file-stems.ts'

const crypto = ['crypto isakmp policy 10', ' encr aes']
const interfaces = ['interface Tunnel1', ' ip address 10.0.0.1 255.255.255.0']
const routes = ['ip route 0.0.0.0 0.0.0.0 192.0.2.1']

const stems = (files: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, string>> =>
  Object.fromEntries(stemsOfParts(Object.entries(files).map(([file, lines]) => ({ file, lines }))))

describe('files are parts of one router', () => {
  it.each([
    ['before a hyphen', ['R1-crypto.txt', 'R1-int.txt'], 'R1'],
    ['before an underscore, a dot or a blank', ['R1_crypto.txt', 'R1.int.txt', 'R1 routes.txt'], 'R1'],
    ['whatever their case', ['Branch-7-crypto.cfg', 'branch-7-int.cfg'], 'Branch-7'],
    ['and one has nothing else', ['R1.txt', 'R1-int.txt'], 'R1'],
    ['in one folder', ['site/R1-crypto.txt', 'site/R1-int.txt'], 'R1'],
  ])('whose names are alike %s', (_, names, stem) => {
    const texts = [crypto, interfaces, routes]
    const files = Object.fromEntries(names.map((name, index) => [name, texts[index] ?? []]))
    expect(stems(files)).toEqual(Object.fromEntries(names.map((name) => [name, stem])))
  })

  it.each([
    ['in two folders', { 'a/R1-crypto.txt': crypto, 'b/R1-int.txt': interfaces }],
    ['with numbers that go on', { 'R1-crypto.txt': crypto, 'R10-int.txt': interfaces }],
    ['without a common beginning', { 'crypto.txt': crypto, 'int.txt': interfaces }],
    ['that begin alike to another length', { 'branch-7-crypto.txt': crypto, 'branch-8-int.txt': interfaces }],
    ['with the same kind of section', { 'lab-R1.txt': [...crypto, ...interfaces], 'lab-R2.txt': crypto }],
    ['of which one is whole', { 'R1-crypto.txt': [...crypto, 'end'], 'R1-int.txt': interfaces }],
    ['of which one says its release', { 'R1-crypto.txt': ['version 15.3', ...crypto], 'R1-int.txt': interfaces }],
    ['that are one', { 'R1-crypto.txt': crypto }],
  ])('but not those %s', (_, files) => {
    expect(stems(files)).toEqual({})
  })

  it('each with its own', () => {
    expect(
      stems({
        'R1-a.txt': crypto,
        'R1-b.txt': interfaces,
        'R2-a.txt': crypto,
        'R2-b.txt': interfaces,
        'notes.txt': [],
      }),
    ).toEqual({ 'R1-a.txt': 'R1', 'R1-b.txt': 'R1', 'R2-a.txt': 'R2', 'R2-b.txt': 'R2' })
  })
})

it('a file without interfaces or without crypto may be a part', () => {
  expect(
    [crypto, interfaces, routes, [...crypto, ...interfaces]].map((lines) => looksLikePart({ file: 'x', lines })),
  ).toEqual([true, true, true, false])
})
