import { knobs as descriptions } from '../selection/index.ts'
import { exitCode, type Terminal } from './terminal.ts'

/** `ikewise knobs`: every behaviour on which sources disagree, the values, the default in brackets, and the source. */
export const knobs = (terminal: Terminal): number => {
  for (const { name, values, default: chosen, text, source } of descriptions) {
    terminal.out(
      `${name} = ${values.map((value) => (value === chosen ? `[${value}]` : value)).join(' | ')}\n    ${text} (${source})\n`,
    )
  }
  return exitCode.good
}
