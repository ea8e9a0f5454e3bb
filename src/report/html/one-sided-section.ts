import type { OneSidedDirection, OneSidedTunnel, PeerCondition } from '../../prove/index.ts'
import {
  alternativesOf,
  conditionsByTopic,
  demandText,
  otherwiseText,
  proofText,
  roleVerbs,
} from '../one-sided-words.ts'
import { type Html, html, nothing, prose } from './html.ts'
import { bandsFor, type Emphasis, ladderColumn, lineLink } from './ladder-section.ts'
import { conditionId, type PageModel, type PeerRun } from './links.ts'

/** What a router asks of a peer of whom nothing is known. */

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const causePart = (model: PageModel, { cause }: OneSidedDirection): Html => {
  if (!cause) return nothing
  const who = cause.rejectedBy === 'peer' ? 'Every peer refuses' : 'No peer brings it up'
  return html`<h4>Why <code>${cause.code}</code></h4>
<p>${who}${cause.stage === null ? nothing : html`, at <strong>${cause.stage}</strong>`}: ${cause.summary}.</p>${cause.at ? html`<p>${lineLink(model, cause.at)}</p>` : nothing}`
}

/** A direction: what comes of it, and what was proved. */
const directionCard = (model: PageModel, tunnel: OneSidedTunnel, direction: OneSidedDirection): Html => {
  const { outcome, text, role, cause, proof } = direction
  const proved = proofText(direction, tunnel)
  return html`<article class="card direction ${outcome}">
<h3>${tunnel.router} ${roleVerbs[role]} <span class="outcome">${outcome}</span></h3>
<p class="summary">${cause === null ? sentenceCase(text) : html`<strong>${sentenceCase(text)}</strong>`}.</p>
${causePart(model, direction)}
${proved === null ? nothing : html`<p>${proof?.dependsOn.length === 0 ? html`<span class="proved">✓ proved</span>${proved.replace(/^Proved/, '')}` : proved}</p>`}</article>`
}

const alternatives = (condition: PeerCondition): Html => {
  const items = alternativesOf(condition).map(({ value, leadsTo }) =>
    leadsTo === null ? html`<li>${value}</li>` : html`<li>${value}<br><span class="hint">${leadsTo}</span></li>`,
  )
  return items.length === 0 ? nothing : html`<ul class="ways">${items}</ul>`
}

const conditionItem = (model: PageModel, router: string, condition: PeerCondition, id: string): Html => {
  const { message, does, at, readings } = condition
  const otherwise = otherwiseText(condition, router)
  const related = model.related(id)
  return html`<li id="${id}"${related.length === 0 ? nothing : html` data-to="${related.join(' ')}"`}><span class="stage">${message ?? ''}</span><div><strong>${prose(demandText(condition))}</strong>
${alternatives(condition)}<p>because ${does}${at === null ? nothing : html`<br>${lineLink(model, at)}`}</p>${readings.map(
    ({ knob, is, text }) => html`<p class="hint">under <code>${knob}=${is}</code>: ${text}</p>`,
  )}${otherwise === null ? nothing : html`<p class="else">or else ${otherwise}</p>`}</div></li>`
}

const conditionsColumn = (
  model: PageModel,
  { router }: OneSidedTunnel,
  { role, conditions }: OneSidedDirection,
  index: number,
): Html =>
  conditions.length === 0
    ? nothing
    : html`<section class="demands" aria-labelledby="${conditionId(index, role, 'title')}"><h4 id="${conditionId(index, role, 'title')}">where ${router} ${roleVerbs[role]}</h4>${conditionsByTopic(
        conditions,
      ).map(
        ({ title, conditions: own }) =>
          html`<h5>${title}</h5><ul class="demanded">${own.map((each) =>
            conditionItem(model, router, each, conditionId(index, role, conditions.indexOf(each))),
          )}</ul>`,
      )}</section>`

const peerFigure = ({ router, peer }: OneSidedTunnel, { serves, lines }: OneSidedTunnel['peers'][number]): Html =>
  html`<details class="peer"><summary>A configuration of ${peer} with which it comes up where ${router} ${serves.map((role) => roleVerbs[role]).join(' and where it ')}</summary>
<p class="hint">Interface, mask and route are examples, keys are left out, and CRLs are not asked for. The trustpoints must be enrolled.</p>
<figure><figcaption>for <strong>${peer}</strong><button type="button" class="copy" hidden>copy</button></figcaption><pre>${lines.join('\n')}</pre></figure></details>`

/** Markup, and of each pair or single ladder in it how many bands it has. */
interface Part {
  readonly markup: Html
  readonly bands: readonly number[]
}

/** All is shown alike: both directions come up, with peers that were made to. */
const plain: Emphasis = { isDifference: () => false, isTelling: () => false }

/** Both ends have the SAs that protect traffic; none is sent to a peer that was made. */
const comesUp = ({ ladder: { rows } }: PeerRun): boolean =>
  new Set(rows.flatMap((row) => (row.kind === 'sa-installed' && row.sa === 'IPsec' ? [row.router] : []))).size === 2

const ladderTitle = ({ router }: OneSidedTunnel, run: PeerRun): Html =>
  html`<h4>${router} ${roleVerbs[run.role]}, with a peer made for it: ${comesUp(run) ? 'up' : 'not up'}</h4>`

const pairOf = (model: PageModel, tunnel: OneSidedTunnel, [left, right]: readonly PeerRun[]): Part => {
  if (!left) return { markup: nothing, bands: [] }
  const [ours, theirs] = bandsFor(left.ladder, right?.ladder ?? null)
  return {
    markup: html`<div class="ladders bands-${ours.length}${right ? '' : ' one'}">${ladderColumn(model, left, ours, ladderTitle(tunnel, left), plain)}${
      right ? ladderColumn(model, right, theirs, ladderTitle(tunnel, right), plain) : nothing
    }</div>`,
    bands: [ours.length],
  }
}

/** The negotiations with the peers that were made, of each role the first; behind them those of the other cases. */
const laddersPart = (model: PageModel, tunnel: OneSidedTunnel, runs: readonly PeerRun[]): Part => {
  const told = tunnel.directions.flatMap(({ role }) => runs.find((run) => run.role === role) ?? [])
  if (told.length === 0) return { markup: nothing, bands: [] }
  const pair = pairOf(model, tunnel, told)
  const others = runs.filter((run) => !told.includes(run)).map((run) => pairOf(model, tunnel, [run]))
  const summary = others.length === 1 ? 'The other case' : `The ${others.length} other cases`
  return {
    markup: html`<h3>The negotiation, with a peer that meets it</h3>
<p class="legend">Run with the peer whose configuration stands below. A double line is encrypted. Boxes open; a click lights up what belongs together.</p>
${pair.markup}
${others.length === 0 ? nothing : html`<details class="others"><summary>${summary} of what is not known of ${tunnel.router}</summary>${others.map(({ markup }) => markup)}</details>`}`,
    bands: [...pair.bands, ...others.flatMap(({ bands }) => bands)],
  }
}

const tunnelPart = (model: PageModel, tunnel: OneSidedTunnel, index: number): Part => {
  const { router, peer, protocol, directions, peers } = tunnel
  const asked = directions.some(({ conditions }) => conditions.length > 0)
  const ladders = laddersPart(model, tunnel, model.peerRuns[index] ?? [])
  return {
    markup: html`<section id="one-sided-${index}" aria-labelledby="one-sided-${index}-title"><h2 id="one-sided-${index}-title">${router} → ${peer} <span class="hint">${tunnel.interface}, ${protocol}${protocol === 'IKEv1' ? ' main mode' : ''}; nothing is known of the peer</span></h2>
<div class="cards">${directions.map((direction) => directionCard(model, tunnel, direction))}</div>
${asked ? html`<h3>What the peer must do</h3><p class="legend">All of it, for a direction to come up; beside each demand the message in which it shows. A click lights up the line behind it.</p><div class="columns">${directions.map((direction) => conditionsColumn(model, tunnel, direction, index))}</div>` : nothing}
${ladders.markup}
${peers.map((each) => peerFigure(tunnel, each))}</section>`,
    bands: ladders.bands,
  }
}

/** Every tunnel of the only router that is known. */
export const oneSidedPart = (model: PageModel, tunnels: readonly OneSidedTunnel[]): Part => {
  const parts = tunnels.map((tunnel, index) => tunnelPart(model, tunnel, index))
  return {
    markup: parts.length === 0 ? nothing : html`<div id="one-sided">${parts.map(({ markup }) => markup)}</div>`,
    bands: parts.flatMap(({ bands }) => bands),
  }
}
