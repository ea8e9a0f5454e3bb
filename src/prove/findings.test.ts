import { describe, expect, it } from 'vitest'
import { accepted } from '../../test/support/ios-configuration.ts'
import { configurationOf, type Site } from '../../test/support/router-pair.ts'
import type { Lab } from '../lab/index.ts'
import { defaultKnobs } from '../selection/index.ts'
import { findingsOf } from './findings.ts'
import type { Finding } from './verdict.ts'

/** The findings of a lab of one router that runs nothing, without the remarks on strength. */
const findings = (site: Site, change: (text: string) => string = (text) => text): readonly Finding[] => {
  const configuration = accepted(change(configurationOf('R1', site)))
  const lab: Lab = {
    source: 'test',
    clock: 0,
    latency: 1,
    routers: [{ name: 'R1', texts: [], configuration, enrolled: [], orderKnown: true, store: { trustpoints: [] } }],
    authorities: [],
    sources: [],
    issuers: [],
    knobs: defaultKnobs,
    settled: new Set(),
    pingCount: 0,
    failingPingCount: 0,
  }
  return findingsOf(lab, []).filter(({ severity }) => severity !== 'note')
}

describe('findings of a configuration', () => {
  it('are none where all is in order', () => {
    expect(findings({})).toEqual([])
  })

  it('name `no crypto isakmp enable`', () => {
    expect(findings({ globalLines: ['no crypto isakmp enable'] })).toMatchObject([
      { code: 'isakmp-disabled', router: 'R1' },
    ])
  })

  it('name a tunnel whose peer cannot be reached, at its line', () => {
    const found = findings({}, (text) => text.replace('tunnel destination 192.0.2.2', 'tunnel destination 203.0.113.2'))
    expect(found).toMatchObject([
      { code: 'flow-without-effect', router: 'R1', text: 'Tunnel1 has no route to its peer 203.0.113.2' },
    ])
    expect(found[0]?.at?.text).toBe('interface Tunnel1')
  })

  it('say what is missing in a tunnel once', () => {
    const found = findings({}, (text) => text.replace(' tunnel source Ethernet0/0\n', ''))
    expect(found).toMatchObject([{ code: 'incomplete', text: 'Tunnel1 is protected and has no "tunnel source"' }])
  })

  it('name a crypto map entry that protects nothing', () => {
    const found = findings({ kind: 'crypto-map', accessList: ['deny ip any any'] })
    expect(found).toMatchObject([{ code: 'flow-without-effect', text: expect.stringContaining('permits nothing') }])
  })
})

describe('a router whose tunnel leads to nobody of the scenario', () => {
  const both = (second: string): readonly Finding[] => {
    const routers = [configurationOf('R1'), second].map((text, index) => ({
      name: `R${index + 1}`,
      texts: [{ file: 'R1.cfg', text }],
      configuration: accepted(text),
      enrolled: [],
      orderKnown: true,
      store: { trustpoints: [] },
    }))
    const lab: Lab = {
      source: 'test',
      clock: 0,
      latency: 1,
      routers,
      authorities: [],
      sources: [],
      issuers: [],
      knobs: defaultKnobs,
      settled: new Set(),
      pingCount: 0,
      failingPingCount: 0,
    }
    return findingsOf(lab, []).filter(({ code }) => code === 'peer-not-in-scenario')
  }

  it('is told, with the line of its protection', () => {
    const mistyped = configurationOf('R2').replace('tunnel destination 192.0.2.1', 'tunnel destination 192.0.2.17')
    expect(both(mistyped)).toMatchObject([
      {
        router: 'R2',
        text: 'Tunnel1-head-0 leads to 192.0.2.17, which is an address of no router here: R2 begins nothing',
        at: { text: ' tunnel protection ipsec profile P' },
      },
    ])
  })

  it('is nobody where each leads to the other', () => {
    expect(both(configurationOf('R2'))).toEqual([])
  })
})
