import { describe, expect, it } from 'vitest'
import { debugStamp, duration, iosDate, uptime } from './clock.ts'

describe('times as the router prints them', () => {
  it('stands in the zone of the router, whatever the zone of this machine', () => {
    const time = Date.UTC(2013, 5, 17, 22, 25, 1, 5)
    expect(iosDate(time, { name: 'CET', offsetMinutes: 120 })).toBe('00:25:01 CET Jun 18 2013')
    expect(iosDate(time, { name: 'NST', offsetMinutes: -210 })).toBe('18:55:01 NST Jun 17 2013')
    expect(debugStamp(time, { name: 'CET', offsetMinutes: 120 })).toBe('*Jun 18 00:25:01.005: ')
  })

  it('pads the day of a stamp, and not that of a date', () => {
    const time = Date.UTC(2013, 0, 2)
    expect(debugStamp(time, { name: 'UTC', offsetMinutes: 0 })).toBe('*Jan  2 00:00:00.000: ')
    expect(iosDate(time, { name: 'UTC', offsetMinutes: 0 })).toBe('00:00:00 UTC Jan 2 2013')
  })

  it.each([
    [0, '00:00:00'],
    [-5, '00:00:00'],
    [86_350.9, '23:59:10'],
    [90_000, '25:00:00'],
  ])('prints %d seconds as a duration', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })

  it.each([
    [671, '00:11:11'],
    [86_400 * 3 + 3600 * 18, '3d18h'],
    [86_400 * 15, '2w1d'],
  ])('prints %d seconds as an uptime', (seconds, text) => {
    expect(uptime(seconds)).toBe(text)
  })
})
