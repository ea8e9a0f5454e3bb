import { join } from 'node:path'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { countsReporter } from './test/support/counts-reporter.ts'

const countsFile = process.env.IKEWISE_TEST_COUNTS

/** What a test gets that imports fast-check. */
const seeded = join(import.meta.dirname, 'test/support/fast-check.ts')

const config: ViteUserConfig = defineConfig({
  plugins: [
    {
      name: 'seeded-fast-check',
      enforce: 'pre',
      resolveId: (source, importer) => (source === 'fast-check' && importer !== seeded ? seeded : null),
    },
  ],
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'threads',
    reporters: countsFile === undefined ? ['default'] : ['default', countsReporter(countsFile)],
  },
})

export default config
