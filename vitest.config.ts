import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { countsReporter } from './test/support/counts-reporter.ts'

const countsFile = process.env.IKEWISE_TEST_COUNTS

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'threads',
    reporters: countsFile === undefined ? ['default'] : ['default', countsReporter(countsFile)],
  },
})

export default config
