import fc from 'fast-check'

/*
 * fast-check as the tests import it (vitest.config.ts puts this in its place): a property that names no seed draws the
 * same values in each run, so that a change is never blamed for what it has not done. `IKEWISE_SEED=7` draws others.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.IKEWISE_SEED ?? 0) })

export * from 'fast-check'
export { default } from 'fast-check'
