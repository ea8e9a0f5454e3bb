import { run } from './run.ts'

// A reader that has seen enough (`| head -1`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

// No top-level await: this file becomes the bundle, which is a script.
void run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colour: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
  width: process.stdout.columns ?? 120,
}).then((code) => {
  process.exitCode = code
  // Once all is written nothing is left to do, and what V8 still compiles beside us is not waited for.
  process.stderr.write('', () => process.stdout.write('', () => process.exit()))
})
