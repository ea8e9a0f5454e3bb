import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accepted, everyMode, refused } from '../../../test/support/ios-configuration.ts'
import { accessListTable } from './access-list.ts'
import { certificateChainTable } from './certificate-chain.ts'
import { certificateMapTable } from './certificate-map.ts'
import { globalTable } from './global.ts'
import { ikev2KeyringTable } from './ikev2-keyring.ts'
import { ikev2ProfileTable } from './ikev2-profile.ts'
import { ikev2PolicyTable, ikev2ProposalTable } from './ikev2-proposal.ts'
import { interfaceTable } from './interface.ts'
import { cryptoMapTable, ipsecProfileTable, transformSetTable } from './ipsec-tables.ts'
import { policyTable } from './isakmp-policy.ts'
import { profileTable } from './isakmp-profile.ts'
import { keyringTable } from './keyring.ts'
import { cutLine } from './line.ts'
import { outsideTable, unmodelledTable } from './outside.ts'
import { match, type Node } from './trie.ts'
import { trustpointTable } from './trustpoint.ts'

const tables = [
  globalTable,
  policyTable,
  profileTable,
  keyringTable,
  ikev2ProposalTable,
  ikev2PolicyTable,
  ikev2ProfileTable,
  ikev2KeyringTable,
  trustpointTable,
  certificateChainTable,
  certificateMapTable,
  transformSetTable,
  ipsecProfileTable,
  cryptoMapTable,
  interfaceTable,
  accessListTable,
  unmodelledTable,
  outsideTable,
] as readonly { readonly name: string; readonly root: Node<never> }[]

it('the tables are all that there are', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const made = files.flatMap((file) => [
    ...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/^export const \w+Table\b/gm),
  ])
  expect(tables).toHaveLength(made.length)
})

/** Every place of a table at which keywords stand. */
function places(node: Node<never>): Node<never>[] {
  const below = [...node.words.values(), ...node.args.map((edge) => edge.node)].flatMap(places)
  return node.words.size > 0 ? [node, ...below] : below
}

describe('every prefix of a keyword', () => {
  it.each(tables.map(({ name, root }) => [name, root] as const))(
    'of %s means the keyword when it is unique, else all that it may mean',
    (_, root) => {
      for (const place of places(root))
        for (const word of place.words.keys())
          for (let end = 1; end <= word.length; end += 1) {
            const prefix = word.slice(0, end)
            const meant = [...place.words.keys()].filter((other) =>
              end === word.length ? other === word : other.startsWith(prefix),
            )
            const whole = place.words.has(prefix) ? [prefix] : meant
            expect([...(place.abbreviations.get(prefix) ?? [])].sort()).toEqual([...whole].sort())
          }
    },
  )
})

/** The line with its keywords cut to prefixes that are unique in every table that understands it; `cut` says how far. */
function abbreviated(text: string, cut: (most: number) => number): string {
  const line = cutLine(text, 1)
  let at = tables.map(({ root }) => root).filter((root) => match(root, line).result === 'match')
  const words: string[] = []
  for (const word of line.words) {
    const keyword = at.length > 0 && at.every((node) => node.words.has(word))
    // Where a free word may stand as well, an abbreviation would be one.
    const free = at.some(({ args }) => args.some(({ kind }) => kind.read('x') !== undefined))
    const unique = (prefix: string): boolean =>
      at.every(({ abbreviations }) => abbreviations.get(prefix)?.join() === word)
    const shortest = Array.from(word, (_, end) => end + 1).find((end) => unique(word.slice(0, end))) ?? word.length
    words.push(keyword && !free ? word.slice(0, shortest + cut(word.length - shortest + 1)) : word)
    at = at.flatMap((node) => {
      const next =
        node.words.get(word) ??
        node.args.find(({ kind }) => kind.shape === 'word' && kind.read(word) !== undefined)?.node
      return next === undefined ? [] : [next]
    })
  }
  return text.slice(0, line.starts[0] ?? 0) + words.join(' ')
}

function withoutPlaces(text: string): unknown {
  const { ignored: _, notices: __, ...read } = accepted(text)
  return JSON.parse(JSON.stringify(read, (key, value) => (key === 'at' ? undefined : value)))
}

describe('an abbreviated configuration', () => {
  it('means what the whole words mean', () => {
    const whole = withoutPlaces(everyMode)
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(12)), (stream) => {
        const cut = (most: number): number => stream.next().value % most
        // Blanks inside free text are not the subject here.
        const short = everyMode
          .split('\n')
          .map((line) => (/ {2}|key a key|subject-name CN/.test(line.trim()) ? line : abbreviated(line, cut)))
        expect(withoutPlaces(short.join('\n'))).toEqual(whole)
      }),
      { seed: 2, numRuns: 60 },
    )
  })

  it('as engineers type it', () => {
    const read = accepted(
      'cry isa pol 10\n encr 3d\n auth rsa-s\nint e0/0\n ip add 1.1.1.1 255.0.0.0\nint Tu 1\n tun so e0/0\n tu dest 1.1.1.2\n',
    )
    expect(read.isakmpPolicies).toMatchObject([
      { priority: 10, encryption: { cipher: '3des' }, authentication: 'rsa-sig' },
    ])
    expect(read.ipsec.interfaces).toMatchObject([
      { name: 'Ethernet0/0' },
      { name: 'Tunnel1', tunnel: { source: 'Ethernet0/0' } },
    ])
  })

  it('is refused where a prefix is ambiguous, with the candidates', () => {
    expect(refused('crypto is policy 10\ncrypto i policy 10\n')).toMatchObject([
      { line: 2, column: 8, message: '"i" is ambiguous: it may stand for identity, ikev2, ipsec, isakmp' },
    ])
    expect(refused('crypto isakmp policy 10\n hash sh\n')).toMatchObject([
      { line: 2, column: 7, message: '"sh" is ambiguous: it may stand for sha, sha256, sha384, sha512' },
    ])
  })
})
