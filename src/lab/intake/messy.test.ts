import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Lab, readLab } from '../index.ts'

/** What stands around a configuration in saved sessions changes nothing of what is read. */

const example = join(import.meta.dirname, '../../../examples/ikev1-asymmetric-trustpoints')
const text = readFileSync(join(example, 'R1.cfg'), 'utf8').replace(/\nend\n$/, '\n')

const session = (command = 'running-config', body = text): string =>
  [
    `R1#show ${command}`,
    'Building configuration...',
    '',
    'Current configuration : 1111 bytes',
    '!',
    '! Last configuration change at 13:25:09 CET Mon Jun 17 2013 by admin',
    '! NVRAM config last updated at 13:25:10 CET Mon Jun 17 2013 by admin',
    '!',
    'version 15.3',
    'service timestamps debug datetime msec',
    `${body}end`,
    '',
    'R1#',
    '',
  ].join('\n')

const onEach = (mark: (line: string, index: number) => string, of = session()): string =>
  of.split('\n').map(mark).join('\n')
const every = (count: number, mark: string): string =>
  onEach((line, index) => (index % count === count - 1 ? `${mark}${line}` : line))
const typed = (body: string): string =>
  body
    .split('\n')
    .filter((line) => !/^!?$/.test(line))
    .map((line) => (/^\s/.test(line) ? `R1(conf-isa-prof)#${line.trim()}` : `R1(config)#${line}`))
    .join('\n')
const chains =
  'crypto pki certificate chain IOSCA1\n certificate 02\n certificate ca 01\ncrypto pki certificate chain IOSCA2\n certificate 03\n certificate ca 01\n!\n'
const utf16 = (of: string): Buffer => Buffer.from(of.replaceAll('\n', '\r\n'), 'utf16le')

const pager = ` --More-- ${'\b'.repeat(9)}${' '.repeat(8)}${'\b'.repeat(9)}`
const inputs: Readonly<Record<string, string | Buffer>> = {
  'a PuTTY log with pagers and corrected typing': `=~=~=~=~=~= PuTTY log 2013.06.20 13:00:37 =~=~=~=~=~=\r\nlogin as: admin\r\nPassword: \r\n\r\nR1#ter\b\b\bterminal length 24\r\n${every(22, pager).replaceAll('\n', '\r\n')}`,
  'pagers of other terminals': every(20, '<--- More --->\r              \r'),
  'a time before every line': onEach((line, index) => `[2013-06-20 13:00:${10 + (index % 50)}] ${line}`),
  'a clock before every line': onEach((line, index) => `13:00:${10 + (index % 50)}.123 ${line}`),
  'a quotation in a mail': onEach((line) => `> ${line}`),
  'numbered lines': onEach(
    (line, index) => (/^R1#/.test(line) ? line : `${String(index).padStart(4)} : ${line}`),
    session('running-config linenum'),
  ),
  'the time and the load above the output': session().replace(
    'Building',
    'Load for five secs: 0%/0%; one minute: 1%; five minutes: 1%\nTime source is NTP, 13:00:37.609 CET Thu Jun 20 2013\n\nBuilding',
  ),
  'tabs and Windows line ends': session().replace(/^ +/gm, '\t').replaceAll('\n', '\r\n'),
  'UTF-16 with a byte order mark': Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(session())]),
  'UTF-16 without one': utf16(session()),
  'terminal sequences': `\u001b[?2004h\u001b]0;R1\u0007${session().replaceAll('R1#', 'R1#\u001b[K')}`,
  'banners that look like a configuration': session(
    'running-config',
    text.replace(
      '!\nclock',
      '!\nbanner motd ^C\ncrypto isakmp policy 10\n encr des\nhostname EVIL\nend\nR9#show run\n------------------ show running-config ------------------\n^C\n!\nclock',
    ),
  ),
  'show tech-support': `R1#show tech-support\n\n------------------ show version ------------------\n\nCisco IOS Software, C2900 Software, Version 15.3(3)M\nProcessor board ID FTX1234\n\n------------------ show running-config ------------------\n\n${session().split('\n').slice(1, -2).join('\n')}\n------------------ show interfaces ------------------\n\nEthernet0/0 is up\nR1#`,
  'a configuration that was typed and saved': `R1>en\nR1#conf t\nEnter configuration commands, one per line.  End with CNTL/Z.\n${typed(text)}\nR1(config)#end\nR1#wr\nBuilding configuration...\n[OK]\nR1#\n`,
  'certificates whose bytes brief leaves out': session(
    'run brief',
    text.replace('crypto isakmp policy', `${chains}crypto isakmp policy`),
  ),
  'a comparison with the archive': `${session()}R1#show archive config differences\n!Contextual Config Diffs:\n+crypto isakmp profile prof1\n +ca trust-point IOSCA2\n-hostname Router\nR1#\n`,
  'without comments': `R1#show run | exclude !\n${text.replace(/^!\n/gm, '')}R1#\n`,
  'from the first line that counts on': `R1#show run | begin hostname\n${text}end\nR1#\n`,
  'after other commands in one paste': `R1#term len 0\nR1#sh ip int brief\nInterface  IP-Address\nEthernet0/0 192.168.0.9 YES manual up up\nR1#sh cry isa sa\nIPv4 Crypto ISAKMP SA\ndst src state conn-id status\n${session()}R1#sh cry map\nNo crypto maps found.\nR1#`,
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ikewise-messy-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (content: string | Buffer): Lab => {
  writeFileSync(join(folder, 'input.txt'), content)
  return readLab([join(folder, 'input.txt')])
}

const meaning = ({ routers }: Lab): unknown =>
  JSON.parse(
    JSON.stringify(
      routers.map(({ name, configuration: { ignored, notices, certificateChains, ...said } }) => ({ name, ...said })),
      (key, value) => (key === 'at' || key === 'file' ? undefined : value),
    ),
  )

describe('reads as the configuration alone', () => {
  it.each(Object.entries(inputs))('%s', (_, content) => {
    expect(meaning(read(content))).toEqual(meaning(read(text)))
  })
})

it('a file with the differences alone is no configuration', () => {
  writeFileSync(join(folder, 'R1.cfg'), session())
  writeFileSync(
    join(folder, 'changes.txt'),
    '!Contextual Config Diffs:\n+crypto isakmp profile prof1\n -ca trust-point IOSCA1\n',
  )
  expect(meaning(readLab([folder]))).toEqual(meaning(read(text)))
})
