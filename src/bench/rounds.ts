import { median } from './figure.ts'

/** Something to time: `prepare` runs before each round, outside the time. */
export interface Contender {
  readonly prepare?: () => void
  readonly run: () => void
}

const warmUpShare = 0.2

/**
 * Milliseconds of processor time, those of V8's own threads included: what else the machine does at the time is not in
 * it, and on an idle machine it is the time that passes.
 */
const timed = ({ prepare, run }: Contender): number => {
  prepare?.()
  const start = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/**
 * Times contenders in turns, so that whatever slows the machine slows all of them; who goes first changes with each
 * round. Answers each one's median in milliseconds of processor time, in the order given; a fifth more rounds go before, uncounted.
 */
export const interleaved = (rounds: number, contenders: readonly Contender[]): readonly number[] => {
  const times: number[][] = contenders.map(() => [])
  const warmUp = Math.ceil(rounds * warmUpShare)
  for (let round = -warmUp; round < rounds; round += 1) {
    const order = [...contenders.entries()]
    if (round % 2 !== 0) order.reverse()
    for (const [index, contender] of order) {
      const time = timed(contender)
      if (round >= 0) times[index]?.push(time)
    }
  }
  return times.map(median)
}

/** How often `run` goes into a second of processor time: median over rounds of `batch` calls each. */
export const perSecond = (rounds: number, batch: number, run: () => void): number => {
  const [milliseconds = 0] = interleaved(rounds, [
    {
      run: () => {
        for (let call = 0; call < batch; call += 1) run()
      },
    },
  ])
  return (batch * 1000) / milliseconds
}
