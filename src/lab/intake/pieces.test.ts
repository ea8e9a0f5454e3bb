import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RouterConfiguration } from '../../ios/index.ts'
import { prove } from '../../prove/index.ts'
import { InputError, type Lab, readLabTexts } from '../index.ts'

/** One router's configuration in several outputs: parts, a startup configuration, what was typed, the same once more. */

const examples = join(import.meta.dirname, '../../../examples')
const configurationOf = (example: string, name: string): string =>
  readFileSync(join(examples, example, `${name}.cfg`), 'utf8').replace(/\nend\n$/, '\n')
const r1 = configurationOf('ikev1-asymmetric-trustpoints', 'R1')
const r2 = configurationOf('ikev1-asymmetric-trustpoints', 'R2')

const asked = (name: string, command: string, body: string): string => `${name}#show ${command}\n${body}${name}#\n`
const whole = (name: string, text: string): string =>
  asked(name, 'running-config', `Building configuration...\n\nCurrent configuration : 1111 bytes\n!\n${text}end\n\n`)
const startup = (name: string, text: string): string =>
  asked(name, 'startup-config', `Using 1111 out of 262136 bytes\n!\nversion 15.3\n${text}end\n\n`)

/** As `| section PATTERN` prints it: headers that match with all below them, and of other sections the lines that match. */
const section = (text: string, pattern: RegExp): string => {
  let isShown = false
  return text
    .split('\n')
    .filter((line) => {
      if (/^\S/.test(line)) isShown = pattern.test(line)
      return (isShown && line !== '') || pattern.test(line)
    })
    .map((line) => `${line}\n`)
    .join('')
}
const include = (text: string, pattern: RegExp): string =>
  text
    .split('\n')
    .filter((line) => pattern.test(line))
    .map((line) => `${line}\n`)
    .join('')

const inPieces = (name: string, text: string): Readonly<Record<string, string>> => ({
  [`${name}-a.txt`]: asked(name, 'running-config | section crypto', section(text, /crypto/)),
  [`${name}-b.txt`]: asked(name, 'run | s interface', section(text, /interface/)),
  [`${name}-c.txt`]:
    asked(name, 'run | i ^ip route|domain', include(text, /^ip route|domain/)) +
    asked(name, 'run | section access-list|vrf', section(text, /access-list|vrf/)) +
    asked(name, 'run | inc timezone', include(text, /timezone/)),
})

/** What a configuration says, wherever it stands. */
const meaning = ({ ignored: _, notices: __, file: ___, ...said }: RouterConfiguration): unknown =>
  JSON.parse(JSON.stringify(said, (key, value) => (key === 'at' ? undefined : value)))

const first = ({ routers: [router] }: Lab): RouterConfiguration => {
  if (!router) throw new Error('a lab without a router')
  return router.configuration
}

const errorOf = (texts: Readonly<Record<string, string>>): InputError => {
  try {
    readLabTexts(texts)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('the inputs were accepted')
}

const sourcesOf = (lab: Lab): readonly string[] =>
  lab.sources.map(({ kind, text, file }) => `${kind}: ${text}${file === null ? '' : ` (${file})`}`)

describe('a configuration in parts is read as the whole', () => {
  const named = readdirSync(examples).filter((name) => {
    const files = readdirSync(join(examples, name))
    return files.includes('R1.cfg') && files.includes('R2.cfg')
  })
  it.each(named)('%s', (example) => {
    for (const name of ['R1', 'R2']) {
      const text = configurationOf(example, name)
      const read = first(readLabTexts(inPieces(name, text)))
      expect(meaning(read)).toEqual(meaning(first(readLabTexts({ [`${name}.cfg`]: whole(name, text) }))))
    }
  })

  it('and every line keeps its file and its number', () => {
    const texts = inPieces('R1', r1)
    const lab = readLabTexts(texts)
    const { trustpoints, isakmpProfiles, ipsec } = first(lab)
    for (const { at } of [...trustpoints, ...isakmpProfiles, ...ipsec.interfaces])
      expect(texts[at.file]?.split('\n')[at.line - 1]).toBe(at.text)
    expect(sourcesOf(lab)).toContain('configuration: a part of the configuration of R1 (| s interface) (R1-b.txt)')
    expect(sourcesOf(lab)).toContainEqual(expect.stringMatching(/^assumed: R1 has nothing but what its outputs show/))
  })

  it('and proves what the whole proves', () => {
    const outcomes = (texts: Readonly<Record<string, string>>): unknown =>
      prove(readLabTexts(texts)).verdict.tunnels.map(({ directions }) =>
        directions.map(({ initiator, outcome, stage, cause }) => [initiator, outcome, stage, cause?.code]),
      )
    expect(outcomes({ ...inPieces('R1', r1), ...inPieces('R2', r2) })).toEqual(
      outcomes({ 'R1.cfg': whole('R1', r1), 'R2.cfg': whole('R2', r2) }),
    )
  })

  it('and says so where the order of what is defined is only that of the outputs', () => {
    const said = 'trustpoints and profiles are defined in the order of the outputs'
    const one = asked('R1', 'run | s crypto', section(r1, /crypto/))
    const several =
      asked('R1', 'run | s trustpoint IOSCA2', section(r1, /trustpoint IOSCA2/)) +
      asked('R1', 'run | s trustpoint IOSCA1', section(r1, /trustpoint IOSCA1/)) +
      asked('R1', 'run | s isakmp|ipsec', section(r1, /isakmp|ipsec/))
    const { 'R1-b.txt': interfaces = '', 'R1-c.txt': rest = '' } = inPieces('R1', r1)
    expect(sourcesOf(readLabTexts({ a: one + interfaces + rest })).join('\n')).not.toContain(said)
    expect(sourcesOf(readLabTexts({ a: several + interfaces + rest })).join('\n')).toContain(said)
  })

  it('single interfaces too', () => {
    const interfaces = ['Loopback0', 'Tunnel1', 'Ethernet0/0'].map((name) =>
      asked(
        'R1',
        `run int ${name.slice(0, 2)}${name.replace(/^\D+/, '')}`,
        `Building configuration...\n\n${section(r1, new RegExp(`^interface ${name}`))}end\n\n`,
      ),
    )
    const session = asked('R1', 'run | s crypto', section(r1, /crypto/)) + interfaces.join('')
    const rest = asked('R1', 'run | i route|domain|zone', include(r1, /^ip route|domain|zone/))
    expect(meaning(first(readLabTexts({ 'all.log': session + rest })))).toEqual(
      meaning(first(readLabTexts({ 'R1.cfg': whole('R1', r1) }))),
    )
  })
})

describe('a part that lacks what a verdict rests on asks for it', () => {
  const { 'R1-a.txt': crypto = '', 'R1-b.txt': interfaces = '', 'R1-c.txt': rest = '' } = inPieces('R1', r1)
  it.each([
    ['interfaces', { 'a.txt': crypto, 'c.txt': rest }, 'section interface'],
    [
      'trustpoints',
      {
        'a.txt': crypto
          .replaceAll(/crypto pki[^!]*?(?=crypto isakmp)/g, '')
          .replace('| section crypto', '| section crypto i')
          .replace(/ +ca trust-point.*\n/, ''),
        'b.txt': interfaces,
        'c.txt': rest,
      },
      'section crypto',
    ],
    [
      'the domain of the name that it sends',
      { 'a.txt': crypto.replaceAll(/ fqdn .*\n/g, ''), 'b.txt': interfaces },
      'include domain',
    ],
    [
      'the route to its peer',
      { 'a.txt': crypto, 'b.txt': interfaces.replace('destination 192.168.0.2', 'destination 203.0.113.2') },
      'include ^ip route',
    ],
    [
      'the interface at which the tunnel starts',
      {
        'a.txt': crypto,
        'b.txt': asked('R1', 'run interface Tunnel1', section(r1, /interface Tunnel1/)),
        'c.txt': rest,
      },
      'the output that shows it',
    ],
    [
      'whole sections',
      { 'a.txt': asked('R1', 'run | include crypto|tunnel', include(r1, /crypto|tunnel/)) },
      'section crypto',
    ],
  ])('%s', (_, texts, remedy) => {
    expect(errorOf(texts).remedy).toContain(remedy)
  })

  it('a name that nothing explains is said to be perhaps in what was left out', () => {
    const error = errorOf({ 'b.txt': interfaces })
    expect(error.message).toContain('unknown ipsec profile "prof1"')
    expect(error.remedy).toContain('given in part: show run | s interface')
  })

  it('what the parts would show and do not is not asked for', () => {
    const lab = readLabTexts({
      'a.txt': crypto.replaceAll(/ fqdn .*\n/g, ''),
      'b.txt': interfaces,
      'c.txt': rest.replace(/ip domain.*\n/, ''),
    })
    expect(first(lab).domainName).toBeUndefined()
  })
})

describe('an output that breaks off before its end', () => {
  const cut = (before: RegExp): string => {
    const text = whole('R1', r1)
    return `${text.slice(0, text.search(before))} --More-- \nR1#\n`
  }

  it('counts, and what may come behind is taken to be absent', () => {
    const lab = readLabTexts({ 'a.txt': cut(/^ip route/m) })
    expect(first(lab).ipsec.routes).toEqual([])
    expect(sourcesOf(lab)).toContainEqual(
      expect.stringMatching(/^assumed: R1 has nothing but .*breaks off before its `end`\): no other `ip route`$/),
    )
  })

  it.each([
    ['the interface that the tunnel protects', /^interface Loopback0/m, 'section interface'],
    ['the interface at which the tunnel starts', /^interface Ethernet/m, 'the output that shows it'],
  ])('is asked for the rest where it lacks %s', (_, before, remedy) => {
    const error = errorOf({ 'a.txt': cut(before) })
    expect(error.message).toContain('breaks off before its `end`')
    expect(error.remedy).toContain(remedy)
  })

  it('adds up with the parts that follow', () => {
    const rest = asked('R1', 'run | i ^ip route', include(r1, /^ip route/))
    expect(meaning(first(readLabTexts({ 'a.txt': cut(/^ip route/m) + rest })))).toEqual(
      meaning(first(readLabTexts({ 'R1.cfg': whole('R1', r1) }))),
    )
  })
})

describe('outputs of one router', () => {
  it('that say the same are one', () => {
    const lab = readLabTexts({ 'a.txt': whole('R1', r1), 'b.txt': whole('R1', r1.replace('Simulate LAN', 'the LAN')) })
    expect(lab.routers).toHaveLength(1)
    expect(sourcesOf(lab)).toContain('configuration: the configuration of R1 once more: it says the same (b.txt)')
  })

  const other = (from: string | RegExp, to: string): string => whole('R1', r1.replace(from, to))
  const second = ' ca trust-point IOSCA2\n'
  it.each([
    ['a value', other('encr 3des', 'encr aes'), ' encr 3des', 'crypto isakmp policy 10', ' encr aes'],
    [
      'a line that one lacks',
      other(/ +ca trust-point.*\n/, ''),
      '  ca trust-point IOSCA1',
      'crypto isakmp profile prof1',
      null,
    ],
    [
      'an order',
      other('  match identity', `${second}  match identity`),
      second.trimEnd(),
      'crypto isakmp profile prof1',
      '  ca trust-point IOSCA1',
    ],
    ['a section that one lacks', asked('R1', 'run | section isakmp policy', ''), 'crypto isakmp policy 10', null, null],
    ['a setting', other('name cisco.com', 'name x.org'), 'ip domain name cisco.com', null, 'ip domain name x.org'],
  ])('that contradict each other in %s name both places', (_, text, here, under, there) => {
    const texts: Readonly<Record<string, string>> = { 'a.txt': whole('R1', r1), 'b.txt': text }
    const error = errorOf(texts)
    const lineOf = (file: string, line: string | null): number =>
      (texts[file]?.split('\n') ?? []).indexOf(line ?? '') + 1
    expect([error.file, error.line]).toContainEqual(lineOf(error.file, here))
    expect(error.message).toContain(`"${here.trim()}"${under === null ? '' : ` of "${under}"`} stands here`)
    const away = error.file === 'a.txt' ? 'b.txt' : 'a.txt'
    expect(error.message).toMatch(
      there === null
        ? new RegExp(`${away}:\\d+ has no such line`)
        : `${away}:${lineOf(away, there)} has "${there.trim()}"`,
    )
  })

  it('that contradict each other in a key show none of it', () => {
    const withKeys = (key: string): string =>
      whole(
        'R1',
        `${r1.replace(/end\s*$/, '')}crypto isakmp key ${key}1 address 192.0.2.9\ncrypto keyring site\n pre-shared-key address 192.0.2.7 key ${key}2\nend\n`,
      )
    for (const only of [/^crypto isakmp key.*\n/m, /^crypto keyring.*\n.*\n/m]) {
      const error = errorOf({
        'a.txt': withKeys('copper').replace(only, ''),
        'b.txt': withKeys('lantern').replace(only, ''),
      })
      expect(error.message).toContain('contradict each other')
      expect(JSON.stringify([error.message, error.text, error.remedy])).not.toMatch(/copper|lantern/)
    }
  })

  it('written by hand add up where none sets what another sets', () => {
    const base = 'hostname R1\ninterface Tunnel1\n ip address 10.0.0.1 255.255.255.0\n tunnel source 192.0.2.1\n'
    const more = 'hostname R1\ninterface Tunnel1\n tunnel destination 192.0.2.2\n'
    const [tunnel] = first(readLabTexts({ 'a.cfg': base, 'b.cfg': more })).ipsec.interfaces
    expect(tunnel?.tunnel).toMatchObject({ source: '192.0.2.1', destination: '192.0.2.2' })
    expect(errorOf({ 'a.cfg': base, 'b.cfg': `${more} tunnel source 192.0.2.9\n` }).message).toContain(
      'b.cfg:4 has "tunnel source 192.0.2.9"',
    )
  })

  it('what it runs counts, and not what it would start with', () => {
    const old = r1.replace('encr 3des', 'encr aes')
    for (const texts of [
      { 'a.txt': whole('R1', r1) + startup('R1', old) },
      { 'startup.txt': startup('R1', old), 'running.txt': whole('R1', r1) },
    ]) {
      const lab = readLabTexts(texts)
      expect(first(lab).isakmpPolicies[0]?.encryption).toEqual({ cipher: '3des' })
      expect(sourcesOf(lab)).toContainEqual(
        expect.stringMatching(/^not-read: the startup configuration of R1 does not/),
      )
    }
  })

  it('where only a part of what it runs was shown, the startup configuration gives the rest', () => {
    const old = `${r1.replace('encr 3des', 'encr aes')}crypto isakmp policy 20\n encr aes\n`
    const lab = readLabTexts({
      'a.txt': asked('R1', 'run | section crypto', section(r1, /crypto/)),
      'b.txt': startup('R1', old),
    })
    // Policy 20 would have been shown, had the router had it.
    expect(meaning(first(lab))).toEqual(meaning(first(readLabTexts({ 'R1.cfg': whole('R1', r1) }))))
    expect(sourcesOf(lab)).toContainEqual(expect.stringMatching(/where no output shows what it runs \(b\.txt\)$/))
  })

  it('what was typed counts on top of what was shown before it', () => {
    const typed =
      "R1#conf t\nR1(config)#crypto isakmp profile prof1\nR1(conf-isa-prof)#no ca trust-point IOSCA1\nR1(conf-isa-prof)#ca trust-piont X\n                                ^\n% Invalid input detected at '^' marker.\n\nR1(conf-isa-prof)#ca trust-point IOSCA2\nR1(conf-isa-prof)#end\nR1#wr\nBuilding configuration...\n[OK]\nR1#\n"
    const lists = (text: string): unknown =>
      first(readLabTexts({ 'a.log': text })).isakmpProfiles[0]?.caTrustPoints.map(({ name }) => name)
    expect(lists(whole('R1', r1) + typed)).toEqual(['IOSCA2'])
    const shownAgain = whole('R1', r1.replace('ca trust-point IOSCA1', 'ca trust-point IOSCA2'))
    expect(lists(whole('R1', r1) + typed + shownAgain)).toEqual(['IOSCA2'])
    expect(lists(typed + whole('R1', r1))).toEqual(['IOSCA1'])
  })

  it('a file without a name is of the router of which its own name tells', () => {
    const lab = readLabTexts({
      'R1-crypto.txt':
        asked('R1', 'run | s crypto', section(r1, /crypto/)) +
        asked('R1', 'run | i domain|route', include(r1, /domain|^ip route/)),
      'interfaces-of-R1.txt': section(r1, /interface/),
      'R2.txt': whole('R2', r2),
    })
    expect(lab.routers.map(({ name }) => name)).toEqual(['R1', 'R2'])
  })

  it('a line whose section was not shown is left out, and that is said', () => {
    const map = `crypto map VPN 10 ipsec-isakmp\n set peer 192.0.2.2\n match address 101\n`
    const lan = 'interface Ethernet0/0\n ip address 192.0.2.1 255.255.255.0\n crypto map VPN\n'
    const lab = readLabTexts({
      'a.txt': asked('R1', 'run | s crypto', `${map}${section(r1, /crypto/)} crypto map VPN\n`),
      'b.txt':
        asked('R1', 'run | s interface', lan) + asked('R1', 'run | s list', 'access-list 101 permit ip any any\n'),
    })
    expect(sourcesOf(lab)).toContain('not-read: 1 line of sections whose header the output leaves out (a.txt)')
  })
})

describe('files without a host name', () => {
  const parts = {
    crypto: section(r1, /crypto/),
    interfaces: section(r1, /interface/),
    routes: include(r1, /^ip route/),
  }
  const outcomes = (lab: Lab): unknown =>
    prove(lab).verdict.tunnels.map(({ directions }) =>
      directions.map(({ initiator, outcome, stage, cause }) => [initiator, outcome, stage, cause?.code]),
    )

  it('whose names begin alike are parts of one router, and that is told', () => {
    const lab = readLabTexts({
      'R1-crypto.txt': parts.crypto,
      'R1-int.txt': parts.interfaces,
      'R1_routes.txt': parts.routes,
      'R2.cfg': whole('R2', r2),
    })
    expect(lab.routers.map(({ name, texts }) => [name, texts.map(({ file }) => file)])).toEqual([
      ['R1', ['R1-crypto.txt', 'R1-int.txt', 'R1_routes.txt']],
      ['R2', ['R2.cfg']],
    ])
    expect(sourcesOf(lab)).toContainEqual(
      expect.stringMatching(/^assumed: R1-crypto\.txt, R1-int\.txt and R1_routes\.txt are parts of one router, R1: /),
    )
    expect(outcomes(lab)).toEqual(outcomes(readLabTexts({ 'R1.cfg': whole('R1', r1), 'R2.cfg': whole('R2', r2) })))
    for (const { at } of first(lab).trustpoints) expect(at).toMatchObject({ router: 'R1', file: 'R1-crypto.txt' })
  })

  it('of two routers in parts make two routers', () => {
    const lab = readLabTexts({
      'R1-crypto.txt': parts.crypto,
      'R1-int.txt': parts.interfaces,
      'R2-crypto.txt': section(r2, /crypto/),
      'R2-int.txt': section(r2, /interface/),
    })
    expect(lab.routers.map(({ name }) => name)).toEqual(['R1', 'R2'])
  })

  it('that say the same kind of thing stay apart, however their names begin', () => {
    const two = { 'lab-R1.txt': parts.crypto + parts.interfaces, 'lab-R2.txt': section(r2, /crypto|interface/) }
    const lab = readLabTexts(two)
    expect(lab.routers.map(({ name }) => name)).toEqual(['lab-R1', 'lab-R2'])
    expect(sourcesOf(lab).join('\n')).not.toContain('parts of one router')
  })

  it.each([
    ['nothing in their names tells it', { 'crypto.txt': parts.crypto, 'interfaces.txt': parts.interfaces }],
    [
      'two say the same kind of thing',
      { 'R1-a.txt': parts.crypto, 'R1-b.txt': 'crypto isakmp policy 20\n', 'R1-c.txt': parts.interfaces },
    ],
    ['one has a name', { 'R1-crypto.txt': `hostname CORE\n${parts.crypto}`, 'R1-int.txt': parts.interfaces }],
    ['one claims to be whole', { 'R1-crypto.txt': `${parts.crypto}end\n`, 'R1-int.txt': parts.interfaces }],
  ])('are asked for it where %s', (_, texts) => {
    const error = errorOf(texts)
    expect(error.message).toContain('unknown ipsec profile "prof1"')
    expect(error.remedy).toContain(
      'where several files are parts of one router, put its line `hostname NAME` into each',
    )
  })

  it('are asked for it where they make more routers than two', () => {
    const error = errorOf({
      'a.txt': parts.crypto,
      'b.txt': 'interface Loopback9\n ip address 10.9.9.9 255.255.255.255\n',
      'R2.cfg': whole('R2', r2),
    })
    expect(error.message).toContain('there are 3 routers: a (a.txt:')
    expect(error.remedy).toContain('`hostname NAME`')
  })
})
