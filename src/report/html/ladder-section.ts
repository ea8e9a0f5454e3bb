import { placeOf } from '../../prove/index.ts'
import type { Candidate, SourceRef } from '../../trace/index.ts'
import type { DecisionRow, Ladder, LadderRow, MessageRow } from '../ladder.ts'
import { bandsOf } from '../ladder-difference.ts'
import { payloadWords } from '../payload-words.ts'
import { againText } from '../words.ts'
import { type Html, html, nothing } from './html.ts'
import type { DrawnRun, PageModel } from './links.ts'

/** What makes some rows of a ladder stand out. */
export interface Emphasis {
  readonly isDifference: (row: LadderRow) => boolean
  readonly isTelling: (row: LadderRow) => boolean
}

/** `R1.cfg:30 ca trust-point IOSCA1`, as a link to the line where the page shows it. */
export const lineLink = (model: PageModel, at: SourceRef): Html => {
  const id = model.lineId(at)
  const place = html`<span class="place">${placeOf(at)}</span> <code>${at.text.trim()}</code>`
  return id === null ? html`<span class="line">${place}</span>` : html`<a class="line" href="#${id}">${place}</a>`
}

const candidateItem = (model: PageModel, { name, taken, reason, at }: Candidate): Html =>
  html`<li class="${taken ? 'taken' : 'passed-over'}"><strong>${name}</strong> <span class="mark">${taken ? '✓ taken' : 'passed over'}</span><br>${reason}${at === undefined ? nothing : html`<br>${lineLink(model, at)}`}</li>`

const evidenceLinks = (model: PageModel, id: string): Html => {
  const related = model.related(id)
  const links = [
    ...related.filter((each) => /-p\d+$/.test(each)).map((each) => html`<a href="#${each}">packet</a> `),
    ...related.filter((each) => /-[ir]\d+$/.test(each)).map((each) => html`<a href="#${each}">debug log</a> `),
  ]
  return links.length === 0 ? nothing : html`<p class="see">see ${links}</p>`
}

const decisionBody = (model: PageModel, row: DecisionRow, id: string): Html => html`<div class="body">
<p class="question">${row.question}</p>
<ul class="candidates">${row.candidates.map((each) => candidateItem(model, each))}</ul>
<p class="rule">rule <code>${row.rule}</code>${row.knob === null ? nothing : html`, knob <code>${row.knob.name}=${row.knob.value}</code>`}<br><span class="source">${row.source}</span></p>
${evidenceLinks(model, id)}</div>`

const sideOf = (router: string, { initiator }: Ladder): string => (router === initiator ? 'at-left' : 'at-right')

const related = (model: PageModel, id: string): Html => {
  const ids = model.related(id)
  return ids.length === 0 ? nothing : html` data-to="${ids.join(' ')}"`
}

const decisionItem = (
  model: PageModel,
  row: DecisionRow,
  run: DrawnRun,
  { isDifference, isTelling }: Emphasis,
): Html => {
  const id = run.rowId(row)
  const [line] = row.because
  const marks = `${isDifference(row) ? ' difference' : ''}${isTelling(row) ? ' telling' : ''}`
  return html`<li class="row ${sideOf(row.router, run.ladder)}"><details class="decision${marks}" id="${id}"${related(model, id)}><summary>${
    isDifference(row) ? html`<span class="flag">≠ first difference</span>` : nothing
  }<span class="what">${row.what}</span>${line ? html` <span class="hint">${placeOf(line)}</span>` : nothing}</summary>${decisionBody(model, row, id)}</details></li>`
}

const messageItem = (model: PageModel, row: MessageRow, run: DrawnRun): Html => {
  const id = run.rowId(row)
  const way = row.from === run.ladder.initiator ? 'to-right' : 'to-left'
  const [packet] = run.packets.filter((each) => each.row === row)
  const times = row.sent > 1 ? html` <span class="times">sent ${row.sent} times</span>` : nothing
  const name = html`<span class="name">${row.message}</span>`
  return html`<li class="row"><div class="message ${way}${row.encrypted ? ' encrypted' : ''}${row.read ? '' : ' unread'}" id="${id}"${related(model, id)}><p>${
    packet ? html`<a href="#${packet.id}">${name}</a>` : name
  }${times}${row.read ? nothing : html` <span class="times">lost, or not wanted</span>`} <span class="payloads">${
    row.payloads.length === 0 ? 'empty' : payloadWords(row.payloads).join(' · ')
  }</span></p></div></li>`
}

const noteItem = (model: PageModel, row: LadderRow, router: string, run: DrawnRun, kind: string, text: Html): Html => {
  const id = run.rowId(row)
  return html`<li class="row ${sideOf(router, run.ladder)}"><p class="note ${kind}" id="${id}"${related(model, id)}>${text}</p></li>`
}

const rowItem = (model: PageModel, row: LadderRow, run: DrawnRun, emphasis: Emphasis): Html => {
  switch (row.kind) {
    case 'message':
      return messageItem(model, row, run)
    case 'decision':
      return decisionItem(model, row, run, emphasis)
    case 'check':
      return noteItem(
        model,
        row,
        row.router,
        run,
        row.passed ? 'check' : 'check failed',
        html`${row.passed ? '✓' : '✗'} ${row.what}${row.detail === '' ? nothing : html`<br><span class="hint">${row.detail}</span>`}`,
      )
    case 'rejection':
      return noteItem(
        model,
        row,
        row.router,
        run,
        `rejection${emphasis.isDifference(row) ? ' difference' : ''}`,
        html`<strong>✗ ${row.what}</strong>${row.notify === null ? nothing : html`, says ${row.notify}`}<br><code>${row.code}</code><br>${row.detail}`,
      )
    case 'sa-installed':
      return noteItem(
        model,
        row,
        row.router,
        run,
        'installed',
        html`✓ ${row.sa === 'IKE' ? 'IKE SA' : `IPsec SA ${row.ways.join(' and ')}`} <span class="hint">${row.detail}</span>`,
      )
    case 'ended':
      return noteItem(model, row, row.router, run, 'ended', html`${row.router} deletes the IKE SA: ${row.reason}`)
    case 'again':
      return noteItem(model, row, row.router, run, 'ended', html`${againText(row.router, row.times, row.sameEnd)}`)
    case 'traffic': {
      const id = run.rowId(row)
      return html`<li class="row"><div class="message to-right encrypted traffic" id="${id}"${related(model, id)}><p><span class="name">ESP</span> ping, ${row.received} of ${row.sent} answered</p></div></li>`
    }
  }
}

/** A ladder as one column: the names of the two ends, and a band of rows for each message. */
export const ladderColumn = (
  model: PageModel,
  run: DrawnRun,
  bands: readonly (readonly LadderRow[])[],
  title: Html,
  emphasis: Emphasis,
): Html => html`<section class="ladder">
<header>${title}<div class="ends"><span>${run.ladder.initiator}</span><span>${run.ladder.responder}</span></div></header>
${bands.map((rows) => html`<ol class="band${rows.length === 0 ? ' over' : ''}">${rows.map((row) => rowItem(model, row, run, emphasis))}</ol>`)}
</section>`

/** The bands of two ladders, or of one. */
export const bandsFor = (
  left: Ladder,
  right: Ladder | null,
): readonly [readonly (readonly LadderRow[])[], readonly (readonly LadderRow[])[]] => {
  const bands = bandsOf(left, right ?? left)
  return [bands.map((band) => band.left), bands.map((band) => band.right)]
}
