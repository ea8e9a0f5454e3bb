import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/**
 * A vitest reporter that writes `PASSED FAILED SKIPPED` to a file, for `scripts/test.sh`, which adds its own checks and
 * prints the sum last. A file that does not load and an error outside every test count as one failure each.
 */
export function countsReporter(path: string): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const { passed, failed, skipped } = count(modules, unhandledErrors)
      writeFileSync(path, `${passed} ${failed} ${skipped}\n`)
    },
  }
}

function count(
  modules: readonly TestModule[],
  unhandledErrors: readonly SerializedError[],
): { readonly passed: number; readonly failed: number; readonly skipped: number } {
  const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
  for (const module of modules) {
    if (module.errors().length > 0) counts.failed++
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed++
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      // A test that is still pending when the run ends was cut off: that is not a pass.
      counts[state === 'pending' ? 'failed' : state]++
    }
  }
  return counts
}
