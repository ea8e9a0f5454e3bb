import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NamedTimers } from './named-timers.ts'

const DAY = 86_400_000

describe('timers by name', () => {
  const expired: string[] = []
  const timers = new NamedTimers((name) => expired.push(name))

  beforeEach(() => {
    vi.useFakeTimers()
    expired.length = 0
  })
  afterEach(() => {
    timers.disarmAll()
    vi.useRealTimers()
  })

  it('run out once each', () => {
    timers.arm('b', 20)
    timers.arm('a', 10)
    vi.advanceTimersByTime(100)
    expect(expired).toEqual(['a', 'b'])
  })

  it('begin anew when they are armed again', () => {
    timers.arm('a', 10)
    vi.advanceTimersByTime(9)
    timers.arm('a', 10)
    vi.advanceTimersByTime(9)
    expect(expired).toEqual([])
    vi.advanceTimersByTime(1)
    expect(expired).toEqual(['a'])
  })

  it('stay silent once disarmed, and one that nobody armed may be disarmed', () => {
    timers.arm('a', 10)
    timers.arm('b', 10)
    timers.disarm('a')
    timers.disarm('never armed')
    vi.advanceTimersByTime(100)
    expect(expired).toEqual(['b'])
  })

  it('may be armed for longer than setTimeout can wait: a lifetime of 60 days', () => {
    timers.arm('lifetime', 60 * DAY)
    vi.advanceTimersByTime(60 * DAY - 1)
    expect(expired).toEqual([])
    vi.advanceTimersByTime(1)
    expect(expired).toEqual(['lifetime'])
  })
})
