// code-cache.mjs FILE: runs what most runs run, and writes into a file what V8 has then compiled: with it, the next
// process need not.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manyTrustpoints } from '../dist/bench/many-trustpoints.js'
import { readBundle, runBundle } from '../dist/cli/bundle.js'

const [, , file] = process.argv
const root = fileURLToPath(new URL('..', import.meta.url))
const examples = [
  'ikev1-asymmetric-trustpoints',
  'ikev2-asymmetric-trustpoints',
  'ikev1-unknown-enrolment',
  'ikev1-from-the-routers',
].map((name) => join(root, 'examples', name))
/** Tunnels whose order of enrolment nobody knows. */
const unknown = [manyTrustpoints(1, 3), manyTrustpoints(2, 3)]

const bundle = readBundle(join(root, 'dist/cli'))
const { exit } = process
const { write } = process.stdout
for (const example of [...examples, ...unknown]) {
  process.argv.splice(2, Number.POSITIVE_INFINITY, 'prove', example)
  const ended = new Promise((done) => {
    process.exit = done
  })
  process.stdout.write = (_, then) => {
    then?.()
    return true
  }
  runBundle(bundle)
  await ended
  if (process.exitCode === undefined || process.exitCode > 1)
    throw new Error(`prove of ${example} ended with ${process.exitCode}`)
}
for (const folder of unknown) rmSync(folder, { recursive: true })
process.exit = exit
process.stdout.write = write
process.exitCode = 0
writeFileSync(file, bundle.script.createCachedData())
