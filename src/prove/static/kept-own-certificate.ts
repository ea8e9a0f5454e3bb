import type { End } from './ends.ts'
import { keptByBoth } from './kept.ts'

interface Decided {
  readonly choice: string | null
  /** What each request did to the choice. */
  readonly examined: readonly { readonly chosen: string | null }[]
}

/**
 * The choice of an own certificate, once for each store and list of requests; once for all orders of a store where none can
 * decide. Then the same certificate is taken for the same reason, and only those that are passed over stand in another order,
 * which no walk looks at. Where no request led to it the store's order may have.
 */
export const keptOwnCertificate = <Request extends object, Decision extends Decided>(): ((
  end: End,
  requests: readonly Request[],
  name: string,
  find: () => Decision,
) => Decision) => {
  const inAnyOrder = keptByBoth<End['standing'], readonly Request[], Decision>()
  const inOrder = keptByBoth<End['selection'], readonly Request[], Decision>()
  return ({ standing, selection, anyOrder }, requests, name, find) => {
    const shared = anyOrder === null ? null : inAnyOrder(standing, requests, `${name} ${anyOrder}`, find)
    return shared?.examined.some(({ chosen }) => chosen !== null) ? shared : inOrder(selection, requests, name, find)
  }
}
