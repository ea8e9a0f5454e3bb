import { describe, expect, it } from 'vitest'
import { manyTrustpoints } from '../../test/support/many-trustpoints.ts'
import { labOf } from '../../test/support/scenario-folder.ts'
import { type Lab, storeOf } from '../lab/index.ts'
import { triesEvents, walksAgain, walksFor } from './effort.ts'
import { prove } from './prove.ts'

const ends = ['R1', 'R2']

/** Ten trustpoints a side, and so many more of the same CAs, in a known order. */
const labWithMore = (more: number): Lab => {
  const lab = labOf(manyTrustpoints(1, 10))
  return {
    ...lab,
    routers: lab.routers.map((router) => {
      const others = Array.from({ length: more }, (_, index) =>
        router.enrolled.slice(index % 10, (index % 10) + 1).map((each) => ({ ...each, name: `MORE${index}` })),
      )
      const enrolled = [...others.flat(), ...router.enrolled]
      return { ...router, enrolled, orderKnown: true, store: storeOf(enrolled, lab.knobs) }
    }),
  }
}

const withStores = (count: number): Pick<Lab, 'routers'> => {
  const { routers } = labWithMore(0)
  return {
    routers: routers.map((router) => ({
      ...router,
      enrolled: Array.from({ length: count }, () => router.enrolled[0] ?? { name: 'TP', builtIn: false }),
    })),
  }
}

describe('how much is tried', () => {
  it('is ten thousand walks up to thirty trustpoints a side, and as many looks at trustpoints beyond', () => {
    expect([1, 30, 60, 300, 1000].map((count) => walksFor(withStores(count), ends))).toEqual([
      10_000, 10_000, 5000, 1000, 300,
    ])
    expect(walksAgain(withStores(1000), ends)).toBe(300)
    expect(walksFor({ routers: [] }, ends)).toBe(10_000)
  })

  it('counts the routers of the tunnel only', () => {
    expect(walksFor(withStores(1000), ['R1'])).toBe(600)
  })

  it('is all events of a kind, or none of them', () => {
    expect(triesEvents(withStores(100), ends, 1250)).toBe(true)
    expect(triesEvents(withStores(100), ends, 1251)).toBe(false)
  })
})

describe('three hundred and sixty trustpoints a side in a known order', () => {
  const { verdict } = prove(labWithMore(350), { initiator: 'R1' })
  const [tunnel] = verdict.tunnels

  it('are decided, and the renewals of each are not tried, which is said', () => {
    expect(tunnel?.directions).toHaveLength(1)
    expect(tunnel?.stability.filter(({ kind }) => kind === 'renew')).toEqual([])
    expect(verdict.findings.filter(({ code }) => code === 'too-many-cases')).toMatchObject([
      { router: 'R1', text: expect.stringMatching(/^the renewals of 359 certificates were not tried one by one/) },
      { router: 'R2', text: expect.stringMatching(/^the renewals of 359 certificates were not tried one by one/) },
    ])
  })
})
