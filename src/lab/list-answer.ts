import type { HttpAnswer } from '../net/index.ts'
import type { Crl } from '../pki/index.ts'

type Answer = Exclude<HttpAnswer, { readonly unreachable: string }>

const lists = new WeakMap<HttpAnswer, Crl>()

/** What a server answers that publishes this list: its octets are made, and signed, when somebody reads them. */
export const answerWith = (list: Crl): Answer => {
  const answer = {
    status: 200,
    get body(): Uint8Array {
      return list.der
    },
  }
  lists.set(answer, list)
  return answer
}

/** The list of such an answer, for whoever only decides; undefined where it is another answer. */
export const listIn = (answer: HttpAnswer): Crl | undefined => lists.get(answer)
