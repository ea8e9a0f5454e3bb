import { type Output, type Recording, type RouterConfiguration, readRecording, textFault } from '../../ios/index.ts'
import { InputError } from '../input-error.ts'
import type { Source } from '../lab.ts'
import { readConfiguration } from '../read-configuration.ts'
import type { InputFile } from './input-files.ts'

/** An output with the file in which it stands. */
export interface Printed {
  readonly recording: Recording
  readonly output: Output
}

/** A router whose configuration was found. */
export interface PrintedRouter {
  readonly name: string
  readonly configuration: RouterConfiguration
  /** The configuration's lines where they stand in the file; all others are empty. */
  readonly text: string
  readonly printed: Printed
}

/** The lines of an output, each at its place in the file. The command itself is left out. */
const textOf = ({ recording: { lines }, output: { from, to, command } }: Printed): string => {
  const first = command === null ? from : from + 1
  return `${'\n'.repeat(first - 1)}${lines.slice(first - 1, to).join('\n')}\n`
}

/** The lines of an output without its command, and the number of the first. */
export const linesOf = ({
  recording: { lines },
  output: { from, to, command },
}: Printed): { readonly lines: readonly string[]; readonly first: number } => {
  const first = command === null ? from : from + 1
  return { lines: lines.slice(first - 1, to), first }
}

const placeOf = ({ recording: { file }, output: { from, to } }: Printed): string => `${file}:${from}-${to}`

const readRouter = (printed: Printed): PrintedRouter => {
  const { recording, output } = printed
  const text = textOf(printed)
  const configuration = readConfiguration(text, recording.file, output.router ?? undefined)
  return { name: output.router ?? configuration.hostname, configuration, text, printed }
}

const mostRouters = 2

/** Takes every file apart. Throws InputError for a file that is no text, or one that was named and holds nothing of use. */
export const recordingsOf = (
  files: readonly InputFile[],
): { readonly recordings: readonly Recording[]; readonly sources: readonly Source[] } => {
  const recordings: Recording[] = []
  const sources: Source[] = []
  for (const { name, text, found } of files) {
    const fault = textFault(text, name)
    if (fault && found) sources.push({ kind: 'not-read', router: null, file: name, lines: null, text: fault.message })
    else if (fault) throw new InputError({ ...fault, text: null })
    else recordings.push(readRecording(text, name))
  }
  return { recordings, sources }
}

/** The routers whose configurations were printed, in the order of the files. Throws InputError where they are none, or more than a tunnel has. */
export const printedRouters = (recordings: readonly Recording[]): readonly PrintedRouter[] => {
  const printed = recordings.flatMap((recording) =>
    recording.outputs.filter(({ kind }) => kind === 'configuration').map((output) => ({ recording, output })),
  )
  const routers = printed.map(readRouter)
  const [first] = recordings
  if (routers.length === 0)
    throw new InputError({
      file: first?.file ?? 'the inputs',
      message: 'there is no configuration in it',
      remedy: "give the file into which a router's running configuration was saved (show running-config)",
    })
  for (const [index, router] of routers.entries()) {
    const twin = routers.slice(0, index).find(({ name }) => name.toLowerCase() === router.name.toLowerCase())
    if (twin)
      throw new InputError({
        file: router.printed.recording.file,
        line: router.printed.output.from,
        message: `there are two configurations of ${router.name}: ${placeOf(twin.printed)} and ${placeOf(router.printed)}`,
        remedy: 'give one of them; where two routers bear one name, change a `hostname`',
      })
  }
  const surplus = routers[mostRouters]
  if (surplus)
    throw new InputError({
      file: surplus.printed.recording.file,
      line: surplus.printed.output.from,
      message: `there are ${routers.length} routers: ${routers.map(({ name, printed: place }) => `${name} (${placeOf(place)})`).join(', ')}`,
      remedy: 'give what two of them printed; for more, put them into a folder with a lab.yaml',
    })
  return routers
}
