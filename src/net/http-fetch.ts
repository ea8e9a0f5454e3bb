import { get } from 'node:http'
import type { HttpAnswer } from './virtual-network.ts'

export interface FetchLimits {
  /** Milliseconds from the call to the last octet. */
  readonly timeout: number
  /** Octets of the body. */
  readonly maxLength: number
  /** Ends the fetch at once. */
  readonly signal: AbortSignal
}

/**
 * Fetches a URL with one GET. Whatever goes wrong is an answer too: the promise never rejects. Redirects are not
 * followed: the URL may come from a certificate that nobody vouches for yet.
 */
export function fetchOverHttp(url: string, { timeout, maxLength, signal }: FetchLimits): Promise<HttpAnswer> {
  if (!URL.canParse(url) || new URL(url).protocol !== 'http:') {
    return Promise.resolve({ unreachable: `not an http URL: ${url}` })
  }
  return new Promise((resolve) => {
    // `timeout` of node:http is about silence; a body that trickles needs the limit on the whole.
    const whole = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
    const fail = (error: Error) =>
      resolve({ unreachable: whole.aborted && !signal.aborted ? `no answer within ${timeout} ms` : error.message })
    const request = get(url, { agent: false, signal: whole }, (response) => {
      const parts: Uint8Array[] = []
      let length = 0
      response.on('error', fail)
      response.on('data', (part: Uint8Array) => {
        length += part.length
        if (length <= maxLength) parts.push(part)
        else {
          resolve({ unreachable: `more than ${maxLength} octets` })
          request.destroy()
        }
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }))
    })
    request.on('error', fail)
  })
}
