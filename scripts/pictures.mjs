#!/usr/bin/env node
// Draws the pictures in the README from what the command line really prints:  node scripts/pictures.mjs
// docs/prove.svg and docs/ladders.svg need nothing but the build; docs/report.png needs Debian's chromium.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from '../dist/cli/run.js'

const scenario = 'examples/ikev1-asymmetric-trustpoints'

const printed = async (width, colour, ...words) => {
  let text = ''
  await run(['prove', scenario, ...words], {
    out: (part) => {
      text += part
    },
    err: (part) => process.stderr.write(part),
    colour,
    width,
  })
  return text.trimEnd().split('\n')
}

const styles = {
  1: 'font-weight="bold"',
  2: 'fill="#8b949e"',
  31: 'fill="#ff7b72" font-weight="bold"',
  32: 'fill="#7ee787" font-weight="bold"',
  33: 'fill="#e3b341"',
  36: 'fill="#79c0ff"',
}
const escaped = (part) => part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const esc = String.fromCharCode(27)
const sequence = new RegExp(`(${esc}\\[[0-9;]*m)`)
const withoutColour = (line) => line.replaceAll(new RegExp(sequence, 'g'), '')

const spans = (line) => {
  let out = ''
  let style = ''
  for (const part of line.split(sequence)) {
    const code = part.startsWith(esc) ? part.slice(2, -1) : undefined
    if (code !== undefined) style = styles[code] ?? ''
    else if (part !== '') out += style === '' ? escaped(part) : `<tspan ${style}>${escaped(part)}</tspan>`
  }
  return out
}

const lineHeight = 19
const columnWidth = 8.43

const picture = (title, lines) => {
  const columns = Math.max(...lines.map((line) => [...withoutColour(line)].length))
  const rows = lines.map(
    (line, index) => `<text x="20" y="${32 + index * lineHeight}" xml:space="preserve">${spans(line)}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(columns * columnWidth) + 40}" height="${lines.length * lineHeight + 36}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`
}

const verdict = await printed(108, true, '--fix', '--ladder', 'none')
writeFileSync(
  'docs/prove.svg',
  picture(`ikewise prove ${scenario}: up from R1, down from R2, why, and what mends it`, [
    `$ ./ikewise prove ${scenario} --fix --ladder none`,
    '',
    ...verdict.slice(
      0,
      verdict.findIndex((line) => withoutColour(line) === 'Worth knowing'),
    ),
    `${esc}[2m…${esc}[22m`,
  ]),
)

const whole = await printed(118, true)
const from = whole.findIndex((line) => /^ {2}\S+ initiates: /.test(withoutColour(line)))
const to = whole.findIndex((line) => withoutColour(line).startsWith('  ≠ '))
writeFileSync(
  'docs/ladders.svg',
  picture(`The ladders of ${scenario}: both directions, and the first decision in which they differ`, [
    `$ ./ikewise prove ${scenario}`,
    `${esc}[2m  …${esc}[22m`,
    '',
    ...whole.slice(from, to + 1),
  ]),
)

const browser = '/usr/bin/chromium'
if (existsSync(browser)) {
  const { chromium } = await import('playwright-core')
  const folder = mkdtempSync(join(tmpdir(), 'ikewise-picture-'))
  const file = join(folder, 'report.html')
  writeFileSync(file, `${(await printed(100, false, '--fix', '--format', 'html')).join('\n')}\n`)
  const opened = await chromium.launch({ executablePath: browser, args: ['--no-sandbox', '--disable-gpu'] })
  const page = await opened.newPage({ viewport: { width: 1120, height: 900 } })
  await page.goto(pathToFileURL(file).href)
  const { y } = await page.locator('.ladders').boundingBox()
  await page.screenshot({
    path: 'docs/report.png',
    fullPage: true,
    clip: { x: 0, y: y - 90, width: 1120, height: 720 },
  })
  await opened.close()
  rmSync(folder, { recursive: true })
}
