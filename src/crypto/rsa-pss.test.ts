import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromHex } from './bytes.ts'
import type { HashName } from './hash.ts'
import { fromBigInt, modInverse, toBigInt } from './integers.ts'
import { labRsaKey } from './lab-keys.ts'
import { rsaSignPss } from './rsa-pss.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The key of NIST's SigGen vectors for FIPS 186-4, RSASSA-PSS with 2048 bits. */
const primeP = fromHex(
  `e28da1aa250390bc8fd27d6f601830febbdd5a309bcd5d1d3cebda111110851563d1fb4d141e8129bf25721aa144b104
   b7c5adbb8540f02a7402788ae72c93c9f59d6d1bcf1541c3354b5cd3dcb91e35ed100d78857cf2ab6ed04b2dc1cc81fa
   1307bb18c635fdacfb7f656d0b4743d9f487048a8aaf5d5ec6fd09a01b28d4b1`,
)
const primeQ = fromHex(
  `dea1faf22b760cbfa9ba11a486edd9b9faee04f22f15abfff5b2c079a2c932cfa641660da16213adfbbb568ecbaac185
   11031f428cd3ae4e0bf01928a1db6360511c26501c7bda7bf4fc4cc792d79efb86ec15ba2fc82aa41bce08e0807859a4
   1b57e9e3f15804c81bf8ed017dea62e53489f955949651ddcb1da5297465ac9f`,
)
const exponent = fromHex('86c94f')

const vectorKey = (): KeyObject => {
  const [p, q, e] = [toBigInt(primeP), toBigInt(primeQ), toBigInt(exponent)]
  const d = modInverse(e, (p - 1n) * (q - 1n))
  const base64url = (value: bigint, length: number): string =>
    Buffer.from(fromBigInt(value, length)).toString('base64url')
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      ...{ n: base64url(p * q, 256), e: base64url(e, 3), d: base64url(d, 256) },
      ...{ p: base64url(p, 128), q: base64url(q, 128), qi: base64url(modInverse(q, p), 128) },
      ...{ dp: base64url(d % (p - 1n), 128), dq: base64url(d % (q - 1n), 128) },
    },
  })
}

/** Hash, salt, message, signature. */
const vectors: readonly (readonly [HashName, salt: string, message: string, signature: string])[] = [
  [
    'sha256',
    'e1256fc1eeef81773fdd54657e4007fde6bcb9b1',
    `dfc22604b95d15328059745c6c98eb9dfb347cf9f170aff19deeec555f22285a6706c4ecbf0fb1458c60d9bf913fbae6
     f4c554d245d946b4bc5f34aec2ac6be8b33dc8e0e3a9d601dfd53678f5674443f67df78a3a9e0933e5f158b169ac8d1c
     4cd0fb872c14ca8e001e542ea0f9cfda88c42dcad8a74097a00c22055b0bd41f`,
    `8b46f2c889d819f860af0a6c4c889e4d1436c6ca174464d22ae11b9ccc265d743c67e569accbc5a80d4dd5f1bf4039e2
     3de52aece40291c75f8936c58c9a2f77a780bbe7ad31eb76742f7b2b8b14ca1a7196af7e673a3cfc237d50f615b75cf4
     a7ea78a948bedaf9242494b41e1db51f437f15fd2551bb5d24eefb1c3e60f03694d0033a1e0a9b9f5e4ab97d457dff9b
     9da516dc226d6d6529500308ed74a2e6d9f3c10595788a52a1bc0664aedf33efc8badd037eb7b880772bdb04a6046e9e
     deee4197c25507fb0f11ab1c9f63f53c8820ea8405cfd7721692475b4d72355fa9a3804f29e6b6a7b059c4441d54b28e
     4eed2529c6103b5432c71332ce742bcc`,
  ],
  [
    'sha384',
    'b750587671afd76886e8ffb7865e78f706641b2e4251b48706',
    `833aa2b1dcc77607a44e804ee77d45408586c536861f6648adcd2fb65063368767c55c6fe2f237f6404250d75dec8fa6
     8bcaf3b6e561863ae01c91aa23d80c6999a558a4c4cb317d540cde69f829aad674a89812f4d353689f04648c7020a739
     41620018295a4ae4083590cc603e801867a51c105a7fb319130f1022de44f13e`,
    `2ca37a3d6abd28c1eaf9bde5e7ac17f1fa799ce1b4b899d19985c2ff7c8ba959fe54e5afb8bc4021a1f1c687eebb8cba
     800d1c51636b1f68dc3e48f63e2da6bc6d09c6668f68e508c5d8c19bef154759e2f89ade152717370a8944f537578296
     380d1fe6be809e8b113d2b9d89e6a46f5c333d4fd48770fc1ea1c548104575b84cf071042bfe5acf496392be8351a41c
     46a2cab0864c4c1c5b5e0c7b27e7b88c69f37ffa7e1a8cd98f343ac84a4ad67025a40ed8f664e9d630337de6e48bb212
     5e2552123609491f183afd92634487f0b2cf971f2626e88858879d45a29b0fefb66cd41b2e4e968385bd9fc8c7211976
     bc6bd3e1ad6df60856985a825f4726d2`,
  ],
  [
    'sha512',
    'aa10fec3f83b7a97e092877a5bf9081283f502a0a46b50e395ab983a49ac',
    `5f0fe2afa61b628c43ea3b6ba60567b1ae95f682076f01dfb64de011f25e9c4b3602a78b94cecbc14cd761339d2dc320
     dba504a3c2dcdedb0a78eb493bb11879c31158e5467795163562ec0ca26c19e0531530a815c28f9b52061076e61f831e
     2fc45b86631ea7d3271444be5dcb513a3d6de457a72afb67b77db65f9bb1c380`,
    `5e0712bb363e5034ef6b23c119e3b498644445faab5a4c0b4e217e4c832ab34c142d7f81dbf8affdb2dacefabb2f8352
     4c5aa883fc5f06e528b232d90fbea9ca08ae5ac180d477eaed27d137e2b51bd613b69c543d555bfc7cd81a4f795753c8
     c64c6b5d2acd9e26d6225f5b26e4e66a945fd6477a277b580dbeaa46d0be498df9a093392926c905641945ec5b959752
     5e449af3743f80554788fc358bc0401a968ff98aaf34e50b352751f32274750ff5c1fba503050204cec9c77deede7f8f
     a20845d95f5177030bc91d51f26f29d2a65b870dc72b81e5ef9eeef990d7c7145bbf1a3bc7aedd19fa7cbb020756525f
     1802216c13296fd6aac11bf2d2d90494`,
  ],
]

/** Of 1025 bits the encoded message is an octet shorter than the modulus. */
const odd = generateKeyPairSync('rsa', { modulusLength: 1025 }).privateKey

describe('RSASSA-PSS', () => {
  const key = vectorKey()

  it.each(vectors)('with %s and a given salt is the signature of FIPS 186-4', (name, salt, message, signature) => {
    expect(hex(rsaSignPss(key, name, fromHex(message), fromHex(salt)))).toBe(hex(fromHex(signature)))
  })

  it.each([
    [1024, labRsaKey(1024, 0)],
    [1025, odd],
    [2048, labRsaKey(2048, 0)],
  ])('verifies with another implementation under a key of %i bits', (bits, lab) => {
    const data = Uint8Array.of(1, 2, 3)
    for (const salt of [new Uint8Array(0), new Uint8Array(32).fill(5)]) {
      const signature = rsaSignPss(lab, 'sha256', data, salt)
      const options = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt.length }
      expect(signature).toHaveLength(Math.ceil(bits / 8))
      expect(verify('sha256', data, { key: createPublicKey(lab), ...options }, signature)).toBe(true)
    }
  })

  it('throws on a key that is too small for hash and salt', () => {
    expect(() => rsaSignPss(labRsaKey(1024, 0), 'sha512', new Uint8Array(0), new Uint8Array(64))).toThrow(RangeError)
  })
})
