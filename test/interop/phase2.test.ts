import { expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { INITIATORS, OUR_INSIDE, type Site, THEIR_INSIDE, withPeers } from '../support/site-to-site.ts'
import { STRONGSWAN } from '../support/strongswan.ts'
import { until } from '../support/until.ts'

/** What happens once phase 1 stands: quick mode with its variants, the end of an SA, and its renewal. */
describeWith({ tools: STRONGSWAN }, 'phase 2 with strongSwan', () => {
  const site: Site = { authentication: { method: 'pre-share', key: 'Xyzzy1' } }
  const dead = { dpd_delay: '1s' }

  for (const initiator of INITIATORS) {
    it(`quick mode runs with perfect forward secrecy, when ${initiator} initiates`, () =>
      withPeers(
        { ...site, pfs: ['group14', 'modp2048'] },
        async ({ initiate, ikewise, strongSwan, pingFromStrongSwan }) => {
          await initiate(initiator)
          await ikewise.event('ike:phase1_complete')
          await pingFromStrongSwan()
          await ikewise.ping(OUR_INSIDE, THEIR_INSIDE)
          expect(await strongSwan.sas()).toMatchObject([
            { children: [{ dhGroup: 'MODP_2048', packetsIn: 2, packetsOut: 2 }] },
          ])
        },
      ))
  }

  it('traffic alone brings the tunnel up: the echo request waits for main mode and quick mode', () =>
    withPeers(site, async ({ ikewise }) => {
      await ikewise.ping(OUR_INSIDE, THEIR_INSIDE)
      expect(ikewise.events('ike:phase1_complete')).toHaveLength(1)
    }))

  it('a tunnel that strongSwan deletes ends on both sides', () =>
    withPeers(site, async ({ initiate, ikewise, strongSwan, pingFromStrongSwan }) => {
      await initiate('ikewise')
      await ikewise.event('ike:phase1_complete')
      await pingFromStrongSwan()
      expect(await strongSwan.terminate({ ike: 'site' })).toBe(true)
      expect(await ikewise.event('ike:sa_deleted')).toMatchObject({ peer: '192.0.2.2' })
      expect(ikewise.spis()).toEqual([])
    }))

  it('a tunnel that ikewise deletes ends on both sides', () =>
    withPeers(site, async ({ initiate, ikewise, strongSwan, pingFromStrongSwan }) => {
      await initiate('strongSwan')
      await ikewise.event('ike:phase1_complete')
      await pingFromStrongSwan()
      ikewise.clear()
      await until('strongSwan has no SA left', async () => (await strongSwan.sas()).length === 0)
      expect(ikewise.spis()).toEqual([])
    }))

  it("answers strongSwan's R-U-THERE, so that strongSwan keeps the tunnel", () =>
    withPeers({ ...site, connection: dead }, async ({ initiate, ikewise, strongSwan }) => {
      await initiate('strongSwan')
      await ikewise.event('ike:notify_sent', { count: 2, fits: ({ notify }) => notify === 'DPD/R_U_THERE_ACK' })
      expect(await strongSwan.sas()).toMatchObject([{ state: 'ESTABLISHED', children: [{ state: 'INSTALLED' }] }])
    }))

  it('asks R-U-THERE itself and hears strongSwan acknowledge', () =>
    withPeers({ ...site, globalLines: ['crypto isakmp keepalive 10 2 periodic'] }, async ({ initiate, ikewise }) => {
      await initiate('ikewise')
      const asked = await ikewise.event('ike:dpd_sent', { limit: 20_000 })
      expect(await ikewise.event('ike:dpd_answered')).toMatchObject({ sequence: asked.sequence })
      expect(ikewise.events('ike:dpd_failed')).toEqual([])
    }))

  it('ikewise renews the keys of phase 2, and traffic goes on when the old ones are gone', () =>
    withPeers(
      // IOS takes the shorter lifetime, here strongSwan's, which leaves the renewal to us.
      { ...site, child: { rekey_time: 0, life_time: '4s' } },
      async ({ initiate, ikewise, strongSwan, pingFromStrongSwan }) => {
        await initiate('strongSwan')
        await pingFromStrongSwan()
        const old = ikewise.spis()
        await ikewise.event('ike:rekey_begun', { fits: ({ phase }) => phase === 2 })
        await until('the old SPIs are gone', () => !ikewise.spis().some((spi) => old.includes(spi)))
        await pingFromStrongSwan()
        await ikewise.ping(OUR_INSIDE, THEIR_INSIDE)
        expect(await strongSwan.sas()).toMatchObject([{ state: 'ESTABLISHED' }])
      },
    ))

  it('strongSwan renews the keys of phase 2, and traffic goes on', () =>
    withPeers(site, async ({ initiate, ikewise, strongSwan, pingFromStrongSwan }) => {
      await initiate('ikewise')
      await pingFromStrongSwan()
      const old = ikewise.spis()
      expect(await strongSwan.rekey({ child: 'net' })).toBe(true)
      await until('new SPIs are there and the old ones gone', () => {
        const now = ikewise.spis()
        return now.length === 2 && !now.some((spi) => old.includes(spi))
      })
      await pingFromStrongSwan()
      await ikewise.ping(OUR_INSIDE, THEIR_INSIDE)
      expect(ikewise.events('ike:rekey_begun')).toEqual([])
    }))

  it('ikewise renews phase 1 with the roles swapped, and the tunnel goes on under the new one', () =>
    withPeers(
      { ...site, connection: { rekey_time: '20s', over_time: 0, rand_time: 0 } },
      async ({ initiate, ikewise, strongSwan, pingFromStrongSwan }) => {
        await initiate('strongSwan')
        await pingFromStrongSwan()
        const [first] = await strongSwan.sas()
        await ikewise.event('ike:rekey_begun', { fits: ({ phase }) => phase === 1, limit: 20_000 })
        await ikewise.event('ike:phase1_complete', { count: 2 })
        await until('the old phase 1 is gone', async () =>
          (await strongSwan.sas()).every(({ initiatorSpi }) => initiatorSpi !== first?.initiatorSpi),
        )
        await pingFromStrongSwan()
        await ikewise.ping(OUR_INSIDE, THEIR_INSIDE)
        expect(await strongSwan.sas()).toHaveLength(1)
      },
    ))

  it('strongSwan renews phase 1; quick mode runs under the new one and outlives the old', () =>
    withPeers(site, async ({ initiate, ikewise, strongSwan, pingFromStrongSwan }) => {
      await initiate('ikewise')
      const [old] = await strongSwan.sas()
      expect(await strongSwan.rekey({ ike: 'site' })).toBe(true)
      await ikewise.event('ike:phase1_complete', { count: 2 })
      await pingFromStrongSwan()

      ikewise.initiate()
      await ikewise.event('ipsec:sa_installed', { count: 4 })
      expect(await strongSwan.terminate({ id: old?.id ?? '' })).toBe(true)
      await ikewise.event('ike:sa_deleted', { fits: ({ reason }) => reason === 'peer deleted it' })
      await pingFromStrongSwan()
      await ikewise.ping(OUR_INSIDE, THEIR_INSIDE)
      const [left, ...others] = await strongSwan.sas()
      expect(others).toEqual([])
      const inUse = left?.children.filter(({ state }) => state === 'INSTALLED')
      expect(inUse).toMatchObject([{ packetsIn: 2, packetsOut: 2 }])
    }))

  it('INITIAL-CONTACT of a strongSwan that has restarted ends what it no longer knows', () =>
    withPeers(site, async ({ initiate, ikewise, strongSwan, restartStrongSwan, pingFromStrongSwan }) => {
      await initiate('strongSwan')
      await pingFromStrongSwan()
      const old = ikewise.spis()
      await strongSwan.crash()
      const restarted = await restartStrongSwan()
      expect(await restarted.initiate('net')).toBe(true)
      await until('the old SPIs are gone', () => !ikewise.spis().some((spi) => old.includes(spi)))
      await pingFromStrongSwan()
    }))

  it('INITIAL-CONTACT of an ikewise that has restarted ends what it no longer knows', () =>
    withPeers(site, async ({ initiate, ikewise, strongSwan, restartIkewise, pingFromStrongSwan }) => {
      await initiate('ikewise')
      await pingFromStrongSwan()
      const [old] = await strongSwan.sas()
      await ikewise.stop()
      const restarted = await restartIkewise()
      await restarted.ping(OUR_INSIDE, THEIR_INSIDE)
      await until('strongSwan has the new SA alone', async () => {
        const [only, ...others] = await strongSwan.sas()
        return others.length === 0 && only !== undefined && only.initiatorSpi !== old?.initiatorSpi
      })
    }))
})
