/**
 * What the page does beyond reading: a click on a line, a decision, a packet or a log entry lights up what belongs to it;
 * links open what they lead to; lines to paste are copied; printing opens the decisions that explain; of packets and logs, what the reader has opened is printed. The page reads well without it.
 */
export const pageScript = `'use strict'
const all = (selector, root = document) => [...root.querySelectorAll(selector)]
const open = (element) => {
  for (let each = element; each; each = each.parentElement) if (each.tagName === 'DETAILS') each.open = true
}
const status = document.getElementById('status')
const light = (element) => {
  for (const each of all('.lit, .origin')) each.classList.remove('lit', 'origin')
  const ids = (element.dataset.to || '').split(' ').filter(Boolean)
  if (ids.length === 0) return
  element.classList.add('origin')
  let count = 0
  for (const id of ids) {
    const related = document.getElementById(id)
    if (!related) continue
    related.classList.add('lit')
    count += 1
    if (related.tagName !== 'DETAILS') open(related.closest('details'))
  }
  status.textContent = count + (count === 1 ? ' place belongs' : ' places belong') + ' to it'
}
document.addEventListener('click', (event) => {
  if (event.target.closest('button, .see a, .uses a')) return
  const element = event.target.closest('[data-to]')
  if (element) light(element)
})
const arrive = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!target) return
  open(target)
  if (target.dataset.to) light(target)
  target.scrollIntoView({ block: 'center' })
}
addEventListener('hashchange', arrive)
arrive()
addEventListener('beforeprint', () => {
  for (const each of all('.fix details, .peer, .decision.telling, .decision.difference')) each.open = true
})
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') for (const each of all('.lit, .origin')) each.classList.remove('lit', 'origin')
})
for (const button of all('button.copy')) {
  button.hidden = false
  button.addEventListener('click', async () => {
    const text = button.closest('figure').querySelector('pre').textContent
    try {
      await navigator.clipboard.writeText(text + '\\n')
      button.textContent = 'copied'
    } catch {
      getSelection().selectAllChildren(button.closest('figure').querySelector('pre'))
      button.textContent = 'selected'
    }
  })
}
`
