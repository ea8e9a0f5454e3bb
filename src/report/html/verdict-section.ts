import type { Because, Direction, Fix, Tunnel } from '../../prove/index.ts'
import {
  breakingEvents,
  casesText,
  directionText,
  finalText,
  fixKeys,
  harmlessText,
  provedText,
  toldCaseText,
} from '../words.ts'
import { type Html, html, nothing, prose } from './html.ts'
import { lineLink } from './ladder-section.ts'
import type { PageModel, PageRun } from './links.ts'

const becauseItem = (model: PageModel, run: PageRun | null, { message, what, why, at, event }: Because): Html => {
  const row = run?.ladder.rows.find(({ events }) => event !== null && events.includes(event))
  const said = run && row ? html`<a href="#${run.rowId(row)}">${what}</a>` : html`${what}`
  return html`<li><span class="stage">${message ?? ''}</span><div><strong>${said}</strong>${
    why === '' ? nothing : html`<br>${why}`
  }${at ? html`<br>${lineLink(model, at)}` : nothing}</div></li>`
}

const causeCard = (model: PageModel, run: PageRun | null, direction: Direction): Html => {
  const { cause, initiator, responder, nextBlockers } = direction
  if (!cause) return nothing
  const when = toldCaseText(direction)
  return html`<h4>Why <code>${cause.code}</code></h4>
${when === null ? nothing : html`<p class="when">if ${when}${direction.outcome === 'undecided' ? html`: <span class="then">${cause.summary}</span>` : nothing}</p>`}
<ol class="chain">${cause.because.map((each) => becauseItem(model, run, each))}</ol>
<p class="hint">${[initiator, responder].map((router) => `${router} ${finalText(direction.final[router])}`).join('; ')}</p>
<dl class="mend"><dt>Who must act</dt><dd>${cause.actor}</dd><dt>What to do</dt><dd>${prose(cause.remedy)}</dd></dl>
${
  nextBlockers.length === 0
    ? nothing
    : html`<h4>Mended, it next fails</h4><ul>${nextBlockers.map(
        ({ summary, code, stage, actor, at }) =>
          html`<li>${stage === null ? nothing : html`<span class="stage">${stage}</span> `}${summary} <code>${code}</code>${at.map(
            (place) => html`<br>${lineLink(model, place)}`,
          )}<br><span class="hint">${actor} must act</span></li>`,
      )}</ul>`
}`
}

/** A direction: what comes of it, when, and why. */
const directionCard = (model: PageModel, run: PageRun | null, direction: Direction): Html => {
  const cases = direction.outcome === 'undecided' ? casesText(direction) : null
  return html`<article class="card direction ${direction.outcome}">
<h3>${direction.initiator} initiates <span class="outcome">${direction.outcome}</span></h3>
<p class="summary">${cases === null ? directionText(direction) : html`<strong>${cases}</strong>`}</p>
${causeCard(model, run, direction)}</article>`
}

const lines = (title: string, router: string, text: readonly string[]): Html =>
  html`<figure><figcaption>${title} <strong>${router}</strong><button type="button" class="copy" hidden>copy</button></figcaption><pre>${text.join('\n')}</pre></figure>`

const fixCard = (fix: Fix, number: number): Html => html`<article class="card fix">
<h4>${number}. ${fix.text}</h4>
<p><span class="proved">✓ proved</span> ${provedText(fix)}</p>
${fix.widensTrust === null ? nothing : html`<p class="warning"><strong>It widens trust:</strong> ${fix.widensTrust}</p>`}
${fix.fragile === null ? nothing : html`<p class="warning"><strong>It may not last:</strong> ${fix.fragile}</p>`}
${fix.edits.map(({ router, paste }) => lines('paste into', router, paste))}
${fixKeys(fix).map(({ placeholder, place }) => html`<p class="hint"><code>${placeholder}</code> is not shown: put in the key at <code>${place}</code>.</p>`)}
<details><summary>to take it back</summary>${fix.edits.map(({ router, undo }) => lines('paste into', router, undo))}</details>
</article>`

const fixesPart = ({ fixes, directions }: Tunnel): Html => {
  if (fixes === null)
    return directions.every(({ outcome }) => outcome === 'up')
      ? nothing
      : html`<p class="hint">No change was looked for: <code>--fix</code> searches for the smallest that makes both directions come up, and proves it.</p>`
  if (fixes.length === 0)
    return directions.every(({ outcome }) => outcome === 'up')
      ? nothing
      : html`<h3>What makes both directions come up</h3><p>No change that was tried does, on the routers that may be changed.</p>`
  return html`<h3>What makes both directions come up</h3><div class="cards">${fixes.map((fix, index) => fixCard(fix, index + 1))}</div>`
}

const stabilityPart = (tunnel: Tunnel): Html => {
  const breaking = breakingEvents(tunnel)
  const harmless = harmlessText(tunnel)
  if (breaking.length === 0 && harmless === '') return nothing
  return html`<h3>What would change this</h3>
${
  breaking.length === 0
    ? html`<p>Nothing that was tried: ${harmless}.</p>`
    : html`<dl class="events">${breaking.map(
        ({ when, text, effects }) =>
          html`<dt>${when}</dt><dd>${text}<ul>${effects.map((effect) => html`<li>${effect}</li>`)}</ul></dd>`,
      )}</dl>${harmless === '' ? nothing : html`<p class="hint">No change: ${harmless}.</p>`}`
}`
}

/** What the verdict says of a tunnel: each direction, the fixes, and what would change it. */
export const verdictPart = (model: PageModel, tunnel: Tunnel, runs: readonly PageRun[]): Html => html`
<div class="cards">${tunnel.directions.map((direction) =>
  directionCard(
    model,
    runs.find(
      ({ proof: { planned, otherwise } }) =>
        otherwise === 0 &&
        planned.initiator.name === direction.initiator &&
        planned.responder.name === direction.responder,
    ) ?? null,
    direction,
  ),
)}</div>
${fixesPart(tunnel)}
${stabilityPart(tunnel)}`
