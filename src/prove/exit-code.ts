import type { Outcome, Verdict } from './verdict.ts'

/**
 * What a verdict means for whoever called: 0, every direction comes up in every case; 1, one does not; 3, under `strict`,
 * none fails in every case and for one it depends on what was not given. (2 is for inputs that cannot be used.)
 */
export const exitCodeOf = ({ tunnels, oneSided }: Verdict, strict: boolean): 0 | 1 | 3 => {
  const outcomes = [...tunnels, ...oneSided].flatMap(({ directions }): readonly Outcome[] =>
    directions.map(({ outcome }) => outcome),
  )
  if (outcomes.some((outcome) => outcome === 'down' || outcome === 'half-open')) return 1
  if (outcomes.includes('undecided')) return strict ? 3 : 1
  return 0
}
