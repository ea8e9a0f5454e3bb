import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'

/**
 * The rooms of `src/`, in the order in which they may know each other: a room imports only rooms before it.
 * The picture with what each one holds is in DESIGN.md.
 */
// biome-ignore format: one line reads as the order
export const ROOMS: readonly string[] = [
  'wire', 'trace', 'crypto', 'pki', 'selection', 'ike', 'ipsec',
  'ios', 'router', 'net', 'lab', 'prove', 'report', 'cli',
]

/** The rooms without clock, random source, socket, file or logger. `trace` is among them because they import it. */
const PURE_ROOMS: ReadonlySet<string> = new Set(['wire', 'trace', 'crypto', 'pki', 'selection', 'ike', 'ipsec'])

/**
 * What of Node a pure room may use: computation, nothing that touches the world. Of `node:module` it may have
 * `createRequire` alone, to load a library at its first use: an `import()` would have to be awaited.
 */
const PURE_NODE_MODULES: ReadonlySet<string> = new Set([
  ...['node:assert', 'node:buffer', 'node:crypto', 'node:module', 'node:util'],
])

/** Global names that reach the world, wherever they stand as a value. `Date` is judged by its use: see `impurityOf`. */
const IMPURE_GLOBALS: ReadonlySet<string> = new Set([
  ...['process', 'console', 'performance', 'fetch', 'globalThis', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
])

/** What `node:crypto` has that brings its own random bytes. A parameter of that name is what the core should have. */
const RANDOM_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['randomBytes', 'randomFill', 'randomFillSync', 'randomInt', 'randomUUID', 'getRandomValues', 'webcrypto'],
  ...['generateKey', 'generateKeySync', 'generateKeyPair', 'generateKeyPairSync', 'generatePrime', 'generatePrimeSync'],
])

/** `file` is relative to the repository; `line` counts from 1. */
export interface Violation {
  readonly file: string
  readonly line: number
  readonly rule:
    | 'unparsable'
    | 'unresolved'
    | 'computed import'
    | 'outside src'
    | 'later room'
    | 'inside of another room'
    | 'ike versions'
    | 'test code in product'
    | 'world in the core'
  readonly what: string
}

export interface ImportCheck {
  readonly files: number
  readonly imports: number
  readonly violations: readonly Violation[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

interface Import {
  readonly from: string | undefined
  readonly start: number
}

/**
 * Checks the import rule on a set of TypeScript sources, keyed by path from the repository (`src/wire/index.ts`).
 * Type-only imports, re-exports, `import()` and `import('…').T` count like every other import.
 */
export function checkImports(sources: ReadonlyMap<string, string>): ImportCheck {
  const violations: Violation[] = []
  let imports = 0
  for (const [file, text] of sources) {
    const report = (start: number, rule: Violation['rule'], what: string) =>
      violations.push({ file, line: text.slice(0, start).split('\n').length, rule, what })
    const { program, errors } = parseSync(file, text)
    for (const error of errors) report(error.labels[0]?.start ?? 0, 'unparsable', error.message)

    const pure = isPure(file)
    walk(program as unknown as Node, undefined, (node, parent) => {
      const found = importOf(node)
      if (found !== undefined) {
        imports++
        const broken = judge(file, found.from, sources)
        if (broken !== undefined) report(found.start, broken, found.from ?? '(not a literal)')
      }
      const impurity = pure ? impurityOf(node, parent) : undefined
      if (impurity !== undefined) report(node.start, 'world in the core', impurity)
    })
  }
  return { files: sources.size, imports, violations }
}

function judge(
  file: string,
  from: string | undefined,
  sources: ReadonlyMap<string, string>,
): Violation['rule'] | undefined {
  if (from === undefined) return 'computed import'
  if (!from.startsWith('.')) {
    return isPure(file) && from.startsWith('node:') && !PURE_NODE_MODULES.has(from) ? 'world in the core' : undefined
  }
  const target = posix.join(posix.dirname(file), from)
  if (!sources.has(target)) return 'unresolved'
  return judgeTarget(file, target)
}

function judgeTarget(file: string, target: string): Violation['rule'] | undefined {
  if (!target.startsWith('src/')) {
    if (isTest(file)) return undefined
    return file.startsWith('src/') ? 'outside src' : undefined
  }
  if (file.startsWith('src/') && !isTest(file) && isTest(target)) return 'test code in product'

  const here = roomOf(file)
  const there = roomOf(target)
  if (here === 'ike' && there === 'ike') return versionsMeet(file, target) ? 'ike versions' : undefined
  if (here === there) return undefined
  if (target !== `src/${there}/index.ts`) return 'inside of another room'
  if (isTest(file) || here === undefined || here === 'bench') return undefined
  return rank(there) < rank(here) ? undefined : 'later room'
}

/** The room of a path; undefined for `src/index.ts` and for everything outside `src/`. */
function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

/** A room that is not in the list ranks after all: it may import every room and none may import it. */
function rank(room: string | undefined): number {
  const index = ROOMS.indexOf(room ?? '')
  return index === -1 ? ROOMS.length : index
}

function versionsMeet(file: string, target: string): boolean {
  const versions = [file, target].map((path) => /^src\/ike\/(v[12])\//.exec(path)?.[1])
  return versions[0] !== undefined && versions[1] !== undefined && versions[0] !== versions[1]
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('test/')
}

function isPure(path: string): boolean {
  return PURE_ROOMS.has(roomOf(path) ?? '') && !isTest(path)
}

function importOf(node: Node): Import | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return isNode(node.source) ? { from: literal(node.source), start: node.start } : undefined
    case 'ImportExpression':
    case 'TSImportType':
      return { from: literal(node.source), start: node.start }
    case 'TSExternalModuleReference':
      return { from: literal(node.expression), start: node.start }
    default:
      return undefined
  }
}

/** What a node takes from the world: a name for the report, or undefined. */
function impurityOf(node: Node, parent: Node | undefined): string | undefined {
  const callee = node.callee
  if (node.type === 'CallExpression' && isIdentifier(callee, 'Date')) return 'Date()'
  if (node.type === 'NewExpression' && isIdentifier(callee, 'Date') && isEmpty(node.arguments)) return 'new Date()'
  if (node.type === 'MemberExpression' && node.computed === false) {
    if (isIdentifier(node.object, 'Date') && isIdentifier(node.property, 'now')) return 'Date.now'
    const property = isNode(node.property) ? node.property.name : undefined
    if (isIdentifier(node.object, 'crypto') && RANDOM_FUNCTIONS.has(String(property))) return `crypto.${property}`
    if (isIdentifier(node.object, 'Math') && isIdentifier(node.property, 'random')) return 'Math.random'
  }
  if (node.type === 'ImportDeclaration' && literal(node.source) === 'node:crypto') return randomImport(node)
  if (node.type === 'ImportDeclaration' && literal(node.source) === 'node:module') return loaderImport(node)
  if (node.type === 'CallExpression') return nodeModuleOf(node)
  if (node.type !== 'Identifier' || typeof node.name !== 'string') return undefined
  return IMPURE_GLOBALS.has(node.name) && isReference(node, parent) ? node.name : undefined
}

/** `node:crypto` is imported by name, so that the names tell whether it brings random bytes. */
function randomImport({ specifiers }: Node): string | undefined {
  for (const specifier of Array.isArray(specifiers) ? specifiers.filter(isNode) : []) {
    if (specifier.type !== 'ImportSpecifier') return 'all of node:crypto'
    const name = isNode(specifier.imported) ? specifier.imported.name : undefined
    if (typeof name === 'string' && RANDOM_FUNCTIONS.has(name)) return name
  }
  return undefined
}

/** `createRequire` alone. */
function loaderImport({ specifiers }: Node): string | undefined {
  const names = (Array.isArray(specifiers) ? specifiers.filter(isNode) : []).map(({ imported }) =>
    isNode(imported) ? String(imported.name) : 'all',
  )
  const other = names.find((name) => name !== 'createRequire')
  return other && `${other} of node:module`
}

/** What `createRequire` made must not bring in what an import may not. */
function nodeModuleOf({ arguments: given }: Node): string | undefined {
  const name = Array.isArray(given) ? literal(given[0]) : undefined
  return name?.startsWith('node:') ? name : undefined
}

/** False where an identifier only names a member, a key, a label or a module's export. */
function isReference(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return true
  if (isPropertyOf(node, parent)) return false
  if (parent.key === node && parent.computed !== true) return parent.shorthand === true
  if (parent.type === 'TSQualifiedName') return parent.left === node
  return !(parent.type === 'ExportSpecifier' && parent.exported === node)
}

function isPropertyOf(node: Node, parent: Node | undefined): boolean {
  return parent?.type === 'MemberExpression' && parent.property === node && parent.computed === false
}

function walk(node: Node, parent: Node | undefined, visit: (node: Node, parent: Node | undefined) => void): void {
  visit(node, parent)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, node, visit)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function isIdentifier(value: unknown, name: string): boolean {
  return isNode(value) && value.type === 'Identifier' && value.name === name
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function literal(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : undefined
}
