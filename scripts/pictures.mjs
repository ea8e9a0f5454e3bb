#!/usr/bin/env node
// Draws the pictures in the README from what the command line really prints:  node scripts/pictures.mjs
// docs/prove.svg and docs/ladders.svg need nothing but the build; docs/report.png needs Debian's chromium.
// With --check nothing is drawn: exit 1 where a picture shows what is not printed any more.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { crc32 } from 'node:zlib'
import { run } from '../dist/cli/run.js'

const checks = process.argv.includes('--check')
const stale = []

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

const keep = (path, content) => {
  if (!checks) writeFileSync(path, content)
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== content) stale.push(path)
}

const verdict = await printed(108, true, '--fix', '--ladder', 'none')
keep(
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
keep(
  'docs/ladders.svg',
  picture(`The ladders of ${scenario}: both directions, and the first decision in which they differ`, [
    `$ ./ikewise prove ${scenario}`,
    `${esc}[2m  …${esc}[22m`,
    '',
    ...whole.slice(from, to + 1),
  ]),
)

/** What of the page the photograph shows: the ladders with the legend above them. Their style is left to the eye. */
const photographed = (html) => {
  const parts = html.match(/<p class="legend">.*?(?=<h2|<\/main)/gs) ?? []
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}

/** A photograph has no text to compare, so it carries the digest of what it shows (PNG, 11.3.3.3: tEXt). */
const keyword = 'Source-SHA256'
const headerEnd = 33
const withDigest = (png, digest) => {
  const data = Buffer.from(`tEXt${keyword}\0${digest}`, 'latin1')
  const chunk = Buffer.alloc(data.length + 8)
  chunk.writeUInt32BE(data.length - 4, 0)
  data.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(data), data.length + 4)
  return Buffer.concat([png.subarray(0, headerEnd), chunk, png.subarray(headerEnd)])
}

const photograph = 'docs/report.png'
const html = `${(await printed(100, false, '--fix', '--format', 'html')).join('\n')}\n`
const digest = photographed(html)
const browser = '/usr/bin/chromium'
if (checks) {
  if (!readFileSync(photograph, 'latin1').includes(`${keyword}\0${digest}`)) stale.push(photograph)
} else if (existsSync(browser)) {
  const { chromium } = await import('playwright-core')
  const folder = mkdtempSync(join(tmpdir(), 'ikewise-picture-'))
  const file = join(folder, 'report.html')
  writeFileSync(file, html)
  const opened = await chromium.launch({ executablePath: browser, args: ['--no-sandbox', '--disable-gpu'] })
  const page = await opened.newPage({ viewport: { width: 1120, height: 900 } })
  await page.goto(pathToFileURL(file).href)
  const { y } = await page.locator('.ladders').boundingBox()
  const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: y - 90, width: 1120, height: 720 } })
  writeFileSync(photograph, withDigest(png, digest))
  await opened.close()
  rmSync(folder, { recursive: true })
} else process.stderr.write(`${photograph} is left as it is: there is no ${browser}\n`)

if (stale.length > 0) {
  process.stderr.write(`${stale.join(', ')}: not what ikewise prints now; draw anew with: node scripts/pictures.mjs\n`)
  process.exitCode = 1
}
