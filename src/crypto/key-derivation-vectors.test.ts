import { describe, expect, it } from 'vitest'
import { concat } from '../wire/index.ts'
import { fromHex } from './bytes.ts'
import { deriveIkeV1Keys, skeyidPreShared, skeyidSignature } from './ikev1-keys.ts'
import { deriveIkeV2Keys, ikeV2Skeyseed, ikeV2SkeyseedRekey } from './ikev2-keys.ts'
import { prfPlus } from './ikev2-prf.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** NIST's samples for the application-specific key derivation functions of SP 800-135 (CAVP): IKEv1 and IKEv2. */
const samples = [
  {
    prf: 'sha1',
    v1: {
      ni: '69a62284195f1680',
      nr: '80c94ba25c8abda5',
      gxy: '8ba4cbc73c0187301dc19a975823854dbd641c597f637f8d053a83b9514673eb',
      cookieI: '8c3bcd3a69831d7f',
      cookieR: 'd2d9a7ff4fbe95a7',
      skeyid: '707197817fb2d90cf54d1842606bdea59b9f4823',
      skeyidD: '384be709a8a5e63c3ed160cfe3921c4b37d5b32d',
      skeyidA: '48b327575abe3adba0f279849e289022a13e2b47',
      skeyidE: 'a4a415c8e0c38c0da847c356cc61c24df8025560',
    },
    preShared: {
      key: 'c0',
      ni: '03a6f25a83c8c2a3',
      nr: '9d958a6618f77e7f',
      skeyid: 'ab3be41bc62f2ef0c41a3076d58768be77fadd2e',
    },
    v2: {
      ni: '32b50d5f4a3763f3',
      nr: '9206a04b26564cb1',
      gir: '4b2c1f971981a8ad8d0abeafabf38cf75fc8349c148142465ed9c8b516b8be52',
      skeyseed: 'a9a7b222b59f8f48645f28a1db5b5f5d7479cba7',
      spiI: '34c9e7c188868785',
      spiR: '3ff77d760d2b2199',
      keyingMaterial: `a14293677cc80ff8f9cc0eee30d895da9d8f405666e30ef0dfcb63c634a46002a2a63080e514a062768b76606f9fa5e9
      92204fc5a670bde3f10d6b027113936a5c55b648a194ae587b0088d52204b702c979fa280870d2ed41efa9c549fd1119
      8af1670b143d384bd275c5f594cf266b05ebadca855e4249520a441a81157435a7a56cc4`,
      newGir: '863f3c9d06efd39d2b907b97f8699e5dd5251ef64a2a176f36ee40c87d4f9330',
      skeyseedRekey: '63e81194946ebd05df7df5ebf5d8750056bf1f1d',
    },
  },
  {
    prf: 'sha256',
    v1: {
      ni: `b1dee62505b47b223bae14ce7a5b757402ad1587511618d09f94950d47f1d8d4ce86aca12d78db9854d86019ad735757
      ae79d8932ac0c7db842c85060150ca875ea5d47e3cfcb2a05922ebb7959d49b9797a2289676ee79a1d9a18b790f87e47
      71ddaf4be3376057a553162f68fe429aca73b07234543801ba2122b1bde82251770d05df813cf556a11ca4dc43ffcb85
      a97dbed16e2fda6985e07e31be6364899e63c507c7c616e5eb7765a53560f76772de43918ba07badfe85244dcdcd917c
      b065afb60e3b7e68b54dd94bfc7c31c8b752892781ed3cc4b7f28fbc0ab9af908f5ae1f09f893f80100a7b3135993161
      b51fbba3bbb24b9f88c6147de82cd6f0`,
      nr: `f0acfef2ad1f7add0eaafda78c1cf1097d9fc91cb04a7c145069ac426fd164cbe661b1dd2df0fb84e19512181f0d8ea5
      0b7860845f332757a8e56d2a3b7be436b5718a2d49baa996a4616684a208c2d611cd65e605dca6e3d3f116859b4410fe
      13679696bb2e23c08a40c7e1316d54b4c9c0286701c221151b3642cb4112ca1a53e0e597a7e29c634caed86ca3c31973
      d37b4c346134fd6784cd99913feedf3d29d89a0a02a5a750f02f5738109dcc670bb27701fb59f78e83b76860c3fec079
      a1fc8c937ddb58ae7500422b7e49ce63759c65b6bc439381d56bcc159edede894b073841036ebfa050a5b3e7c876a3f1
      8def26b1768a263ac66c9d83b680eb5e`,
      gxy: 'a1ff3dc6cf9b4c04709943cb4ca1f1789bcf360b03f1d027de3ae8ee039e9155',
      cookieI: '6c6beb72631ddc3d',
      cookieR: 'b84e24b22cffbd14',
      skeyid: '750c5c94b9c2ec20b68033e024dadf0fa87e8b48c6561b21c72478451a06583d',
      skeyidD: 'a4f7ca7de913814813e3312099e7c943bd293483f387532330237f1b20957310',
      skeyidA: '1d4b705746c43b0a6fcbb8db33983c0f24ff6f8b6543e3779fed227c6067f004',
      skeyidE: '03e6f16cd9ce9f64b5cdc5b34cca7163483ba5389a30afebef3d14640b0a815e',
    },
    preShared: {
      key: 'a0',
      ni: 'ead9ced494868f41',
      nr: 'f1aff4f425a94f18',
      skeyid: '558a99b299773d267cf7c8ef073bf3b7af362c206c75a538403c5ef884d4cace',
    },
    v2: {
      ni: '3f302be1abcb28e1',
      nr: '8c332ee006064c9b',
      gir: '0f4d257d7a58fc4545c7d7a88119eee5d5c9690c5b4c989171d3abbfd99d1d29',
      skeyseed: '5f00d1bd2c58ec224b1e6b71fa0f19a1faa7a193952c444411b47c1a9d8ba6fe',
      spiI: '40dac39e1e1a8640',
      spiR: '8619a1cf9a6e4c07',
      keyingMaterial: `0b137d669b0947d7d026d593f0305ad401ff0c471357d695778a9c7f4b4869ece98aca531188d16041b3bb936d2dbb3b
      4993a6e768a809160de45d0283f273a6cdf6854379e31be72b8d3d1fa990cf9c5b015ca9f918a7df6253c958114a09d4
      e1c19bdcd4db14b29d98db1a74ad405c588662c14a04d0d36aa4ab55e90f8986d12d4aad`,
      newGir: '25f3b12d6f282739256e39bf54eda53b60ffcf379bb7bcc90c27b4c4c578616c',
      skeyseedRekey: '2d63f6debc92048b4fef3889c4c99ca67d6496e0fac14a2bca9a2d6566ff2398',
    },
  },
  {
    prf: 'sha384',
    v1: {
      ni: 'cec89d845add83ef',
      nr: 'cebd43ab71d17db9',
      gxy: '1724dbd893523764bfef8c6fa927856fccfb77ae254358cce29c2769a32915c1',
      cookieI: '1c8aba986a00af0f',
      cookieR: 'b049d9672f73c920',
      skeyid: '6e4514610bf82d0ab7bf0260096f6146a153c712071abb633ced813c572156c783e36874a65a64690ca701d40d56ea18',
      skeyidD: 'b083234e9ed7745911f93eb31faa66fcf88906266830eb17ef166d295cb1f86a3543b8b8efa5df918533df537e9c809c',
      skeyidA: '938295a374aceb4147a8024c9a007dd313403fd8fd7070dbd0cfbe1ccd308dbfbb7b9e9c64049e4df44ff551016cb7b5',
      skeyidE: '8595b249dc1fa8599729f87eb6b9dd13bfbfdfd4f9ebd78929bab6ecc402539ad32cb6e7ef4ba6a0f53da14e4df07ed4',
    },
    preShared: {
      key: '9e',
      ni: 'd6596b7e5b398534',
      nr: '136fbdfa8d0ceb8e',
      skeyid: 'b54fa27cb4251051e44a659d73591845691d11f1874bf4e4088e5df6462d28e57a3a2af3ab4f9b746a8f5766f8785f2b',
    },
    v2: {
      ni: 'fd1b572a8e735591',
      nr: '6013b0ef88dacd3d',
      gir: 'd3288cd87565101e88fe3bad918f31939d8dd26ff1071f8b2d7f447524e58d7c',
      skeyseed: '69fe7a1ac94adaeb711295f5fe004b1a8d6a0b65d05692758ce8ad2f7a45f59d7d0b596f51f7dfcf3330061888f6a94f',
      spiI: '2116ad07ce61f749',
      spiR: '24880e55f11a65b7',
      keyingMaterial: `4f904c2025c90c817ea5ff9b662a6fdb445a73b57cdf09eacd379b95e1f03cacb04cd6deeda4f952191dd9bc1f7a9502
      471a648d74dc06d38112de48a42501f6b1a3ad55c2099cd9a648e5f17e5bf3e34bf9b5953decb768a34f875fe2b78dca
      0c2fcca81ec1a412006dfaed38fa06882e61f4c148105fb8e231fdb33c4d484c001721d4`,
      newGir: '3358f620539473aee8d07e779764c4c6a9aabddc79a28e136b3bac021dbde44a',
      skeyseedRekey: 'e0548c1682e13bce454026b3b1bdf42985b24e4e7408095a7c529de38c3d1fcb04c9fe6868042a34c9614c6c99e3fcea',
    },
  },
  {
    prf: 'sha512',
    v1: {
      ni: 'acadc6314a69cfcd',
      nr: '4e4ad17718fea7ce',
      gxy: 'b15a9cfce8c8d7eab879d6243029d40188d3b740875a6ac62f56cac4377e2edd',
      cookieI: '1ff4d76565b3151a',
      cookieR: '1f11b8eb20d57a16',
      skeyid: `f05aa036dfce45a558d40418dea98096e519bc7841e3db3dd93658d118c3e83b502f398ecb1361ec77d38a8855efff40
      7f6f772e5d65b58eb1134096e8478d2b`,
      skeyidD: `3c4be16a631aa49018fa6740745a61ab1f1a2455a96e91f159a134ccfe30303d68721696195e95bfd530510ef2f95324
      91878710944db7854f00ad13c68fca01`,
      skeyidA: `15ecf5c80b675585e10c4388f6f9c37e8b63269a0a99851f08ba617e28c561f43eaf4112223ff97525bf0b3897f514fc
      e7a3acee10a61ae088c01efc5f643587`,
      skeyidE: `60f6b6c10c2b6bedc085ad6546d993c9ce1f86918d1c935c89d6631170a5dab0e37298f21ca3b7901a53bde55a15fad3
      9f782039ce26fc8c2ba8cbd9d4287669`,
    },
    preShared: {
      key: '4c',
      ni: '482a05eca86fba51',
      nr: '84ee19d02272de2e',
      skeyid: `5bcb5499ae4c1437ce6c195392bf26bf7980a59bcb787a0b58671771a3d4b06dc1eb7809241b7e5931740b05bf8a9873
      bb493c5f067e28e4f58ab65c3dbe44cd`,
    },
    v2: {
      ni: '97c41a9b0a03e74c',
      nr: 'a659fd06e1746600',
      gir: '276255c3eaace5c6db32b609aa86c0ef07bba4bf2dc4c262995efd95ca607c3f',
      skeyseed: `d6e74966b75fd2afab48be319d63d97c8a5d2ffe2e320763a462c664b36c3a944067d867c3a55fd8a7e5cca64b22e244
      15987e15549f09a81b455adaa5303df8`,
      spiI: 'ff43c5c689b95481',
      spiR: 'e2ba607f30079bb7',
      keyingMaterial: `22259105314717dc73c210919ee9cb3ded774dc087e866aa3960404c0ed7b8e78e79b993888388e2e5cb238d4bfcb4cd
      ee9da074a26e329d6c2f2f660cc9c711c941a2fb3d85a2e5d01e579c8f2c9d00fa6fabe76a137b00c7ff1b2918999065
      88c26f073d819063238c4c844f0f8d221b65b76dbc9ed6f6368e5dba86b3e81b60eb44a1`,
      newGir: 'bb4015f7727b35532021336a9e4a6370ac8729b01fbb8f15d52236820fac4709',
      skeyseedRekey: `ecdaf3ccb990abc898a453b03fd56f9975275f150e1e571b0560b3cb2ee67289e82b899cdc2129fd821fe8aebea796f1
      90765c25798f5883f923526551f16a4b`,
    },
  },
] as const

describe.each(samples)('the samples of SP 800-135 with HMAC-$prf', ({ prf, v1, preShared, v2 }) => {
  const spaced = (text: string): string => hex(fromHex(text))

  it('IKEv1, where both sides sign', () => {
    const gxy = fromHex(v1.gxy)
    const skeyid = skeyidSignature(prf, fromHex(v1.ni), fromHex(v1.nr), gxy)
    const cookies = { cookieI: fromHex(v1.cookieI), cookieR: fromHex(v1.cookieR) }
    const keys = deriveIkeV1Keys({ prf, skeyid, gxy, ...cookies, cipher: 'aes128' })
    expect(hex(keys.skeyid)).toBe(spaced(v1.skeyid))
    expect(hex(keys.skeyidD)).toBe(spaced(v1.skeyidD))
    expect(hex(keys.skeyidA)).toBe(spaced(v1.skeyidA))
    expect(hex(keys.skeyidE)).toBe(spaced(v1.skeyidE))
  })

  it('IKEv1 with a pre-shared key', () => {
    const skeyid = skeyidPreShared(prf, fromHex(preShared.key), fromHex(preShared.ni), fromHex(preShared.nr))
    expect(hex(skeyid)).toBe(spaced(preShared.skeyid))
  })

  const ni = fromHex(v2.ni)
  const nr = fromHex(v2.nr)
  const skeyseed = ikeV2Skeyseed(prf, ni, nr, fromHex(v2.gir))

  it('IKEv2: SKEYSEED and what follows from it', () => {
    expect(hex(skeyseed)).toBe(spaced(v2.skeyseed))
    const seed = concat(ni, nr, fromHex(v2.spiI), fromHex(v2.spiR))
    const expected = fromHex(v2.keyingMaterial)
    expect(hex(prfPlus(prf, skeyseed, seed, expected.length))).toBe(hex(expected))
  })

  it('IKEv2: SKEYSEED of the SA that renews it', () => {
    const { skD } = deriveIkeV2Keys({
      ...{ prf, skeyseed, ni, nr, spiI: fromHex(v2.spiI), spiR: fromHex(v2.spiR) },
      ...{ cipher: 'aes-gcm-128', integrity: null },
    })
    expect(hex(ikeV2SkeyseedRekey(prf, skD, fromHex(v2.newGir), ni, nr))).toBe(spaced(v2.skeyseedRekey))
  })
})
