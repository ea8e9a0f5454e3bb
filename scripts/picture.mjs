#!/usr/bin/env node
// Draws the picture in the README from what the command line really prints:  node scripts/picture.mjs > docs/prove.svg
import { run } from '../dist/cli/run.js'

const scenario = process.argv[2] ?? 'examples/ikev1-asymmetric-trustpoints'
const width = 108
let text = ''
await run(['prove', scenario], {
  out: (part) => (text += part),
  err: (part) => process.stderr.write(part),
  colour: true,
  width,
})

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

const lines = [`$ ./ikewise prove ${scenario}`, '', ...text.trimEnd().split('\n')]
const lineHeight = 19
const height = lines.length * lineHeight + 36
const rows = lines.map(
  (line, index) => `<text x="20" y="${32 + index * lineHeight}" xml:space="preserve">${spans(line)}</text>`,
)
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(width * 8.43) + 40}" height="${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
<title>ikewise prove examples/ikev1-asymmetric-trustpoints: up from R1, down from R2, and why</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`)
