import type { childPort, quickModePort } from '../../router/index.ts'
import { keptBy } from './kept.ts'

type QuickModePort = ReturnType<typeof quickModePort>
type ChildPort = ReturnType<typeof childPort>

/*
 * The ports to IPsec for walks: they ask the same of the same flows in every class, and SPIs decide nothing. An offer is
 * known by its flow, an answer by the offer's proposals and by whom it binds, a confirmation by the answer's proposal.
 */

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
