import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/**
 * `./ikewise` and `scripts/test.sh` in a checkout of their own, with stand-ins for node and npm that do what matters
 * here: npm ci leaves its lock file and the tools, npm run build leaves dist, each says so in `calls`.
 */

const repository = join(import.meta.dirname, '..')
const past = new Date('2020-01-01T00:00:00Z')
const future = new Date('2100-01-01T00:00:00Z')

const npm = `#!/bin/sh
printf '%s ' "$@" >>calls; echo >>calls
echo 'noise from npm'
case $* in
  ci*) sleep 0.2; mkdir -p node_modules/.bin; cp vitest node_modules/.bin/; : >node_modules/.package-lock.json ;;
  *build) mkdir -p dist/cli; : >dist/cli/main.js ;;
  *"$FAILING") exit 1 ;;
esac
`

let root: string
let checkout: string

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text)
  chmodSync(join(root, path), 0o755)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ikewise launcher '))
  checkout = join(root, 'check out')
  mkdirSync(join(root, 'bin'))
  mkdirSync(join(checkout, 'src/wire'), { recursive: true })
  for (const file of ['ikewise', 'scripts']) cpSync(join(repository, file), join(checkout, file), { recursive: true })
  for (const file of ['package-lock.json', 'package.json', 'tsconfig.json', 'src/wire/a.ts', 'src/wire/a.test.ts']) {
    write(join('check out', file), '')
    utimesSync(join(checkout, file), past, past)
  }
  write('bin/node', '#!/bin/sh\n[ "$1" = --version ] && echo v20.19.0 || echo "ran $*"\n')
  write('bin/npm', npm)
  for (const program of ['apt-get', 'sudo']) write(join('bin', program), '#!/bin/sh\nexit 1\n')
  write('check out/vitest', '#!/bin/sh\necho "7 $TESTS_FAILED 2" >"$IKEWISE_TEST_COUNTS"; exit "$TESTS_FAILED"\n')
})

afterEach(() => rmSync(root, { recursive: true }))

interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

function run(command: string, args: readonly string[] = [], variables: NodeJS.ProcessEnv = {}): Promise<Run> {
  const env = { PATH: `${join(root, 'bin')}:${process.env.PATH}`, FAILING: 'nothing', TESTS_FAILED: '0', ...variables }
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => {
    output.stdout += data
  })
  child.stderr.on('data', (data) => {
    output.stderr += data
  })
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...output })))
}

function calls(): readonly string[] {
  const path = join(checkout, 'calls')
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').trim().split(' \n')
  rmSync(path)
  return lines
}

const ci = 'ci --include=dev --loglevel=error'
const build = 'run --silent build'

describe('./ikewise', () => {
  it('installs and builds in a fresh clone, says so on standard error only, and runs', async () => {
    const { status, stdout, stderr } = await run(join(checkout, 'ikewise'), ['prove', 'a b'])
    expect({ status, stdout }).toEqual({ status: 0, stdout: `ran ${checkout}/dist/cli/main.js prove a b\n` })
    expect(stderr).toContain('ikewise: installing')
    expect(stderr).toContain('ikewise: building')
    expect(calls()).toEqual([ci, build])
  })

  it('does nothing but run when everything is fresh, and is silent', async () => {
    await run(join(checkout, 'ikewise'))
    calls()
    expect((await run(join(checkout, 'ikewise'))).stderr).toBe('')
    expect(calls()).toEqual([])
  })

  it.each([
    ['src/wire/a.ts', [build]],
    ['tsconfig.json', [build]],
    ['package.json', [build]],
    ['package-lock.json', [ci]],
    ['src/wire/a.test.ts', []],
  ])('when %s is newer, runs npm with %j', async (file, expected) => {
    await run(join(checkout, 'ikewise'))
    calls()
    utimesSync(join(checkout, file), future, future)
    expect((await run(join(checkout, 'ikewise'))).status).toBe(0)
    expect(calls()).toEqual(expected)
  })

  it('is found through a chain of symbolic links', async () => {
    symlinkSync('check out/ikewise', join(root, 'first'))
    symlinkSync(join(root, 'first'), join(root, 'bin/second'))
    expect((await run('second')).stdout).toBe(`ran ${root}/check out/dist/cli/main.js\n`)
  })

  it('installs once when two run at once', async () => {
    const both = await Promise.all([run(join(checkout, 'ikewise')), run(join(checkout, 'ikewise'))])
    expect(both.map(({ status }) => status)).toEqual([0, 0])
    expect(calls()).toEqual([ci, build])
  })

  it('takes over from one that died', async () => {
    mkdirSync(join(checkout, '.cache/setup.lock'), { recursive: true })
    writeFileSync(join(checkout, '.cache/setup.lock/pid'), '999999999\n')
    expect((await run(join(checkout, 'ikewise'))).status).toBe(0)
    expect(existsSync(join(checkout, '.cache/setup.lock'))).toBe(false)
  })

  it('gives up on one that never ends, and says what to remove', async () => {
    mkdirSync(join(checkout, '.cache/setup.lock'), { recursive: true })
    const { status, stderr } = await run(join(checkout, 'ikewise'), [], { IKEWISE_SETUP_TIMEOUT: '1' })
    expect(status).toBe(2)
    expect(stderr).toContain(`remove ${checkout}/.cache/setup.lock`)
  })

  it('ends with status 2 when the build fails, and builds again the next time', async () => {
    write('bin/npm', npm.replace('*build) ', '*build) exit 1; '))
    expect((await run(join(checkout, 'ikewise'))).status).toBe(2)
    calls()
    expect((await run(join(checkout, 'ikewise'))).status).toBe(2)
    expect(calls()).toEqual([build])
  })

  it.each(['v18.20.4', 'v20.18.3', 'v8.0.0'])('refuses Node.js %s', async (version) => {
    write('bin/node', `#!/bin/sh\necho ${version}\n`)
    const { status, stdout, stderr } = await run(join(checkout, 'ikewise'))
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `ikewise: this is Node.js ${version}; ikewise needs 20.19 or newer (https://nodejs.org)\n`,
    })
  })

  it('says that node is missing', async () => {
    const { status, stderr } = await run('/bin/sh', [join(checkout, 'ikewise')], { PATH: '/nowhere' })
    expect(status).toBe(2)
    expect(stderr).toMatch(/^ikewise: node is not installed/)
  })
})

describe('scripts/test.sh', () => {
  function lastLine({ stdout }: Run): string | undefined {
    return stdout.trimEnd().split('\n').at(-1)
  }

  it('ends with the sum of checks and tests', async () => {
    const result = await run(join(checkout, 'scripts/test.sh'))
    expect({ status: result.status, last: lastLine(result) }).toEqual({
      status: 0,
      last: '11 passed, 0 failed, 2 skipped',
    })
  })

  it.each([
    ['lint', '10 passed, 1 failed, 2 skipped'],
    ['check', '10 passed, 1 failed, 2 skipped'],
    ['knip', '10 passed, 1 failed, 2 skipped'],
  ])('counts a failure of %s and still runs the tests', async (FAILING, last) => {
    const result = await run(join(checkout, 'scripts/test.sh'), [], { FAILING })
    expect({ status: result.status, last: lastLine(result) }).toEqual({ status: 1, last })
  })

  it('counts failed tests', async () => {
    const result = await run(join(checkout, 'scripts/test.sh'), [], { TESTS_FAILED: '3' })
    expect({ status: result.status, last: lastLine(result) }).toEqual({
      status: 1,
      last: '11 passed, 3 failed, 2 skipped',
    })
  })

  it('counts a vitest that breaks as a failure', async () => {
    for (const program of ['apt-get', 'sudo']) write(join('bin', program), '#!/bin/sh\nexit 1\n')
    write('check out/vitest', '#!/bin/sh\nexit 1\n')
    const result = await run(join(checkout, 'scripts/test.sh'))
    expect({ status: result.status, last: lastLine(result) }).toEqual({ status: 1, last: '4 passed, 1 failed' })
  })

  it('counts a failed installation, and ends', async () => {
    write('bin/npm', '#!/bin/sh\nexit 1\n')
    const result = await run(join(checkout, 'scripts/test.sh'))
    expect({ status: result.status, last: lastLine(result) }).toEqual({ status: 1, last: '0 passed, 1 failed' })
  })
})
