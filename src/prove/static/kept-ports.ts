import type { childPort, quickModePort } from '../../router/index.ts'

type QuickModePort = ReturnType<typeof quickModePort>
type ChildPort = ReturnType<typeof childPort>

/*
 * The ports to IPsec for walks: they ask the same of the same flows in every class, and SPIs decide nothing. An offer is
 * known by its flow, an answer by the offer's proposals and by whom it binds, a confirmation by the answer's proposal.
 */

/** A function's results by an object and a name. */
const keptBy = <Subject extends object, Result>(): ((subject: Subject, name: string, find: () => Result) => Result) => {
  const kept = new WeakMap<Subject, Map<string, Result>>()
  return (subject, name, find) => {
    const byName = kept.get(subject) ?? new Map<string, Result>()
    kept.set(subject, byName)
    const known = byName.get(name)
    if (known !== undefined) return known
    const found = find()
    byName.set(name, found)
    return found
  }
}

const nothing: object = {}

export const keptQuickMode = (port: QuickModePort): QuickModePort => {
  const offers = keptBy<object, ReturnType<QuickModePort['offer']>>()
  const answers = keptBy<object, ReturnType<QuickModePort['answer']>>()
  const confirmations = keptBy<object, ReturnType<QuickModePort['confirm']>>()
  return {
    offer: (flow, request) => offers(port, flow, () => port.offer(flow, request)),
    answer: (request) =>
      answers(request.proposals, JSON.stringify([request.local, request.peer, request.boundProfile]), () =>
        port.answer(request),
      ),
    confirm: (request) =>
      confirmations(request.returned[0] ?? nothing, request.offer.flow, () => port.confirm(request)),
  }
}

export const keptChildren = (port: ChildPort): ChildPort => {
  const offers = keptBy<object, ReturnType<ChildPort['offer']>>()
  const answers = keptBy<object, ReturnType<ChildPort['answer']>>()
  const confirmations = keptBy<object, ReturnType<ChildPort['confirm']>>()
  return {
    offer: (flow, request) => offers(port, flow, () => port.offer(flow, request)),
    answer: (request) =>
      answers(request.proposals, JSON.stringify([request.local, request.peer, request.boundProfile]), () =>
        port.answer(request),
      ),
    confirm: (request) =>
      confirmations(request.returned[0] ?? nothing, request.offer.flow, () => port.confirm(request)),
  }
}
