/** A file with configuration in which nothing names the router: no prompt, no line `hostname`. */
interface NamelessFile {
  /** As references name it: `R1-crypto.txt`. */
  readonly file: string
  readonly lines: readonly string[]
}

/** What every configuration of a router with a tunnel has. */
const kinds = [/^crypto /i, /^interface /i] as const

/** What only a whole configuration has. */
const whole = /^(?:end|version \d\S*)\s*$/

const kindsIn = ({ lines }: NamelessFile): readonly RegExp[] =>
  kinds.filter((kind) => lines.some((line) => kind.test(line)))

const isWhole = ({ lines }: NamelessFile): boolean => lines.some((line) => whole.test(line))

/** A name without its folder and its extension. */
const bareName = (file: string): { readonly folder: string; readonly name: string } => {
  const at = file.lastIndexOf('/') + 1
  return { folder: file.slice(0, at), name: file.slice(at).replace(/\.[a-z0-9]+$/i, '') }
}

/** What stands before the last `-`, `_`, `.` or blank of a name; null: there is none. */
const stemOf = (name: string): string | null => /^(.*[^-_. ])[-_. ]+[^-_. ]+$/.exec(name)?.[1] ?? null

interface Alike {
  readonly stem: string
  readonly files: readonly NamelessFile[]
}

/** Files whose names begin alike: `R1-crypto.txt` with `R1_int.txt`, and with `R1.txt`, in one folder. */
const beginAlike = (files: readonly NamelessFile[]): readonly Alike[] => {
  const keyOf = (folder: string, stem: string): string => `${folder}${stem.toLowerCase()}`
  const stems = new Set(
    files.flatMap(({ file }) => {
      const { folder, name } = bareName(file)
      return keyOf(folder, stemOf(name) ?? '')
    }),
  )
  const groups = new Map<string, { readonly stem: string; readonly files: NamelessFile[] }>()
  for (const each of files) {
    const { folder, name } = bareName(each.file)
    const stem = stems.has(keyOf(folder, name)) ? name : stemOf(name)
    if (stem === null) continue
    const key = keyOf(folder, stem)
    const group = groups.get(key) ?? { stem, files: [] }
    groups.set(key, group)
    group.files.push(each)
  }
  return [...groups.values()].filter((group) => group.files.length > 1)
}

/** Each says what no other says: crypto stands in one alone, interfaces stand in one alone, and none claims to be whole. */
const completeEachOther = (files: readonly NamelessFile[]): boolean =>
  !files.some(isWhole) && kinds.every((kind) => files.filter((each) => kindsIn(each).includes(kind)).length < 2)

/**
 * Parts of one router: files without its name whose own names begin alike, and of which each has what the others lack. By file,
 * what their names begin with. Where two of them have the same, as `lab-R1.txt` and `lab-R2.txt` may, they stay apart.
 */
export const stemsOfParts = (files: readonly NamelessFile[]): ReadonlyMap<string, string> =>
  new Map(
    beginAlike(files).flatMap(({ stem, files: members }) =>
      completeEachOther(members) ? members.map(({ file }) => [file, stem] as const) : [],
    ),
  )

/** Whether a file lacks what every router with a tunnel has: it may be a part of another that was given. */
export const looksLikePart = (file: NamelessFile): boolean => kindsIn(file).length < kinds.length
