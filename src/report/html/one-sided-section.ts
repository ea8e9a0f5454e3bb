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
import { lineLink } from './ladder-section.ts'
import { conditionId, type PageModel } from './links.ts'

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

const tunnelPart = (model: PageModel, tunnel: OneSidedTunnel, index: number): Html => {
  const { router, peer, protocol, directions, peers } = tunnel
  const asked = directions.some(({ conditions }) => conditions.length > 0)
  return html`<section id="one-sided-${index}" aria-labelledby="one-sided-${index}-title"><h2 id="one-sided-${index}-title">${router} → ${peer} <span class="hint">${tunnel.interface}, ${protocol}${protocol === 'IKEv1' ? ' main mode' : ''}; nothing is known of the peer</span></h2>
<div class="cards">${directions.map((direction) => directionCard(model, tunnel, direction))}</div>
${asked ? html`<h3>What the peer must do</h3><p class="legend">All of it, for a direction to come up; beside each demand the message in which it shows. A click lights up the line behind it.</p><div class="columns">${directions.map((direction) => conditionsColumn(model, tunnel, direction, index))}</div>` : nothing}
${peers.map((each) => peerFigure(tunnel, each))}</section>`
}

/** Every tunnel of the only router that is known. */
export const oneSidedPart = (model: PageModel, tunnels: readonly OneSidedTunnel[]): Html =>
  tunnels.length === 0
    ? nothing
    : html`<div id="one-sided">${tunnels.map((tunnel, index) => tunnelPart(model, tunnel, index))}</div>`
