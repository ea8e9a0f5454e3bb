import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIkewise } from './support/build-ikewise.ts'
import { command, exampleFolder } from './support/examples.ts'

/** What somebody gets who installs the package: packed, installed into a package of its own, compiled against and run. */

const root = fileURLToPath(new URL('..', import.meta.url))
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>
}
const example = 'ikev1-asymmetric-trustpoints'
let consumer: string
let packed: readonly string[]

const npm = (folder: string, ...words: readonly string[]): string =>
  execFileSync('npm', [...words], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** A program of another package, as strict as TypeScript gets. It fails if the library writes anything or ends the process. */
const program = `
import { type FormatName, InputError, knobs, type Outcome, type ProveOptions, prove, type Verdict } from 'ikewise'
import { readFileSync } from 'node:fs'

const write = process.stdout.write.bind(process.stdout)
const forbidden = (): never => { throw new Error('the library wrote') }
process.stdout.write = forbidden
process.stderr.write = forbidden
for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) console[name] = forbidden
process.exit = forbidden

const text = (file: string): string => readFileSync('${example}/' + file, 'utf8')
const files = { 'R1.cfg': text('R1.cfg'), 'R2.cfg': text('R2.cfg'), 'lab.yaml': text('lab.yaml') }
const outcomes = ({ tunnels }: Verdict): readonly Outcome[] =>
  tunnels.flatMap(({ directions }) => directions.map(({ outcome }) => outcome))

const options: ProveOptions = { fix: { canChange: ['R2'] }, now: new Date('2013-06-20T12:00:37.600Z') }
const fromFolder = prove('${example}', options)
const fromTexts = prove({ files }, options)

const formats: readonly FormatName[] = ['text', 'json', 'html', 'junit', 'sarif', 'markdown']
const reports = (proven: typeof fromFolder): readonly string[] => formats.map((format) => proven.report(format))

/** Another proof at the same time, of a lab that differs, told to change its mind about a behaviour. */
const other = async (): Promise<readonly Outcome[]> =>
  outcomes(prove({ files: { ...files, 'R2.cfg': files['R2.cfg'].replace('match identity host', 'match identity host x') } }).verdict)
const again = async (): Promise<string> => prove('${example}', options).report('json')
const [before, differing, after] = await Promise.all([again(), other(), again()])

let problem: InputError | null = null
try {
  prove({ files: { ...files, 'R1.cfg': files['R1.cfg'].replace('ca trust-point IOSCA1', 'ca trust-point IOSCA9') } })
} catch (error) {
  if (error instanceof InputError) problem = error
}

write(JSON.stringify({
  outcomes: outcomes(fromFolder.verdict),
  exitCode: fromFolder.exitCode({ strict: true }),
  fix: fromFolder.verdict.tunnels[0]?.fixes?.[0]?.edits[0]?.paste,
  same: reports(fromFolder).every((report, index) => report === reports(fromTexts)[index]),
  json: fromFolder.report('json'),
  undisturbed: before === after && before === fromFolder.report('json'),
  differing,
  printed: outcomes(prove({ files: { 'first.txt': files['R1.cfg'], 'second.txt': files['R2.cfg'] } }).verdict),
  files: fromTexts.files().map(({ path }) => path),
  problem: problem && [problem.file, problem.line, problem.column, problem.remedy],
  knobs: knobs.length,
}))
`

beforeAll(() => {
  buildIkewise()
  consumer = mkdtempSync(join(tmpdir(), 'ikewise-consumer-'))
  const [{ filename, files }] = JSON.parse(
    npm(root, 'pack', '--ignore-scripts', '--json', '--pack-destination', consumer),
  ) as [{ readonly filename: string; readonly files: readonly { readonly path: string }[] }]
  packed = files.map(({ path }) => path)
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  npm(consumer, 'install', '--prefer-offline', `./${filename}`, `@types/node@${devDependencies['@types/node']}`)
  cpSync(exampleFolder(example), join(consumer, example), { recursive: true })
}, 300_000)

afterAll(() => rmSync(consumer, { recursive: true, force: true }))

describe('the package', () => {
  it('holds the program, the library, schemas and documents, and no test, bench or source', () => {
    const folders = new Set(packed.map((path) => path.split('/').slice(0, 2).join('/')))
    for (const path of [
      'dist/cli/main.js',
      'dist/index.js',
      'dist/index.d.ts',
      'docs/verdict.schema.json',
      'README.md',
    ])
      expect(packed).toContain(path)
    for (const path of ['docs/trace.schema.json', 'docs/trace.md', 'docs/library.md', 'LICENSE', 'NOTICE'])
      expect(packed).toContain(path)
    expect(packed.filter((path) => /\.test\.|\.tsbuildinfo$|\.map$/.test(path))).toEqual([])
    expect([...folders].filter((folder) => /^(src|test|dist\/bench|dist\/\.built)/.test(folder))).toEqual([])
  })

  it('runs as a program', async () => {
    const { status, stdout, stderr } = spawnSync(
      'npx',
      ['--no-install', 'ikewise', 'prove', example, '--format', 'json'],
      {
        cwd: consumer,
        encoding: 'utf8',
      },
    )
    const { out } = await command('prove', exampleFolder(example), '--format', 'json')
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: out, stderr: '' })
    const schema = spawnSync('npx', ['--no-install', 'ikewise', 'schema', 'verdict'], {
      cwd: consumer,
      encoding: 'utf8',
    })
    expect(JSON.parse(schema.stdout)).toMatchObject({ $id: 'urn:ikewise:schema:verdict:1' })
  })

  it('offers its schemas to other programs', () => {
    const script = `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      console.log(require('ikewise/verdict.schema.json').$id, require('ikewise/trace.schema.json').$id)`
    expect(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: consumer, encoding: 'utf8' }),
    ).toBe('urn:ikewise:schema:verdict:1 urn:ikewise:schema:trace:1\n')
  })
})

describe('the library, from a package of its own', () => {
  beforeAll(() => {
    mkdirSync(join(consumer, 'src'))
    writeFileSync(join(consumer, 'src/program.ts'), program)
    writeFileSync(
      join(consumer, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
          ...{ module: 'nodenext', target: 'es2023', lib: ['es2023'], types: ['node'], rootDir: 'src', outDir: 'out' },
        },
        include: ['src'],
      }),
    )
  })

  it('compiles strictly, its declarations checked too, and answers as the command line does', async () => {
    const compiled = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: consumer, encoding: 'utf8' })
    expect({ status: compiled.status, out: compiled.stdout + compiled.stderr }).toEqual({ status: 0, out: '' })
    const run = spawnSync(process.execPath, ['out/program.js'], { cwd: consumer, encoding: 'utf8' })
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
    const { json, files, ...answer } = JSON.parse(run.stdout)
    const shown = await command('prove', exampleFolder(example), '--fix', '--can-change', 'R2', '--format', 'json')
    expect(json).toBe(shown.out)
    expect(files).toContain('R2-initiates/exchange.pcapng')
    expect(files).toContain('verdict.sarif')
    expect(answer).toMatchObject({
      outcomes: ['up', 'down'],
      exitCode: 1,
      fix: ['crypto isakmp profile prof1', ' ca trust-point IOSCA1'],
      same: true,
      undisturbed: true,
      // Nobody says in which order they enrolled: it depends.
      printed: ['up', 'undecided'],
      problem: ['R1.cfg', 30, 18, expect.stringContaining('write "IOSCA1"')],
    })
    expect(answer.differing).not.toEqual(['up', 'down'])
    expect(answer.knobs).toBeGreaterThan(10)
  })
})
