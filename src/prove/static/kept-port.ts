import { keptBy } from './kept.ts'

/** A port to IPsec, of quick mode or of IKEv2's children, as far as what it is asked for tells its answers apart. */
interface Port<OfferRequest, Offer, AnswerRequest, ConfirmRequest, Answer> {
  offer(flow: string, request: OfferRequest): Offer
  answer(request: AnswerRequest): Answer
  confirm(request: ConfirmRequest): Answer
}

interface Answering {
  readonly local: string
  readonly peer: string
  readonly boundProfile: string | null
  readonly proposals: readonly object[]
}

interface Confirming {
  readonly offer: { readonly flow: string }
  readonly returned: readonly object[]
}

const nothing: object = {}

/**
 * A port for walks: they ask the same of the same flows in every class, and SPIs decide nothing. An offer is known by its
 * flow, an answer by the offer's proposals and by whom it binds, a confirmation by the answer's proposal.
 */
export const keptPort = <
  OfferRequest,
  Offer,
  AnswerRequest extends Answering,
  ConfirmRequest extends Confirming,
  Answer,
>(
  port: Port<OfferRequest, Offer, AnswerRequest, ConfirmRequest, Answer>,
): Port<OfferRequest, Offer, AnswerRequest, ConfirmRequest, Answer> => {
  const offers = keptBy<object, Offer>()
  const answers = keptBy<object, Answer>()
  const confirmations = keptBy<object, Answer>()
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
