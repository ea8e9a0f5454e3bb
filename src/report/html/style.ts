/** The page's looks: light and dark, phone and desktop, and paper. No font, picture or sheet comes from elsewhere. */
const base = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --sunk: #f0f2f5; --ink: #1b1f24; --soft: #57606a; --rule: #d5dae0;
  --link: #0757b8; --good: #11662c; --bad: #b3141f; --warn: #7a4a00; --mark: #fff1bf; --mark-ink: #5c3b00;
  --good-back: #e2f5e7; --bad-back: #fdeaea; --warn-back: #fdf3dc; --lit: #dcebff; --rail: #9aa4af;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1116; --card: #161b22; --sunk: #1d232c; --ink: #e6edf3; --soft: #a0aab5; --rule: #313a45;
    --link: #79b8ff; --good: #6ede8a; --bad: #ff9a94; --warn: #efc06b; --mark: #4b3a08; --mark-ink: #ffe49a;
    --good-back: #11301b; --bad-back: #3b1718; --warn-back: #362a10; --lit: #16345c; --rail: #5b6673;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main, .bar > div, footer { max-width: 84rem; margin: 0 auto; padding: 0 1rem; }
h1, h2, h3, h4, h5 { line-height: 1.25; margin: 1.6em 0 .6em; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.45rem; } h3 { font-size: 1.12rem; } h4 { font-size: 1rem; margin: 1.1em 0 .4em; } h5 { font-size: .85rem; margin: 0; }
p, ol, ul, dl { margin: .4em 0; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, pre, .payloads, .place { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
code { overflow-wrap: anywhere; }
summary { cursor: pointer; }
button { font: inherit; font-size: .8rem; color: var(--link); background: none; border: 1px solid var(--rule); border-radius: 5px; padding: .05rem .6rem; cursor: pointer; }
.hint, figcaption, .source { color: var(--soft); font-size: .87rem; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .3rem .6rem; z-index: 3; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.bar { position: sticky; top: 0; z-index: 2; background: var(--card); border-bottom: 1px solid var(--rule); }
.bar > div { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; align-items: baseline; padding-top: .5rem; padding-bottom: .5rem; }
.bar strong { letter-spacing: -.01em; }
.bar nav { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .9rem; }
.top { padding: 1.6rem 0 .2rem; }
.top p { color: var(--soft); margin: .3rem 0 0; }
footer { color: var(--soft); font-size: .85rem; padding-top: 2rem; padding-bottom: 3rem; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); align-items: start; }
.card { min-width: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: .9rem 1.1rem; }
.card > :first-child { margin-top: 0; }
.direction { border-top: 4px solid var(--rail); }
.direction h3 { display: flex; justify-content: space-between; gap: 1rem; align-items: baseline; font-size: 1.15rem; }
.outcome { font-size: .82rem; font-weight: 700; text-transform: uppercase; letter-spacing: .05em; border-radius: 99px; padding: .1rem .75rem; white-space: nowrap; }
.direction.up { border-top-color: var(--good); } .up .outcome { color: var(--good); background: var(--good-back); }
.direction.down, .direction.half-open { border-top-color: var(--bad); } .down .outcome, .half-open .outcome { color: var(--bad); background: var(--bad-back); }
.direction.undecided { border-top-color: var(--warn); } .undecided .outcome { color: var(--warn); background: var(--warn-back); }
.when { color: var(--warn); font-weight: 600; }
.then { color: var(--ink); font-weight: 400; }
.chain { list-style: none; padding: 0; }
.chain li { display: grid; grid-template-columns: minmax(3.2rem, max-content) 1fr; gap: 0 .7rem; padding: .45rem 0; border-top: 1px solid var(--rule); }
.chain li > div { min-width: 0; overflow-wrap: anywhere; }
.chain li:last-child strong { color: var(--bad); } .chain li:last-child a { color: inherit; }
.stage { color: var(--soft); font-weight: 600; font-size: .84rem; max-width: 6.5rem; padding-top: .1rem; }
.mend { background: var(--sunk); border-radius: 8px; padding: .5rem .8rem; } .mend dt { font-weight: 600; } .mend dd { margin: 0 0 .3rem; overflow-wrap: anywhere; }
.line { text-decoration-thickness: 1px; overflow-wrap: anywhere; } .place { color: var(--soft); }
figure { margin: .6rem 0; } figcaption { display: flex; gap: .4rem; align-items: baseline; } figcaption .copy { margin-left: auto; }
pre { background: var(--sunk); border-radius: 6px; margin: .25rem 0; padding: .5rem .7rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.proved { color: var(--good); font-weight: 600; } .warning { color: var(--warn); }
.events { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; } .events dt { font-weight: 600; font-variant-numeric: tabular-nums; } .events dd { margin: 0; min-width: 0; overflow-wrap: anywhere; } .events ul { margin: 0; padding-left: 1.1rem; color: var(--warn); }
.findings { padding-left: 1.1rem; overflow-wrap: anywhere; } .findings .warns { color: var(--warn); font-weight: 600; }
`

const ladders = `
.ladders { display: grid; gap: 0 2.2rem; grid-template-columns: repeat(2, minmax(0, 1fr)); }
.ladders.one { grid-template-columns: minmax(0, 44rem); }
.ladder { display: grid; grid-template-rows: subgrid; min-width: 0; }
.ladder header { display: flex; flex-direction: column; }
.ends { margin-top: auto; } .ladder header h4 { margin: .2rem 0; font-size: 1.02rem; }
.ends { display: flex; justify-content: space-between; font-weight: 700; } .ends span { background: var(--card); border: 1px solid var(--rail); border-radius: 6px; padding: 0 .6rem; max-width: 48%; overflow-wrap: anywhere; }
.band { list-style: none; margin: 0; padding: 0 0 .15rem; border-left: 2px solid var(--rail); border-right: 2px solid var(--rail); margin-inline: 1.2rem; min-width: 0; }
.band.over { border-color: transparent; }
.row { display: flex; padding: .12rem .6rem; } .row.at-right { justify-content: flex-end; } .row:has(.message) { padding: .12rem 0; }
.message { position: relative; flex: 1; min-width: 0; border-bottom: 2px solid var(--ink); padding: .25rem .9rem .1rem; margin-bottom: .35rem; }
.message p { margin: 0; overflow-wrap: anywhere; } .message.encrypted { border-bottom: 4px double var(--ink); } .message.to-left { text-align: right; }
.message::after { content: ""; position: absolute; bottom: -6px; border: 5px solid transparent; } .message.encrypted::after { bottom: -7px; }
.message.to-right::after { right: -1px; border-right-width: 0; border-left: 9px solid var(--ink); } .message.to-left::after { left: -1px; border-left-width: 0; border-right: 9px solid var(--ink); }
.message.unread { border-bottom-style: dashed; opacity: .75; }
.message.traffic { border-color: var(--good); color: var(--good); } .message.traffic::after { border-left-color: var(--good); }
.message .name { font-weight: 700; } .payloads { color: var(--soft); } .times { color: var(--bad); font-size: .85rem; }
.decision { max-width: min(92%, 30rem); min-width: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 7px; font-size: .9rem; }
.decision > summary { padding: .2rem .7rem; overflow-wrap: anywhere; } .decision[open] > summary { border-bottom: 1px solid var(--rule); }
.decision.telling { border-color: var(--ink); } .decision.telling .what { font-weight: 600; }
.difference, .decision.difference { border: 2px solid var(--mark-ink); background: var(--mark); }
.flag + .what { display: block; }
.flag { color: var(--mark-ink); font-weight: 700; font-size: .78rem; text-transform: uppercase; letter-spacing: .04em; }
.difference .hint, .difference .source { color: inherit; }
.body { padding: .4rem .8rem .6rem; } .question { font-style: italic; }
.candidates { list-style: none; padding: 0; } .candidates li { border-left: 3px solid var(--rule); padding: .1rem 0 .1rem .6rem; margin: .35rem 0; overflow-wrap: anywhere; } .candidates .taken { border-left-color: var(--good); }
.taken > .mark { color: var(--good); font-size: .82rem; } .passed-over > .mark { color: var(--soft); font-size: .82rem; }
.difference .taken > .mark, .difference .passed-over > .mark, .difference a, .difference .place { color: inherit; }
.rule { font-size: .87rem; overflow-wrap: anywhere; } .see { font-size: .87rem; }
.note { max-width: min(92%, 30rem); margin: .1rem 0; font-size: .9rem; overflow-wrap: anywhere; border-radius: 7px; } .at-right > .note { text-align: right; }
.check { color: var(--soft); font-size: .84rem; } .check .hint { font-size: inherit; } .failed { color: var(--bad); } .installed { color: var(--good); font-weight: 600; } .ended { color: var(--soft); font-style: italic; }
.rejection { color: var(--bad); background: var(--bad-back); border: 2px solid var(--bad); padding: .35rem .7rem; } .row > .rejection { text-align: left; }
.legend { color: var(--soft); font-size: .9rem; max-width: 60rem; }
`

const demands = `
.demands h4 { font-size: 1.02rem; } .demands h5 { margin: 1rem 0 0; color: var(--soft); text-transform: uppercase; letter-spacing: .05em; font-size: .76rem; }
.demanded { list-style: none; padding: 0; }
.demanded > li { display: grid; grid-template-columns: minmax(3.2rem, max-content) 1fr; gap: 0 .7rem; padding: .45rem .3rem; border-top: 1px solid var(--rule); }
.demanded > li > div { min-width: 0; overflow-wrap: anywhere; } .demanded p { margin: .15rem 0; font-size: .93rem; } .demanded .else { color: var(--soft); font-size: .87rem; }
.ways { margin: .15rem 0; padding-left: 1.1rem; font-size: .93rem; }
.peer { margin-top: 1rem; }
`

const evidence = `
.listings { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
.listing, .packets, .debug { min-width: 0; } .listing h3, .packets h3, .debug h3 { margin-top: .4rem; }
.lines, .log { list-style: none; margin: 0; padding: .5rem 0; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; font-size: .92rem; }
.lines li { display: grid; grid-template-columns: 3rem minmax(0, 1fr) auto; gap: 0 .7rem; padding: 0 .8rem 0 0; align-items: baseline; } .lines .gap { margin-top: .55rem; }
.lines li[data-to] { cursor: pointer; }
.lines code { white-space: pre-wrap; min-width: 0; } .number { text-align: right; color: var(--soft); text-decoration: none; font-variant-numeric: tabular-nums; font-size: .82rem; }
.uses { font-size: .78rem; display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 0 .5rem; max-width: 16rem; }
.packet { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; margin: .35rem 0; } .packet > summary { padding: .3rem .8rem; overflow-wrap: anywhere; }
.packet dl, .payload dl { display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: 0 .8rem; margin: .15rem 0; font-size: .87rem; } .packet dt { color: var(--soft); max-width: 14rem; overflow-wrap: anywhere; } .packet dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.payload { border-left: 3px solid var(--rule); padding: .1rem 0 .1rem .7rem; margin: .45rem 0; }
.payload dd > dl { grid-column: 1 / -1; }
.debug details { margin: .35rem 0; } .log li { display: flex; gap: .4rem; padding: 0 .8rem; } .log code { white-space: pre-wrap; min-width: 0; } .back { text-decoration: none; margin-left: auto; }
.columns { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
.lit, .decision.lit, .packet.lit, :target { background: var(--lit); } .decision.difference.lit, .decision.difference:target { background: var(--lit); color: var(--ink); } .origin { outline: 2px solid var(--link); outline-offset: 1px; }
@media (max-width: 60rem) {
  .ladders { grid-template-columns: minmax(0, 1fr); } .ladder { display: block; grid-row: auto !important; } .ladder + .ladder { margin-top: 2rem; }
  .band.over { display: none; }
}
@media (max-width: 30rem) {
  body { font-size: 15px; } .bar { position: static; } html { scroll-padding-top: .5rem; } .band { margin-inline: .5rem; } .row { padding-inline: .35rem; }
  .chain li, .demanded > li { grid-template-columns: 1fr; } .stage { max-width: none; } .card { padding: .8rem; } .lines li { grid-template-columns: 2rem minmax(0, 1fr); } .uses { grid-column: 2; justify-content: flex-start; max-width: none; } 
  .events { grid-template-columns: 1fr; gap: 0; } .events dd { margin-bottom: .5rem; } .packet dl, .payload dl { grid-template-columns: 1fr; } .packet dd { padding-left: .8rem; }
}
@media print {
  :root { --page: #fff; --card: #fff; --sunk: #f4f4f4; --ink: #000; --soft: #444; --rule: #bbb; --rail: #777; --link: #000; --good: #0a5020; --bad: #8d0f17; --warn: #5c3b00; --mark: #fff6d6; --mark-ink: #4a3000; --good-back: #fff; --bad-back: #fff; --warn-back: #fff; --lit: #fff; }
  body { font-size: 10pt; } .bar, .skip, .copy, .back, .see, .uses { display: none; } main { max-width: none; }
  .card, .demanded > li, .decision, .message, .payload, .note, .packet > summary { break-inside: avoid; } h2, h3 { break-after: avoid; } a { text-decoration: none; }
  .evidence { break-before: page; }
}
`

/** `bands`: how many bands the ladders of the page have, so that those side by side share their rows. */
export const pageStyle = (bands: readonly number[]): string =>
  [
    base,
    ladders,
    demands,
    [...new Set(bands)].map((count) => `.bands-${count} > .ladder { grid-row: 1 / span ${count + 1}; }\n`).join(''),
    evidence,
  ].join('')
