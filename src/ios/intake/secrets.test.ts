import { describe, expect, it } from 'vitest'
import { readRecording } from './outputs.ts'
import { withoutKeys } from './secrets.ts'

const key = (label: string): readonly string[] => [
  `-----BEGIN ${label}-----`,
  'Proc-Type: 4,ENCRYPTED',
  'DEK-Info: DES-EDE3-CBC,0011223344556677',
  '',
  'c2VjcmV0c2VjcmV0c2VjcmV0',
  'c2Vj=',
  `-----END ${label}-----`,
]

describe('private keys are taken out of what is read', () => {
  it.each(['RSA PRIVATE KEY', 'EC PRIVATE KEY', 'PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'PKCS12'])('%s', (label) => {
    const { lines, keys } = withoutKeys(['% Key name: K', ...key(label), 'hostname R1'])
    expect(lines).toEqual(['% Key name: K', ...key(label).map(() => ''), 'hostname R1'])
    expect(keys).toEqual([{ from: 2, to: 8 }])
  })

  it('one that breaks off ends where a line is none of a key', () => {
    const { lines, keys } = withoutKeys([...key('RSA PRIVATE KEY').slice(0, 5), '', '% CA certificate:', 'c2Vj'])
    expect(lines).toEqual(['', '', '', '', '', '', '% CA certificate:', 'c2Vj'])
    expect(keys).toEqual([{ from: 1, to: 5 }])
  })

  it('certificates and public keys stay', () => {
    const lines = [
      '-----BEGIN PUBLIC KEY-----',
      'AAAA',
      '-----END PUBLIC KEY-----',
      '-----BEGIN CERTIFICATE-----',
      'AAAA',
    ]
    expect(withoutKeys(lines)).toEqual({ lines, keys: [] })
  })

  it.each([
    ['R1(config)#crypto pki export TP pem terminal 3des HIDDEN', 'R1(config)#crypto pki export TP pem terminal 3des'],
    ['crypto key export rsa K pem terminal aes HIDDEN', 'crypto key export rsa K pem terminal aes'],
    ['R1(config)#cry ca exp TP pem url nvram: 3des HIDDEN', 'R1(config)#cry ca exp TP pem url nvram: 3des'],
    ['R1(config)#crypto pki export TP pkcs12 terminal HIDDEN', 'R1(config)#crypto pki export TP pkcs12 terminal'],
  ])('and so are the words that protect them: %s', (line, kept) => {
    expect(withoutKeys([line]).lines).toEqual([kept])
  })

  it('nothing of them stands in what is kept of a file', () => {
    const text = [
      'R1(config)#crypto pki export TP pem terminal 3des HIDDEN',
      ...key('RSA PRIVATE KEY'),
      'R1(config)#end',
    ]
    expect(JSON.stringify(readRecording(text.join('\r\n'), 'x'))).not.toMatch(/c2Vj|HIDDEN|DEK-Info/)
  })
})
