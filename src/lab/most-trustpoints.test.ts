import { describe, expect, it } from 'vitest'
import { InputError, readLabTexts } from './index.ts'

const trustpoint = (index: number): string =>
  `crypto pki trustpoint TP${index}\n enrollment url http://192.0.2.${index % 8}:80\n revocation-check none\n`
const configuration = (name: string, count: number): string =>
  [
    `hostname ${name}`,
    'ip domain name example.com',
    Array.from({ length: count }, (_, index) => trustpoint(index)).join(''),
    'interface Ethernet0/0',
    ' ip address 192.0.2.9 255.255.255.0',
    'end',
    '',
  ].join('\n')
const cas = Array.from({ length: 8 }, (_, index) => `  - { name: cn=CA${index}, url: http://192.0.2.${index}:80 }`)
const scenario = ['clock: 2026-06-20T12:00:00Z', 'cas:', ...cas, 'routers:', '  R1: {}', ''].join('\n')

const errorOf = (texts: Readonly<Record<string, string>>): InputError | null => {
  try {
    readLabTexts(texts)
    return null
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
}

describe('more trustpoints than one message can ask for', () => {
  const many = configuration('R1', 20_000)
  const line = many.split('\n').indexOf(`crypto pki trustpoint TP1000`) + 1
  const told = {
    line,
    message: `R1 holds certificates of 20000 trustpoints: the limit is 1000, as one message has no room to ask for more CAs`,
  }

  it('are an error at the first that is too many, before any certificate is issued', () => {
    expect(errorOf({ 'R1.cfg': many })).toMatchObject({ file: 'R1.cfg', ...told })
    expect(errorOf({ 'R1.cfg': many, 'lab.yaml': scenario })).toMatchObject({ file: 'R1.cfg', ...told })
  })

  it('are none where the router is enrolled in few of them', () => {
    const few = scenario.replace('R1: {}', 'R1: { enrolled: [TP0, TP19999] }')
    expect(errorOf({ 'R1.cfg': many, 'lab.yaml': few })).toBeNull()
    const listing = [
      'R1#show crypto pki certificates',
      'CA Certificate',
      '  Status: Available',
      '  Certificate Serial Number (hex): 01',
      '  Issuer:',
      '    cn=CA7',
      '  Subject:',
      '    cn=CA7',
      '  Associated Trustpoints: TP7',
      'R1#',
    ]
    expect(errorOf({ 'R1.cfg': many, 'listing.txt': listing.join('\n') })).toBeNull()
  })
})
