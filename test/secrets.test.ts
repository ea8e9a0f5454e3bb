import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { command, exampleFolder, exampleNames, proveExample } from './support/examples.ts'

/** Every octet string that a function of `crypto/` which derives or makes keys has handed out. */
const derived = vi.hoisted(() => new Set<string>())

vi.mock('../src/crypto/index.ts', async (original) => {
  const face = await original<typeof import('../src/crypto/index.ts')>()
  const note = (value: unknown): void => {
    if (value instanceof Uint8Array) derived.add(Buffer.from(value).toString('hex'))
    else if (value !== null && typeof value === 'object') for (const part of Object.values(value)) note(part)
  }
  const noting =
    <A extends readonly unknown[], R>(make: (...given: A) => R): ((...given: A) => R) =>
    (...given) => {
      const made = make(...given)
      note(made)
      return made
    }
  return {
    ...face,
    skeyidPreShared: noting(face.skeyidPreShared),
    skeyidSignature: noting(face.skeyidSignature),
    deriveIkeV1Keys: noting(face.deriveIkeV1Keys),
    keymat: noting(face.keymat),
    ikeV2Skeyseed: noting(face.ikeV2Skeyseed),
    ikeV2SkeyseedRekey: noting(face.ikeV2SkeyseedRekey),
    deriveIkeV2Keys: noting(face.deriveIkeV2Keys),
    ikeV2Keymat: noting(face.ikeV2Keymat),
  }
})

/** Pre-shared keys as the configurations have them. */
const sharedKeys = (name: string): readonly string[] =>
  readdirSync(exampleFolder(name))
    .flatMap((file) => readFileSync(join(exampleFolder(name), file), 'utf8').split('\n'))
    .flatMap((line) => {
      const found =
        /^\s*(?:crypto isakmp key|pre-shared-key(?: (?:local|remote))?(?: address \S+)?(?: key)?) (?:[06] )?(\S+)/.exec(
          line,
        )
      return found?.[1] === undefined ? [] : [found[1]]
    })

/** A key as somebody might write it: hex of either case, in one or in words, or base64. */
const spellings = (hex: string): readonly string[] => {
  const bytes = Buffer.from(hex, 'hex')
  return [hex, hex.toUpperCase(), hex.match(/.{2}/g)?.join(' ') ?? hex, bytes.toString('base64'), [...bytes].join(', ')]
}

/** Ciphers take what they need of a key: the first octets of it are a secret too. */
const shortest = 16

it.each(exampleNames)('%s: nothing that is written but the tables for Wireshark holds a key', async (name) => {
  derived.clear()
  const { out, files, folder, dispose } = await proveExample(name)
  try {
    const told = [
      out,
      ...files
        .filter((file) => !file.includes('/wireshark/') && !file.endsWith('.pcapng'))
        .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll(/\s+/g, ' ')),
    ].join('\n')
    const keys = [...derived].filter((hex) => hex.length >= 2 * shortest)
    const found = keys.flatMap(spellings).filter((spelling) => told.includes(spelling.slice(0, 2 * shortest)))
    expect(found).toEqual([])
    for (const key of sharedKeys(name)) expect(told).not.toContain(key)
  } finally {
    dispose()
  }
})

it.each(['text', 'markdown', 'json', 'junit', 'sarif', 'html'])(
  'a fix that changes keys names them by what stands for them: %s',
  async (format) => {
    const example = 'ikev1-wrong-psk'
    const { out } = await command('prove', exampleFolder(example), '--fix', '--format', format)
    for (const key of sharedKeys(example)) expect(out).not.toContain(key)
    // Lines that need a key put in cannot be inserted by a program.
    expect(/the key that R2 has for 192\.168\.0\.1/.test(out)).toBe(format !== 'sarif')
  },
)

it('the search knows the keys: it finds them where they must be', async () => {
  derived.clear()
  const { folder, dispose } = await proveExample('ikev2-certificates')
  const table = readFileSync(join(folder, 'R1-initiates/wireshark/ikev2_decryption_table'), 'utf8')
  dispose()
  expect([...derived].filter((hex) => hex.length >= 2 * shortest && table.includes(hex)).length).toBeGreaterThan(1)
  expect(exampleNames.flatMap(sharedKeys).length).toBeGreaterThan(1)
})
