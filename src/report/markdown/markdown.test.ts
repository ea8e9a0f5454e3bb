import fc from 'fast-check'
import { marked } from 'marked'
import mermaid from 'mermaid'
import { beforeAll, describe, expect, it } from 'vitest'
import { exampleFolder, exampleNames } from '../../../test/support/examples.ts'
import { readLab } from '../../lab/index.ts'
import { prove } from '../../prove/index.ts'
import { tunnelLadders } from '../tunnel-ladders.ts'
import { markdownCode, markdownText, mermaidText } from './escape.ts'
import { markdownReport } from './markdown.ts'

const reportOf = (name: string, fix = false): string => {
  const lab = readLab([exampleFolder(name)])
  return markdownReport(lab, prove(lab, fix ? { fix: { canChange: [] } } : {}))
}

const diagramsOf = (report: string): readonly string[] =>
  marked.lexer(report).flatMap((token) => (token.type === 'code' && token.lang === 'mermaid' ? [token.text] : []))

/** Mermaid learns its kinds of diagrams with the first. */
beforeAll(() => mermaid.parse('sequenceDiagram\n  a->>b: x\n'))

/** What Mermaid's own parser makes of a diagram: the texts of its messages and notes. It throws for one that is none. */
const textsOf = async (diagram: string): Promise<readonly string[]> => {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(diagram)
  const { getMessages } = db as unknown as { getMessages: () => readonly { readonly message?: unknown }[] }
  return getMessages.call(db).flatMap(({ message }) => (typeof message === 'string' ? [shown(message)] : []))
}

/** Mermaid writes entities in a spelling of its own until it draws. */
const shown = (text: string): string =>
  text.replace(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code))).replaceAll('<br/>', ' ')

describe('Markdown for a ticket', () => {
  it.each(exampleNames)("%s: Mermaid's parser reads a diagram of every direction", async (name) => {
    const lab = readLab([exampleFolder(name)])
    const proof = prove(lab)
    const diagrams = diagramsOf(markdownReport(lab, proof))
    const ladders = proof.verdict.tunnels.flatMap((tunnel) => tunnelLadders(proof, tunnel).directions)
    expect(diagrams).toHaveLength(ladders.length)
    for (const [index, { ladder }] of ladders.entries()) {
      const texts = await textsOf(diagrams[index] ?? '')
      for (const row of ladder.rows)
        if (row.kind === 'message') expect(texts.some((text) => text.startsWith(row.message))).toBe(true)
        else if (row.kind === 'rejection') expect(texts.some((text) => text.includes(row.code))).toBe(true)
    }
  })

  it('says the cause with its lines, marks where the directions part, and gives the lines to paste', async () => {
    const report = reportOf('ikev1-asymmetric-trustpoints', true)
    expect(report).toContain('## R1 ↔ R2: R2 cannot start the tunnel')
    expect(report).toContain('(`R1.cfg:30` `ca trust-point IOSCA1`)')
    expect(report).toMatch(/\*\*Who must act:\*\* .+ \*\*What to do:\*\* .+/)
    expect(report).toContain('   crypto isakmp profile prof1\n    ca trust-point IOSCA1\n')
    const texts = await Promise.all(diagramsOf(report).map(textsOf))
    expect(texts.map((each) => each.filter((text) => text.startsWith('◆')).length)).toEqual([1, 1])
  })

  it('the parser refuses what is no diagram', async () => {
    await expect(textsOf('sequenceDiagram\n  a->>b without a colon\n')).rejects.toThrow('Parse error')
  })
})

/** Texts with what Markdown, HTML, Mermaid and its formulas care for. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '`',
        '``',
        '*',
        '_',
        '|',
        '<b>',
        '&amp;',
        '#35;',
        ';',
        '$$',
        '%%',
        '[x](y)',
        '\\',
        '"',
        'end',
        ':',
      ),
      fc.constantFrom('style a:#fff;', 'classDef', 'wrap:', 'Note over a: b', '\n', '---', '->>', '{', '}', '@'),
      fc.string({ maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(' '))

describe('whatever a configuration calls its things', () => {
  it('a text in a diagram is read as that text', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        const [read] = await textsOf(`sequenceDiagram\n  Note over a: x${mermaidText(text)}x\n`)
        expect(read).toBe(`x${text.replaceAll('\n', ' ')}x`)
      }),
      { numRuns: 500 },
    )
  })

  const unescaped = (html: string): string =>
    html.replace(
      /&(lt|gt|quot|#39|amp);/g,
      (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] ?? '',
    )

  it('a text and a piece of code in Markdown are read as they are', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const line = text.replaceAll('\n', ' ')
        expect(unescaped(marked.parseInline(`x${markdownText(text)}x`, { async: false }))).toBe(`x${line}x`)
        const code = /^<code>(.*)<\/code>$/s.exec(marked.parseInline(markdownCode(text), { async: false }))
        expect(unescaped(code?.[1] ?? '').trim()).toBe(line.trim())
      }),
      { numRuns: 1000 },
    )
  })
})
