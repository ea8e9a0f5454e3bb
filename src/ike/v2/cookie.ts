import { equalConstantTime, hmac } from '../../crypto/index.ts'
import { concat, ipv4ToBytes } from '../../wire/index.ts'

/** Seconds for which a secret makes cookies; those of the one before it still count. */
const secretLifetime = 120_000
const secretLength = 32

interface Secret {
  readonly version: number
  readonly octets: Uint8Array
  readonly since: number
}

/** What a cookie is bound to (RFC 7296 §2.6). */
export interface Claim {
  readonly nonce: Uint8Array
  readonly address: string
  readonly spi: Uint8Array
}

/** Cookies of one responder: `version | HMAC(secret, Ni | IPi | SPIi)`. No state of a peer is kept; two secrets are valid at a time. */
export class Cookies {
  readonly #random: (octets: number) => Uint8Array
  #secrets: readonly Secret[] = []

  constructor(random: (octets: number) => Uint8Array) {
    this.#random = random
  }

  make(now: number, claim: Claim): Uint8Array {
    return this.#compute(this.#current(now), claim)
  }

  isGood(now: number, claim: Claim, cookie: Uint8Array): boolean {
    this.#current(now)
    const secret = this.#secrets.find(({ version }) => version === cookie[0])
    return secret !== undefined && equalConstantTime(this.#compute(secret, claim), cookie)
  }

  #compute({ version, octets }: Secret, { nonce, address, spi }: Claim): Uint8Array {
    return concat(Uint8Array.of(version), hmac('sha256', octets, concat(nonce, ipv4ToBytes(address), spi)))
  }

  #current(now: number): Secret {
    const [newest] = this.#secrets
    if (newest && now - newest.since < secretLifetime) return newest
    const fresh: Secret = {
      version: ((newest?.version ?? 0) + 1) & 255,
      octets: this.#random(secretLength),
      since: now,
    }
    this.#secrets = newest && now - newest.since < 2 * secretLifetime ? [fresh, newest] : [fresh]
    return fresh
  }
}
