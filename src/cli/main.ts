#!/usr/bin/env node
import { run } from './run.ts'

// A reader that has seen enough (`| head -1`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colour: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
  width: process.stdout.columns ?? 120,
})
