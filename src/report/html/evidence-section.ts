import type { TraceEvent } from '../../trace/index.ts'
import { exchangeType, ikeV2ExchangeType, nameOf, toHex } from '../../wire/index.ts'
import type { DecodedPayload, Field } from '../decode/field.ts'
import { ikeV2Payload } from '../decode/ikev2-fields.ts'
import { isakmpPayload } from '../decode/isakmp-fields.ts'
import type { DecodedMessage } from '../decode/messages.ts'
import type { Ladder } from '../ladder.ts'
import { roleVerbs } from '../one-sided-words.ts'
import { type Html, html, nothing } from './html.ts'
import type { DebugLine, Packet, PageModel, PageRun, RouterLines } from './links.ts'

const related = (model: PageModel, id: string): Html => {
  const ids = model.related(id)
  return ids.length === 0 ? nothing : html` data-to="${ids.join(' ')}"`
}

/** The direction of a ladder, where there is little room. */
const shortDirection = (model: PageModel, { initiator, responder }: Ladder): string =>
  model.routers.length > 2 ? `${initiator}▸${responder} ` : `${initiator}▸`

/** `R1▸MM4`, `R1▸R3 AUTH req`: a message of the direction that R1 initiates. */
const shortMessage = (direction: string, message: string | null): string =>
  `${direction}${(message ?? 'decision')
    .replace(/^IKE_(SA_)?/, '')
    .replace('request', 'req')
    .replace('response', 'resp')}`

/** The decisions that rest on a line. */
const decisionLinks = (model: PageModel, id: string): Html => {
  const ids = new Set(model.related(id))
  const links = model.runs.flatMap((run) =>
    run.proof.otherwise > 0
      ? []
      : run.ladder.rows.flatMap((row) => {
          const anchor = run.rowId(row)
          if (row.kind !== 'decision' || !ids.has(anchor)) return []
          return [
            html` <a href="#${anchor}" title="${row.what}, when ${run.ladder.initiator} initiates">${shortMessage(shortDirection(model, run.ladder), row.message)}</a>`,
          ]
        }),
  )
  const demanded = model.demands
    .filter((each) => ids.has(each.id))
    .map(
      ({ id: anchor, router, role, condition: { message, must } }) =>
        html` <a href="#${anchor}" title="${must}, where ${router} ${roleVerbs[role]}">${shortMessage(role === 'initiator' ? `${router}▸` : 'peer▸', message)}</a>`,
    )
  return links.length + demanded.length === 0 ? nothing : html`<span class="uses">${links}${demanded}</span>`
}

/** The lines of a configuration that count, with links to the decisions that rest on them. */
export const configurationPart = (model: PageModel, { name, files, lines }: RouterLines): Html => {
  const items = lines.map(({ id, at }, index) => {
    const above = lines[index - 1]?.at
    const isElsewhere = above !== undefined && above.file !== at.file
    const isGap = isElsewhere || (at.line > (above?.line ?? at.line - 1) + 1 && /^\S/.test(at.text))
    const where =
      files.length > 1 && (isElsewhere || index === 0) ? html` <span class="hint">${at.file}</span>` : nothing
    const uses = decisionLinks(model, id)
    return html`<li id="${id}"${related(model, id)}${isGap ? html` class="gap"` : nothing}><a class="number" href="#${id}">${at.line}</a><code>${at.text}</code>${where}${uses}</li>`
  })
  return html`<section class="listing"><h3>${name} <span class="hint">${files.join(', ')}</span></h3><ol class="lines">${items}</ol></section>`
}

const fieldItem = ({ name, value, inner }: Field): Html =>
  html`<dt>${name}</dt><dd>${value}${inner && inner.length > 0 ? html`<dl>${inner.map(fieldItem)}</dl>` : nothing}</dd>`

const payloadItem = ({ name, fields }: DecodedPayload): Html =>
  html`<section class="payload"><h5>${name}</h5><dl>${fields.map(fieldItem)}</dl></section>`

const headerFields = (message: DecodedMessage): readonly Field[] => {
  const { header } = message
  const spis =
    'initiatorCookie' in header
      ? [
          { name: 'initiator cookie', value: toHex(header.initiatorCookie) },
          { name: 'responder cookie', value: toHex(header.responderCookie) },
        ]
      : [
          { name: 'initiator SPI', value: toHex(header.initiatorSpi) },
          { name: 'responder SPI', value: toHex(header.responderSpi) },
        ]
  const exchanges = message.version === 1 ? exchangeType : ikeV2ExchangeType
  return [
    ...spis,
    { name: 'exchange', value: nameOf(exchanges, header.exchangeType) ?? `${header.exchangeType}` },
    {
      name: 'message id',
      value:
        message.version === 1
          ? toHex(
              Uint8Array.of(
                header.messageId >>> 24,
                (header.messageId >>> 16) & 255,
                (header.messageId >>> 8) & 255,
                header.messageId & 255,
              ),
            )
          : `${header.messageId}`,
    },
  ]
}

const payloadsOf = (message: DecodedMessage, cas: ReadonlyMap<string, string>): readonly DecodedPayload[] | null =>
  message.version === 1
    ? (message.payloads?.map(isakmpPayload) ?? null)
    : (message.payloads?.map((payload) => ikeV2Payload(payload, cas)) ?? null)

/** The names of the CAs behind the hashes of IKEv2's requests. */
const casByHash = (events: readonly TraceEvent[]): ReadonlyMap<string, string> =>
  new Map(
    events.flatMap((event) =>
      event.name === 'ike:v2_certreq_sent' ? event.data.requests.map(({ hash, ca }) => [hash, ca] as const) : [],
    ),
  )

const packetItem = (
  model: PageModel,
  { id, row, message }: Packet,
  cas: ReadonlyMap<string, string>,
  rowId: string,
): Html => {
  const payloads = message === null ? null : payloadsOf(message, cas)
  return html`<details class="packet" id="${id}"${related(model, id)}><summary><strong>${row.message}</strong> ${row.from} → ${row.to} <span class="hint">${row.length} octets${row.encrypted ? ', encrypted' : ''}</span></summary><div class="body">
${message === null ? nothing : html`<dl class="header">${headerFields(message).map(fieldItem)}</dl>`}
${payloads === null ? html`<p>The payloads cannot be decrypted with a key that both ends hold, or stand in another fragment.</p>` : payloads.map(payloadItem)}
<p class="see"><a href="#${rowId}">in the ladder</a></p></div></details>`
}

/** The packets of a direction, field by field. */
export const packetsPart = (model: PageModel, run: PageRun): Html => {
  const cas = casByHash(run.proof.run.events)
  return html`<section class="packets"><h3>${run.ladder.initiator} initiates <span class="hint">to ${run.ladder.responder}</span></h3>${run.packets.map((packet) => packetItem(model, packet, cas, run.rowId(packet.row)))}</section>`
}

const debugItem = (model: PageModel, { id, text }: DebugLine): Html => {
  const [row] = model.related(id)
  return html`<li id="${id}"${related(model, id)}><code>${text}</code>${row === undefined ? nothing : html` <a class="back" href="#${row}" title="in the ladder">↩</a>`}</li>`
}

/** What each router prints under debug, in one direction. */
export const debugPart = (model: PageModel, run: PageRun): Html => {
  const again = run.ladder.rows.find(({ kind }) => kind === 'again')
  return html`<section class="debug"><h3>${run.ladder.initiator} initiates <span class="hint">to ${run.ladder.responder}</span></h3>${[
    ...run.debug,
  ].map(
    ([router, lines]) =>
      html`<details><summary><strong>${router}</strong> <span class="hint">${lines.length} lines</span></summary><ol class="log">${lines.map((line) => debugItem(model, line))}</ol>${
        again ? html`<p class="hint">The negotiations that begin anew print the same again.</p>` : nothing
      }</details>`,
  )}</section>`
}
