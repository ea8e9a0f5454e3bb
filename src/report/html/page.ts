import { createHash } from 'node:crypto'
import type { Lab } from '../../lab/index.ts'
import type { Finding, Proof, Tunnel } from '../../prove/index.ts'
import { firstDifference } from '../ladder-difference.ts'
import { differenceText } from '../text/ladder.ts'
import { isDifference, tunnelLadders } from '../tunnel-ladders.ts'
import { assumptions, toldCaseText, toldOutcomeText } from '../words.ts'
import { configurationPart, debugPart, packetsPart } from './evidence-section.ts'
import { type Html, html, nothing, trusted } from './html.ts'
import { bandsFor, type Emphasis, ladderColumn, lineLink } from './ladder-section.ts'
import { type PageModel, type PageRun, pageModel } from './links.ts'
import { oneSidedPart } from './one-sided-section.ts'
import { pageScript } from './script.ts'
import { pageStyle } from './style.ts'
import { verdictPart } from './verdict-section.ts'

/** Why nothing is loaded, sent or run but what stands in the file. */
const policyOf = (style: string, script: string): string => {
  const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`
}

interface Ladders {
  readonly markup: Html
  /** Of each pair or single ladder, how many bands it has. */
  readonly bands: readonly number[]
}

const runsOf = ({ runs }: PageModel, { ends: [a, b] }: Tunnel): readonly PageRun[] =>
  runs.filter(({ ladder: { initiator, responder } }) =>
    [`${a} ${b}`, `${b} ${a}`].includes(`${initiator} ${responder}`),
  )

const titleOf = (initiator: string, outcome: string, when: string | null): Html =>
  html`<h4>${initiator} initiates: ${outcome}</h4>${when === null ? nothing : html`<p class="when">if ${when}</p>`}`

/** The two ladders of a tunnel, and below them those of the other cases. */
const laddersPart = (model: PageModel, proof: Proof, tunnel: Tunnel): Ladders => {
  const ladders = tunnelLadders(proof, tunnel)
  const shown = ladders.directions.flatMap((each) => {
    const run = runsOf(model, tunnel).find(
      ({ proof: { otherwise }, ladder }) => otherwise === 0 && ladder.initiator === each.direction.initiator,
    )
    return run ? [{ each, run }] : []
  })
  const [left, right] = shown
  if (!left) return { markup: nothing, bands: [] }
  const [ours, theirs] = bandsFor(left.run.ladder, right?.run.ladder ?? null)
  const column = ({ each, run }: typeof left, bands: typeof ours): Html => {
    // The model draws the same rows again: they are told apart by their events.
    const twin = (row: { readonly events: readonly number[]; readonly kind: string }) =>
      each.ladder.rows.find(({ events, kind }) => kind === row.kind && events[0] === row.events[0])
    const emphasis: Emphasis = {
      isDifference: (row) => {
        const found = twin(row)
        return found !== undefined && isDifference(ladders, each, found)
      },
      isTelling: ({ events }) => events.some((event) => each.telling.has(event)),
    }
    const { direction } = each
    return ladderColumn(
      model,
      run,
      bands,
      titleOf(direction.initiator, toldOutcomeText(direction), toldCaseText(direction)),
      emphasis,
    )
  }
  const others = otherCases(model, tunnel)
  return {
    markup: html`<h3>Both directions</h3>
<p class="legend">${differenceText(ladders)}. A double line is encrypted. Boxes open; a click lights up what belongs together.</p>
<div class="ladders bands-${ours.length}${right ? '' : ' one'}">${column(left, ours)}${right ? column(right, theirs) : nothing}</div>
${others.markup}`,
    bands: [ours.length, ...others.bands],
  }
}

/** What else a direction comes to, case by case. */
const otherCases = (model: PageModel, tunnel: Tunnel): Ladders => {
  const found = tunnel.directions.flatMap((direction) => {
    const runs = runsOf(model, tunnel).filter(({ ladder }) => ladder.initiator === direction.initiator)
    const told = runs.find(({ proof: { otherwise } }) => otherwise === 0)
    return runs.flatMap((run) => {
      if (!told || run.proof.otherwise === 0) return []
      const difference = firstDifference(told.ladder, run.ladder)
      const emphasis: Emphasis = {
        isDifference: (row) =>
          difference !== null &&
          (difference.kind === 'decision'
            ? run.ladder.rows[difference.right] === row
            : difference.side === 'right' && run.ladder.rows[difference.row] === row),
        isTelling: () => false,
      }
      const [bands] = bandsFor(run.ladder, null)
      const title = html`<h4>${direction.initiator} initiates, otherwise</h4>`
      return [
        {
          markup: html`<div class="ladders one bands-${bands.length}">${ladderColumn(model, run, bands, title, emphasis)}</div>`,
          bands: bands.length,
        },
      ]
    })
  })
  if (found.length === 0) return { markup: nothing, bands: [] }
  return {
    markup: html`<details class="others"><summary>${found.length === 1 ? 'The other case' : `The ${found.length} other cases`}, where it differs from the one above</summary>${found.map(({ markup }) => markup)}</details>`,
    bands: found.map(({ bands }) => bands),
  }
}

const tunnelName = ({ ends: [a, b] }: Tunnel): string => `${a} ↔ ${b}`

/** `IKEv1 main mode, RSA signatures`. */
const exchangeText = ({ protocol, authentication }: Tunnel): string =>
  `${protocol}${protocol === 'IKEv1' ? ' main mode' : ''}${authentication === null ? '' : `, ${authentication}`}`

const tunnelSection = (model: PageModel, proof: Proof, tunnel: Tunnel, index: number): Ladders => {
  const isOnly = proof.verdict.tunnels.length === 1
  const ladders = laddersPart(model, proof, tunnel)
  return {
    markup: html`<section id="tunnel-${index}" aria-labelledby="tunnel-${index}-title"><h2 id="tunnel-${index}-title">${isOnly ? exchangeText(tunnel) : html`${tunnelName(tunnel)} <span class="hint">${exchangeText(tunnel)}</span>`}</h2>
${verdictPart(model, tunnel, runsOf(model, tunnel))}
${ladders.markup}</section>`,
    bands: ladders.bands,
  }
}

const findingsPart = (model: PageModel, findings: readonly Finding[]): Html =>
  findings.length === 0
    ? nothing
    : html`<section id="findings"><h2>Worth knowing</h2><ul class="findings">${findings.map(
        ({ severity, text, at, router }) =>
          html`<li>${severity === 'warning' ? html`<span class="warns">warning</span> ` : nothing}${text}<br>${at ? lineLink(model, at) : html`<span class="hint">${router}</span>`}</li>`,
      )}</ul></section>`

const links = ({ tunnels, oneSided, findings }: Proof['verdict']): Html =>
  html`<nav aria-label="Parts of the report">${tunnels.map(
    (tunnel, index) => html`<a href="#tunnel-${index}">${tunnelName(tunnel)}</a>`,
  )}${oneSided.map(
    ({ router, peer }, index) => html`<a href="#one-sided-${index}">${router} → ${peer}</a>`,
  )}${findings.length > 0 ? html`<a href="#findings">worth knowing</a>` : nothing}<a href="#configurations">configurations</a>${tunnels.length > 0 ? html`<a href="#packets">packets</a><a href="#debug">debug logs</a>` : nothing}</nav>`

const titleText = ({ verdict: { tunnels, oneSided } }: Proof): string =>
  [...new Set([...tunnels.map(tunnelName), ...oneSided.map(({ router }) => router)])].join(', ')

const evidencePart = (
  model: PageModel,
  told: readonly PageRun[],
): Html => html`<section id="packets"><h2>Packets</h2><p class="hint">As they went over the wire, decrypted with the lab’s keys.</p><div class="columns">${told.map((run) => packetsPart(model, run))}</div></section>
<section id="debug"><h2>Debug logs</h2><p class="hint">What the routers print under <code>debug crypto</code>.</p><div class="columns">${told.map((run) => debugPart(model, run))}</div></section>`

/**
 * The whole report as one HTML file: verdict, ladders, fixes, and the evidence, its parts linked to each other. It loads
 * nothing and asks nobody, reads without a script, and is the same for the same input.
 */
export const htmlReport = (lab: Lab, proof: Proof): string => {
  const model = pageModel(lab, proof)
  const { tunnels, oneSided, findings } = proof.verdict
  const sections = tunnels.map((tunnel, index) => tunnelSection(model, proof, tunnel, index))
  const told = model.runs.filter(({ proof: { otherwise } }) => otherwise === 0)
  const alone = oneSidedPart(model, oneSided)
  const style = pageStyle([...sections, alone].flatMap(({ bands }) => bands))
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policyOf(style, pageScript))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>ikewise: ${titleText(proof)}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#content">to the verdict</a>
<header class="bar"><div><strong>ikewise</strong>${links(proof.verdict)}</div></header>
<main id="content">
<div class="top"><h1>${titleText(proof)}</h1><p>${tunnels.length > 0 ? 'From which side it comes up, why not from the other, and the negotiation that proves it.' : 'One router, and what its peer must do for the tunnel to come up.'}</p></div>
${sections.map(({ markup }) => markup)}
${alone.markup}
${findingsPart(model, findings)}
<section id="assumptions"><h2>What this rests on</h2><ul>${assumptions(lab).map((text) => html`<li>${text}</li>`)}</ul></section>
<section id="configurations" class="evidence"><h2>Configurations</h2><p class="hint">The lines that count, keys blotted out; beside each, the decisions that rest on it.</p><div class="listings">${model.routers.map((router) => configurationPart(model, router))}</div></section>
${told.length === 0 ? nothing : evidencePart(model, told)}
<p id="status" class="hidden" role="status"></p>
</main>
<footer>Made by ikewise. The keys and certificates are the lab’s own; nothing was sent anywhere.</footer>
<script>${trusted(pageScript)}</script>
</body>
</html>
`
  return page.markup
}
