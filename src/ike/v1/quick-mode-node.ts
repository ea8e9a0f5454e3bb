import type { DhKeyPair } from '../../crypto/index.ts'
import type { AgreedChild } from '../effects.ts'
import type { QuickModeOffer } from './context.ts'
import type { Flight } from './session.ts'

/** One quick mode exchange, by its message id. */
export type QuickModeNode =
  | {
      readonly state: 'I_QM1'
      readonly messageId: number
      readonly iv: Uint8Array
      readonly offer: QuickModeOffer
      readonly spi: Uint8Array
      readonly nonce: Uint8Array
      readonly dh: DhKeyPair | null
      readonly flight: Flight
      readonly rekeys: boolean
    }
  | {
      readonly state: 'R_QM2'
      readonly messageId: number
      readonly iv: Uint8Array
      readonly child: AgreedChild
      readonly spi: Uint8Array
      readonly peerSpi: Uint8Array
      readonly nonceI: Uint8Array
      readonly nonceR: Uint8Array
      readonly keymatIn: Uint8Array
      readonly keymatOut: Uint8Array
      readonly requestDigest: string
      readonly flight: Flight
    }
  | {
      /** Complete, or refused: kept so that a duplicate gets the same answer. */
      readonly state: 'DONE'
      readonly messageId: number
      readonly requestDigest: string
      readonly reply: Flight | null
    }
