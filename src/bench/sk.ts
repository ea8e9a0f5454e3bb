import { randomBytes } from 'node:crypto'
import { type IkeV2Protection, ikeV2CipherInfo, openIkeV2, sealIkeV2 } from '../crypto/index.ts'
import type { Figure } from './figure.ts'
import { cbcMessage, type FloorOperation, gcmMessage, prfs, runFloor } from './floor.ts'
import { interleaved } from './rounds.ts'

/** Octets of the header and of the SK payload's own header, which stand before the IV. */
const headLength = 32
/** About what IKE_AUTH with a certificate holds. */
const innerLength = 1200
const batch = 100

/** Padding and its length fill the block (RFC 7296 §3.14). */
const padded = Math.ceil((innerLength + 1) / 16) * 16

/** @internal */
export const skRows: readonly {
  readonly name: string
  readonly protection: IkeV2Protection
  readonly floor: readonly FloorOperation[]
}[] = [
  {
    name: 'SK, AES-128-CBC and HMAC-SHA-256',
    protection: {
      cipher: 'aes-cbc-128',
      integrity: 'sha256',
      encryptionKey: randomBytes(16),
      integrityKey: randomBytes(32),
    },
    floor: [cbcMessage(padded), prfs(2, headLength + 16 + padded)],
  },
  {
    name: 'SK, AES-128-GCM',
    protection: {
      cipher: 'aes-gcm-128',
      integrity: null,
      encryptionKey: randomBytes(20),
      integrityKey: new Uint8Array(),
    },
    floor: [gcmMessage(innerLength + 1)],
  },
]

/** Seals what an SK payload holds and opens it again; throws where it is not authentic. @internal */
export const carrySk = (protection: IkeV2Protection, head: Uint8Array, inner: Uint8Array): Uint8Array => {
  const { ivLength } = ikeV2CipherInfo(protection.cipher)
  const message = sealIkeV2(protection, head, randomBytes(ivLength), inner)
  const opened = openIkeV2(protection, message, head.length)
  if (!opened.ok) throw new Error(opened.reject.detail)
  return opened.value
}

/** Messages whose SK payload is encrypted and decrypted again in a second, against the ciphers and HMACs alone. */
export const skFigures = (rounds: number): readonly Figure[] =>
  skRows.map(({ name, protection, floor }): Figure => {
    const head = randomBytes(headLength)
    const inner = randomBytes(innerLength)
    const often = (run: () => void) => (): void => {
      for (let message = 0; message < batch; message += 1) run()
    }
    const [whole = 0, least = 0] = interleaved(rounds, [
      {
        run: often(() => {
          carrySk(protection, head, inner)
        }),
      },
      { run: often(() => runFloor(floor)) },
    ])
    return {
      name: `${name}: encrypted and decrypted, ${innerLength} octets`,
      value: (batch * 1000) / whole,
      unit: 'messages/s',
      ratio: whole / least,
    }
  })
