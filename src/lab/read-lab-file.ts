import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { InputError } from './input-error.ts'
import { type ScenarioFile, scenarioSchema } from './scenario-schema.ts'

/** A `lab.yaml` with a way to name the line of anything in it. */
export interface LabFile {
  readonly scenario: ScenarioFile
  /** The error for a value at a path: file, line, column and the line's text. */
  error(path: readonly PropertyKey[], message: string, remedy: string): InputError
}

/** Reads the text of a `lab.yaml`. Throws InputError where it is not YAML or not a scenario. */
export const readLabFile = (text: string, file: string): LabFile => {
  const counter = new LineCounter()
  const lines = text.split('\n')
  const document = parseDocument(text, { lineCounter: counter })
  const at = (offset: number): { readonly line: number; readonly column: number; readonly text: string } => {
    const { line, col } = counter.linePos(offset)
    return {
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      text: (lines[Math.max(line, 1) - 1] ?? '').replace(/\r$/, ''),
    }
  }
  const [broken] = document.errors
  if (broken)
    throw new InputError({
      file,
      ...at(broken.pos[0]),
      message: 'this is not YAML',
      remedy: broken.message.split('\n')[0] ?? 'expected YAML',
    })
  const offsetOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length >= 0; length -= 1) {
      const found = length === 0 ? document.contents : keyOrValue(document.contents, path.slice(0, length))
      const offset = found?.range?.[0]
      if (offset !== undefined) return offset
    }
    return 0
  }
  const error = (path: readonly PropertyKey[], message: string, remedy: string): InputError =>
    new InputError({ file, ...at(offsetOf(path)), message, remedy })
  const checked = scenarioSchema.safeParse(contentsOf(document, error))
  if (!checked.success) {
    const [issue] = checked.error.issues
    const path = issue?.path ?? []
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
    throw error(
      unknown === undefined ? path : [...path, unknown],
      unknown === undefined
        ? `${path.length === 0 ? 'this file' : path.map(String).join('.')} is not what a lab.yaml holds`
        : `unknown key ${unknown}`,
      issue?.message ?? expected,
    )
  }
  return { scenario: checked.data, error }
}

const expected = 'expected a scenario: clock, cas, routers'

/** A few lines of aliases of aliases stand for gigabytes: the library stops there, and says so by throwing. */
const contentsOf = (document: ReturnType<typeof parseDocument>, error: LabFile['error']): unknown => {
  try {
    return document.toJS()
  } catch {
    throw error([], 'its aliases stand for more than a lab.yaml holds', 'write the values out, without & and *')
  }
}

/** The key where the path ends at a key of a map, so that a caret stands under the name; else the value. */
const keyOrValue = (root: unknown, path: readonly PropertyKey[]): Node | null => {
  let node: unknown = root
  for (const [index, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      )
      if (!pair) return null
      if (index === path.length - 1) return isScalar(pair.key) ? pair.key : null
      node = pair.value
    } else if (node !== null && typeof node === 'object' && 'items' in node && Array.isArray(node.items))
      node = node.items[Number(step)]
    else return null
  }
  return node !== null && typeof node === 'object' && 'range' in node ? (node as Node) : null
}
