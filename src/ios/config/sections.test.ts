import { describe, expect, it } from 'vitest'
import { accepted, everyMode, notices } from '../../../test/support/ios-configuration.ts'

function withoutPlaces(text: string): unknown {
  const { ignored: _, notices: __, ...read } = accepted(text)
  return JSON.parse(JSON.stringify(read, (key, value) => (key === 'at' ? undefined : value)))
}

describe('sections', () => {
  const reference = withoutPlaces(everyMode)
  const reindent = (by: string): string => everyMode.replace(/^ +/gm, by)

  it.each([
    ['none', ''],
    ['one blank', ' '],
    ['three blanks', '   '],
    ['a tab', '\t'],
    ['no-break spaces', '\u00a0\u00a0'],
  ])('a body may be indented by %s', (_, by) => expect(withoutPlaces(reindent(by))).toEqual(reference))

  it.each([
    ['blank lines between all lines', everyMode.replaceAll('\n', '\n\n')],
    ['trailing blanks', everyMode.replaceAll('\n', '         \n')],
    ['Windows line ends', everyMode.replaceAll('\n', '\r\n')],
    ['old Macintosh line ends', everyMode.replaceAll('\n', '\r')],
    ['a byte order mark', `\ufeff${everyMode}`],
    ['no last line end', everyMode.trimEnd()],
    ['page breaks', everyMode.replaceAll('!\n', '\f\n!\n')],
    ['an exit after each section', everyMode.replaceAll('!\n', 'exit\n')],
    ['the whole text indented', everyMode.replace(/^/gm, '    ')],
    ['crypto ca for crypto pki', everyMode.replaceAll('crypto pki', 'crypto ca')],
    [
      'capitals',
      everyMode.replace(/^( *)([a-z-]+)/gm, (_, blanks: string, word: string) => blanks + word.toUpperCase()),
    ],
  ])('are read alike with %s', (_, text) => expect(withoutPlaces(text)).toEqual(reference))

  it('a comment inside a section does not end it', () => {
    expect(accepted('crypto isakmp policy 1\n ! strong\n group 14\n').isakmpPolicies[0]?.group).toBe(14)
  })

  it("after an exclamation mark a line is the global mode's before it is the section's", () => {
    expect(accepted('crypto ikev2 keyring K\n peer X\n!\nhostname R7\n').hostname).toBe('R7')
    expect(accepted('crypto ikev2 keyring K\n peer X\n  hostname R7\n').hostname).toBe('R1')
  })

  it('a section that is opened again goes on where it ended', () => {
    const read = accepted(
      'crypto isakmp policy 1\n group 14\ncrypto isakmp policy 2\ncrypto isakmp policy 1\n hash sha256\n',
    )
    expect(read.isakmpPolicies).toMatchObject([{ priority: 1, group: 14, hash: 'sha256' }, { priority: 2 }])
  })

  it('a global command directly after an interface ends it', () => {
    const read = accepted('interface Ethernet0/0\nip address 1.1.1.1 255.0.0.0\nip route 0.0.0.0 0.0.0.0 1.1.1.2\n')
    expect(read.ipsec.routes).toMatchObject([{ via: '1.1.1.2' }])
  })
})

describe('what surrounds a configuration', () => {
  it('is kept and ignored: a session, other modes, a banner that looks like commands', () => {
    const text = `R1#show running-config
Building configuration...

Current configuration : 1234 bytes
version 15.3
banner motd ^C
crypto isakmp policy 77
^C
router ospf 1
 network 10.0.0.0 0.255.255.255 area 0
 shutdown
interface Ethernet0/0
 duplex auto
line vty 0 4
 login local
 password hunter2
end
R1#
`
    const read = accepted(text)
    expect(read.isakmpPolicies).toEqual([])
    expect(read.notices).toEqual([])
    expect(read.ignored.map(({ line }) => line)).toEqual([1, 2, 4, 5, 6, 9, 10, 11, 13, 14, 15, 16, 18])
    expect(read.ipsec.interfaces[0]?.shutdown).toBe(false)
    expect(JSON.stringify(read)).not.toContain('hunter2')
  })

  it('a banner without an end is one line', () => {
    expect(accepted('banner motd #hello\ncrypto isakmp policy 5\n').isakmpPolicies).toHaveLength(1)
  })

  it('prompts of the configuration mode and of the pager are taken off', () => {
    const text = 'R1(config)#crypto isakmp policy 1\nR1(config-isakmp)# group 14\n --More-- \b\b\b\b\b\b hash sha256\n'
    expect(accepted(text).isakmpPolicies).toMatchObject([{ priority: 1, group: 14, hash: 'sha256' }])
  })

  it('the router is named by its hostname, else by the file', () => {
    expect(accepted('crypto isakmp policy 1\nhostname LYON\n').isakmpPolicies[0]?.at?.router).toBe('LYON')
    expect(accepted('crypto isakmp policy 1\n').isakmpPolicies[0]?.at?.router).toBe('R1')
  })
})

describe('crypto lines that are not modelled', () => {
  it.each([
    'crypto engine slot 0',
    'crypto ikev2 redirect client',
    'crypto isakmp diagnose error 10',
    'crypto pki server CA',
    'crypto gdoi group G',
    'crypto dynamic-map D 10',
    'crypto logging session',
    'crypto whatever-comes-next 7',
    'no crypto ikev2 diagnose error 10',
  ])('%s is reported with its line', (line) => {
    expect(notices(`hostname R1\n${line}\n`)).toEqual([`2 not-modelled "${line}" is not modelled`])
  })

  it('a line of an IKEv2 section that is not modelled is reported, indented or not, and the others are taken', () => {
    const body = ['match identity remote address 192.168.0.2', 'aaa accounting psk list A', 'lifetime 3600']
    for (const indent of ['', ' ']) {
      const text = `crypto ikev2 profile p\n${body.map((line) => indent + line).join('\n')}\nhostname R1\n`
      expect(notices(text)).toContain('3 not-modelled "aaa accounting psk list A" is not modelled')
      expect(accepted(text).ikev2?.profiles[0]).toMatchObject({
        lifetime: 3600,
        matchIdentityRemote: [{ kind: 'address', address: '192.168.0.2', mask: '255.255.255.255' }],
      })
    }
  })

  it('a sub-command, a tunnel protection and an option unknown to the table are reported, the rest taken', () => {
    const text = `crypto isakmp profile p
 match identity host a.b
 rekey
interface Tunnel1
 tunnel source 1.1.1.1
 tunnel destination 1.1.1.2
 tunnel protection ipsec profile default ikev2-profile X
`
    expect(notices(text)).toEqual([
      '3 not-modelled "rekey" is not modelled',
      '7 not-modelled "tunnel protection ipsec profile default ikev2-profile X": what follows from "ikev2-profile" on is not modelled',
    ])
    expect(accepted(text).ipsec.interfaces[0]?.tunnel?.protection?.ipsecProfile).toBe('default')
  })

  it('keys in lines that are not modelled are blotted out', () => {
    const text =
      'crypto ikev2 client flexvpn F\n secret hush1\ncrypto isakmp client configuration group G\n key hush2\n'
    expect(JSON.stringify(accepted(text))).not.toContain('hush')
  })

  it('keys of an IKEv2 keyring stand in the keyring, and in no line that is shown', () => {
    const { ikev2, ...rest } = accepted('crypto ikev2 keyring K\n peer X\n  address 1.1.1.1\n  pre-shared-key hush1\n')
    expect(ikev2?.keyrings[0]?.peers).toMatchObject([{ name: 'X', localKey: 'hush1', remoteKey: 'hush1' }])
    expect(JSON.stringify([rest, ikev2?.keyrings[0]?.at, ikev2?.keyrings[0]?.peers[0]?.at])).not.toContain('hush')
  })

  it('lines of an access list count only when a crypto map uses it', () => {
    const list = 'ip access-list extended A\n permit tcp any any established\n'
    expect(notices(list)).toEqual([])
    const used = `${list}crypto ipsec transform-set T esp-aes esp-sha256-hmac\ncrypto map M 1 ipsec-isakmp\n match address A\n set peer 1.1.1.1\n set transform-set T\n`
    expect(notices(used)).toEqual([
      '2 not-modelled "permit tcp any any established": what follows from "established" on is not modelled',
    ])
  })
})

describe('an entry of an access list', () => {
  const list = (lines: readonly string[]): unknown =>
    withoutPlaces(['ip access-list extended 101', ...lines.map((line) => ` ${line}`), ''].join('\n'))
  const [first, second] = ['permit tcp host 10.0.0.1 eq www 10.1.0.0 0.0.255.255', 'deny ip any host 10.9.9.9']

  it.each([
    ['as it was put in', `no ${first}`],
    ['in other words for the same', 'no permit 6 10.0.0.1 0.0.0.0 eq 80 10.1.7.7 0.0.255.255'],
    ['by its number', 'no 10'],
  ])('is taken out %s', (_, line) => expect(list([first, second, line])).toEqual(list([`20 ${second}`])))

  it.each(['no permit ip any host 10.9.9.9', 'no deny ip any any', 'no deny tcp any host 10.9.9.9', 'no 30'])(
    'stays where another one is taken out: %s',
    (line) => expect(list([first, second, line])).toEqual(list([first, second])),
  )
})

describe('what is incomplete', () => {
  it('a profile without match statements is kept and noted', () => {
    expect(notices('crypto isakmp profile p\n')).toEqual([
      '1 incomplete profile p has no match statement: IOS ignores it for incoming negotiations',
    ])
  })
})
