import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildIkewise } from './support/build-ikewise.ts'
import { exampleFolder } from './support/examples.ts'

/** The real process on what cannot be used: exit 2, file, line and remedy on standard error, and nothing else anywhere. */

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
let root: string
let scenario: string

beforeAll(buildIkewise, 120_000)
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ikewise-wrong-'))
  scenario = join(root, 'tunnel')
  cpSync(exampleFolder('ikev1-asymmetric-trustpoints'), scenario, { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))

const run = (...words: readonly string[]) =>
  spawnSync(process.execPath, [main, ...words], { cwd: root, encoding: 'utf8', timeout: 20_000 })

const edit = (file: string, from: string | RegExp, to: string): void => {
  const before = readFileSync(join(scenario, file), 'utf8')
  const after = before.replaceAll(from, to)
  expect(after).not.toBe(before)
  writeFileSync(join(scenario, file), after)
}

const write = (file: string, content: string | Uint8Array): void => writeFileSync(join(scenario, file), content)

/** Octets without order that are the same in each run. */
const noise = Uint8Array.from({ length: 20_000 }, (_, index) => (index * index * 31 + (index >> 3) * 17) & 0xff)

const shortCertificate = ` certificate 03
  30820220 30820189 A0030201 02020103 300D0609
  quit
`

const cases: readonly {
  readonly name: string
  readonly spoil: () => void
  readonly says: readonly (string | RegExp)[]
}[] = [
  {
    name: 'a text that is no configuration',
    spoil: () => write('R1.cfg', 'Dear diary,\ntoday it rained.\n'),
    says: [/R1\.cfg:1:1: this is not an IOS configuration/, 'running configuration'],
  },
  {
    name: 'binary noise for a configuration',
    spoil: () => write('R1.cfg', noise),
    says: [/R1\.cfg:1:1: this is not an IOS configuration/],
  },
  { name: 'an empty configuration', spoil: () => write('R1.cfg', ''), says: [/R1\.cfg:1:1: .*empty/] },
  {
    name: 'a certificate that is cut short',
    spoil: () => edit('R1.cfg', '\nend\n', `\ncrypto pki certificate chain IOSCA1\n${shortCertificate}!\nend\n`),
    says: [/R1\.cfg:\d+/, /certificate/i],
  },
  {
    name: 'a profile that names an unknown trust point',
    spoil: () => edit('R1.cfg', 'ca trust-point IOSCA1', 'ca trust-point IOSCA9'),
    says: [/R1\.cfg:30:18: unknown trust point "IOSCA9"/, /^ {2}30 \| .*\n {24}\^$/m, 'did you mean "IOSCA1"'],
  },
  {
    name: 'a lab.yaml with an unknown router',
    spoil: () => edit('lab.yaml', '  R2:', '  R3:'),
    says: [/lab\.yaml:14:3: router R3 has no configuration/, '14 |   R3:', 'R3.cfg'],
  },
  {
    name: 'a lab.yaml with an unknown key',
    spoil: () => edit('lab.yaml', 'serial: 100', 'seral: 100'),
    says: [/lab\.yaml:10:5: unknown key seral/],
  },
  {
    name: 'a lab.yaml with an extended key usage that nobody knows',
    spoil: () => edit('lab.yaml', /trustpoint: IOSCA1,/g, 'trustpoint: IOSCA1, extendedKeyUsage: [ipsec],'),
    says: [/lab\.yaml:12:\d+: /, 'expected an OID, or one of serverAuth, clientAuth'],
  },
  {
    name: 'a lab.yaml with a certificate that outlives the calendar',
    spoil: () => edit('lab.yaml', 'url: http://192.168.0.3:80', 'url: http://192.168.0.3:80\n    caDays: 4000000'),
    says: [/lab\.yaml:6:\d+: /, 'expected at most 1000000 days'],
  },
  { name: 'binary noise for a lab.yaml', spoil: () => write('lab.yaml', noise), says: [/lab\.yaml:\d+:\d+: /] },
  {
    name: 'a lab.yaml whose aliases stand for gigabytes',
    spoil: () => {
      const levels = Array.from(
        { length: 9 },
        (_, level) =>
          `l${level}: &l${level} [${Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*l${level - 1}`)).join(', ')}]`,
      )
      write('lab.yaml', levels.join('\n'))
    },
    says: [/lab\.yaml:1:1: its aliases stand for more/, 'write the values out'],
  },
  {
    name: 'a lab.yaml of a hundred thousand brackets',
    spoil: () => write('lab.yaml', `clock: ${'['.repeat(100_000)}`),
    says: [/lab\.yaml:1:\d+: this is not YAML/, /^ {2}1 \| … \[{100,130} …$/m],
  },
  {
    name: 'the configuration of another device',
    spoil: () => write('R1.cfg', ': Saved\n:\nASA Version 9.8(2)\nhostname asa1\ninterface GigabitEthernet0/0\n'),
    says: [/R1\.cfg:1:1: this is not an IOS configuration: it is the configuration of a Cisco ASA/],
  },
  { name: 'an empty lab.yaml', spoil: () => write('lab.yaml', ''), says: [/lab\.yaml:1:1: /] },
  {
    name: 'no route to the peer',
    spoil: () => {
      edit('R2.cfg', '192.168.0.2', '172.16.0.2')
      edit('R1.cfg', '192.168.0.2', '172.16.0.2')
    },
    says: [/R1\.cfg:44:1: Tunnel1 has no route to its peer 172\.16\.0\.2/, 'ip route'],
  },
  {
    name: 'a folder for a configuration',
    spoil: () => {
      rmSync(join(scenario, 'R1.cfg'))
      mkdirSync(join(scenario, 'R1.cfg'))
    },
    says: [/R1\.cfg: this is a folder/, 'readable file'],
  },
  {
    name: 'an empty folder',
    spoil: () => {
      for (const file of readdirSync(scenario)) rmSync(join(scenario, file))
    },
    says: [/tunnel: there is no file in this folder/, 'the folder is empty'],
  },
  {
    name: 'a folder that holds folders',
    spoil: () => {
      for (const file of readdirSync(scenario)) rmSync(join(scenario, file))
      for (const name of ['site1', 'site2', 'site3', 'site4']) mkdirSync(join(scenario, name))
    },
    says: [/tunnel: there is no file in this folder/, 'name one of them (site1, site2, site3 and 1 more)'],
  },
  {
    name: 'a folder in which nothing is a text',
    spoil: () => {
      for (const file of readdirSync(scenario)) rmSync(join(scenario, file))
      write('R1.pcap', noise)
    },
    says: [/tunnel\/R1\.pcap: there is no configuration in it/, 'show running-config'],
  },
  {
    // Permissions do not stop the superuser, under whom this may run; this file gives nobody its first octet.
    name: 'a file that cannot be read',
    spoil: () => {
      rmSync(join(scenario, 'R1.cfg'))
      symlinkSync('/proc/self/mem', join(scenario, 'R1.cfg'))
    },
    says: [/R1\.cfg: the file cannot be read \(EIO\)/, 'name a readable file'],
  },
  {
    name: 'a configuration that never ends',
    spoil: () => {
      rmSync(join(scenario, 'R1.cfg'))
      symlinkSync('/dev/zero', join(scenario, 'R1.cfg'))
    },
    says: [/R1\.cfg: this goes on after 16 MiB/, 'is this the right file?'],
  },
  {
    name: 'a configuration of 100 MB',
    spoil: () => truncateSync(join(scenario, 'R1.cfg'), 100_000_000),
    says: [/R1\.cfg: the file has 100 MB/, 'is this the right file?'],
  },
]

describe('input that cannot be used ends with exit 2', () => {
  it.each(cases)('$name', ({ spoil, says }) => {
    spoil()
    const { status, stdout, stderr } = run('prove', 'tunnel', '--out', 'evidence')
    for (const part of says) expect(stderr).toMatch(part)
    // A file is named as whoever gave it would name it.
    expect(stderr).toMatch(/^tunnel(?:\/|: )/)
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
    expect({ status, stdout, left: readdirSync(root) }).toEqual({ status: 2, stdout: '', left: ['tunnel'] })
  })

  it.each([
    ['an unknown option', ['prove', 'tunnel', '--frobnicate'], "unknown option '--frobnicate'"],
    ['an unknown command', ['frob'], "unknown command 'frob'"],
    ['no scenario', ['prove'], 'missing required argument'],
    ['a file named twice', ['prove', 'tunnel/R1.cfg', './tunnel/R1.cfg'], 'tunnel/R1.cfg: this is named twice'],
    ['a scenario beside a file', ['prove', 'tunnel', 'tunnel/R1.cfg'], 'a scenario is read alone'],
    ['a folder that is not there', ['prove', 'nowhere'], 'nowhere: '],
    ['a file that is no configuration', ['prove', 'tunnel/R1.cfg', '/etc/passwd'], '/etc/passwd:1:1: this is not'],
    ['an unknown initiator', ['prove', 'tunnel', '--initiator', 'R7'], 'the routers are R1, R2'],
    ['a time that is none', ['prove', 'tunnel', '--now', 'tomorrow'], 'write it as 2013-06-20T13:00:37+01:00'],
    ['an unknown knob', ['prove', 'tunnel', '--knob', 'v1.overlap=sideways'], 'last or first or none'],
    ['a place where nothing can be written', ['prove', 'tunnel', '--out', '/proc/nope'], 'cannot be written'],
    ['a file where a folder should be', ['prove', 'tunnel', '--out', 'tunnel/R1.cfg/x'], 'cannot be written'],
  ] as const)('%s', (_, words, says) => {
    const { status, stdout, stderr } = run(...words)
    expect(stderr).toContain(says)
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })
})

it('a reader that goes away early causes no complaint', () => {
  const script = `"${process.execPath}" "${main}" prove tunnel --format json | true`
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: root, encoding: 'utf8' })
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' })
})

it('a file that bears the name of a router is no second input of show', () => {
  cpSync(join(scenario, 'R1.cfg'), join(root, 'R1'))
  const { status, stdout, stderr } = run('show', 'tunnel', 'R1', 'crypto', 'isakmp', 'policy')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain('Protection suite of priority 10')
})
