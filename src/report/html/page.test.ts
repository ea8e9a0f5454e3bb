import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exampleFolder, exampleNames } from '../../../test/support/examples.ts'
import { readLab } from '../../lab/index.ts'
import { prove } from '../../prove/index.ts'
import { htmlReport } from './page.ts'

const pageOf = (folder: string): string => {
  const lab = readLab([folder])
  return htmlReport(lab, prove(lab, { fix: { canChange: [] } }))
}

const matches = (page: string, pattern: RegExp): readonly string[] =>
  [...page.matchAll(pattern)].map(([, text]) => text ?? '')

/** An example with its files changed, for as long as a test takes. */
const changed = (
  name: string,
  change: (file: string, text: string) => string,
  test: (folder: string) => void,
): void => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewise-page-'))
  try {
    cpSync(exampleFolder(name), folder, { recursive: true })
    for (const file of ['R1.cfg', 'R2.cfg', 'lab.yaml'])
      writeFileSync(join(folder, file), change(file, readFileSync(join(folder, file), 'utf8')))
    test(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const elements = (page: string): readonly string[] => [...new Set(matches(page, /<([a-z][a-z0-9]*)/g))].sort()

describe('the HTML report', () => {
  it.each(exampleNames)(
    '%s: every link leads somewhere, every anchor stands once, and nothing comes from elsewhere',
    (name) => {
      const page = pageOf(exampleFolder(name))
      const ids = matches(page, / id="([^"]*)"/g)
      expect(new Set(ids).size).toBe(ids.length)
      const known = new Set(ids)
      const hrefs = matches(page, / href="([^"]*)"/g)
      expect(hrefs.length).toBeGreaterThan(20)
      expect(hrefs.filter((href) => !href.startsWith('#') || !known.has(href.slice(1)))).toEqual([])
      expect(
        matches(page, / data-to="([^"]*)"/g)
          .flatMap((to) => to.split(' '))
          .filter((id) => !known.has(id)),
      ).toEqual([])
      expect(elements(page)).not.toEqual(expect.arrayContaining(['img', 'link', 'iframe', 'object']))
      expect(page).not.toMatch(/ (?:src|srcset|style|on[a-z]+)=|@import|url\(/)
      expect(page).toContain(`default-src 'none'`)
      expect(page.length).toBeLessThan(400_000)
    },
  )

  it('is the same for the same input, byte for byte', () => {
    const folder = exampleFolder('ikev2-asymmetric-trustpoints')
    expect(pageOf(folder)).toBe(pageOf(folder))
  })

  it('marks the first difference once in each ladder', () => {
    const page = pageOf(exampleFolder('ikev1-asymmetric-trustpoints'))
    expect(matches(page, /(≠ first difference)<\/span>/g)).toHaveLength(2)
  })

  it('ties configuration line, decision, debug line and packet to each other', () => {
    const page = pageOf(exampleFolder('ikev1-asymmetric-trustpoints'))
    const relatedTo = (id: string): readonly string[] =>
      (new RegExp(` id="${id}" data-to="([^"]*)"`).exec(page)?.[1] ?? '').split(' ')
    const decisions = relatedTo('c0-30').filter((id) => /^r\d-e\d+$/.test(id))
    expect(decisions.length).toBeGreaterThan(1)
    for (const decision of decisions) {
      const related = relatedTo(decision)
      expect(related).toContain('c0-30')
      const [packet, debug] = [/-p\d+$/, /-[ir]\d+$/].map((kind) => related.find((id) => kind.test(id)) ?? '')
      expect(relatedTo(packet ?? '')).toContain(decision)
      expect(relatedTo(debug ?? '')).toContain(decision)
    }
  })

  it('shows no pre-shared key, nor how long it is', () => {
    const page = pageOf(exampleFolder('ikev1-preshared-key'))
    const key =
      /0\.2 key (\S+)/.exec(readFileSync(join(exampleFolder('ikev1-preshared-key'), 'R1.cfg'), 'utf8'))?.[1] ?? ''
    expect(key.length).toBeGreaterThan(8)
    expect(page).not.toContain(key)
    expect(page).not.toContain('*'.repeat(key.length))
    expect(page).toContain('pre-shared-key address 192.168.0.2 key ******')
  })

  it('leaves out the lines that do not count, with the passwords in them', () => {
    const secrets = 'username root password 0 hunter2\nenable secret 5 $1$abcd$efgh\nsnmp-server community s3cret RO\n'
    changed(
      'ikev1-preshared-key',
      (file, text) => (file === 'R1.cfg' ? secrets + text : text),
      (folder) => expect(pageOf(folder)).not.toMatch(/hunter2|\$1\$abcd|s3cret/),
    )
  })

  it('never takes a text for markup, wherever a configuration brings it in', () => {
    const hostile = `<img/src=x/onerror=alert(1)>"'&<script>alert(2)</script>`
    const expected = elements(pageOf(exampleFolder('ikev1-asymmetric-trustpoints')))
    changed(
      'ikev1-asymmetric-trustpoints',
      (_, text) =>
        text
          .replaceAll('prof1', hostile)
          .replaceAll('Tunnel1\n', `Tunnel1\n description ${hostile}\n`)
          .replaceAll('match identity host', 'no match identity host x\n  match identity host'),
      (folder) => {
        const page = pageOf(folder)
        expect(page).toContain('&lt;img/src=x/onerror=alert(1)&gt;')
        expect(elements(page)).toEqual(expected)
        expect(matches(page, /(<script)/g)).toHaveLength(1)
      },
    )
  })

  it('never takes the name of a router for markup', () =>
    changed(
      'ikev1-asymmetric-trustpoints',
      (file, text) => (file === 'R1.cfg' ? text.replace('hostname R1', 'hostname <b/title="R1">\u202eR1</b>') : text),
      (folder) => {
        const lab = readLab([join(folder, 'R1.cfg'), join(folder, 'R2.cfg')])
        const page = htmlReport(lab, prove(lab))
        expect(page).toContain('&lt;b/title=&quot;R1&quot;&gt;')
        expect(elements(page)).not.toContain('b')
        expect(page).not.toContain('\u202e')
      },
    ))
})
