import { describe, expect, it } from 'vitest'
import { CA1, CA2, trustpointOf } from '../../test/support/selection-stubs.ts'
import { builtInCas, caNameOf, certificateStore, enrol, findTrustpoint } from './store.ts'

const first = trustpointOf('IOSCA1', CA1, 1)
const second = trustpointOf('IOSCA2', CA2, 2)
const onlyCa = trustpointOf('ROOT', 'cn=Root', 3, { identity: false })
const namesOf = (store: ReturnType<typeof certificateStore>): readonly string[] =>
  store.trustpoints.map(({ name }) => name)

describe('the certificate store', () => {
  it('puts the newest certificate first, then those who hold only a CA, then the built-in CAs', () => {
    const builtIn = builtInCas('15.3T')
    const store = certificateStore({ enrolled: [first, second, onlyCa], builtIn, caOnlyPosition: 'afterId' })
    expect(namesOf(store).slice(0, 3)).toEqual(['IOSCA2', 'IOSCA1', 'ROOT'])
    expect(store.trustpoints.slice(3)).toEqual(builtIn)
  })

  it('can put those who hold only a CA where their time puts them', () => {
    const store = certificateStore({ enrolled: [first, onlyCa, second], builtIn: [], caOnlyPosition: 'byTime' })
    expect(namesOf(store)).toEqual(['IOSCA2', 'ROOT', 'IOSCA1'])
  })

  it('moves a trustpoint that enrols again to the front', () => {
    const store = certificateStore({ enrolled: [first, second], builtIn: [], caOnlyPosition: 'afterId' })
    if (!first.identity) throw new Error('enrolled')
    expect(namesOf(enrol(store, 'IOSCA1', first.identity))).toEqual(['IOSCA1', 'IOSCA2'])
    expect(findTrustpoint(store, 'IOSCA3')).toBeUndefined()
  })

  it('knows the five CAs of 15.3T by name, in the order of the document', () => {
    expect(builtInCas('15.3T').map((trustpoint) => caNameOf(trustpoint)?.ios)).toEqual([
      'ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US',
      'cn=Cisco SSCA2,o=Cisco Systems',
      'cn=Cisco Manufacturing CA,o=Cisco Systems',
      'cn=Cisco Root CA 2048,o=Cisco Systems',
      'cn=Cisco Root CA M1,o=Cisco',
    ])
    expect(builtInCas('none')).toEqual([])
  })
})
