import { type CauseEntry, families } from '../../prove/index.ts'
import { general, kindText, logGroups } from './words.ts'

const logMarkdown = (entry: CauseEntry): readonly string[] => {
  if (entry.log.length === 0) return ['The logs show nothing that tells it from other causes.', '']
  return [
    'The logs show (`…` stands for what differs):',
    '',
    ...logGroups(entry).flatMap(({ side, where, lines }) => [
      `- ${side} (${where}):`,
      ...lines.map((line) => `  - \`${line}\``),
    ]),
    '',
  ]
}

const entryMarkdown = (code: string, entry: CauseEntry): readonly string[] => [
  `### \`${code}\``,
  '',
  `**${entry.title}** (${kindText(entry)})`,
  '',
  `${general(entry.happened)} ${general(entry.why)}`,
  '',
  ...logMarkdown(entry),
  `- **Who must act:** ${general(entry.actor)}.`,
  `- **What to do:** ${general(entry.remedy)}`,
  `- **Source:** ${entry.source}`,
  '',
]

/** `docs/causes.md`: the whole catalogue. */
export const causesMarkdown = (): string =>
  [
    '# Causes',
    '',
    'Every direction that does not come up has exactly one root cause of this catalogue; findings and the risks of a tunnel',
    'that is up are listed too. Codes are stable. `ikewise causes` lists them, `ikewise causes CODE` prints one.',
    'This file is made by `ikewise causes --format markdown`: do not edit it.',
    '',
    '*This router* is the one that refuses, or cannot go on, or of which a finding tells; *the peer* is the other one: a',
    'verdict names them. §N is a section of the reference on IOS behaviour, §6 its catalogue; a mark says how sure it is: [S]',
    'the document says or shows it, [V] a device or a document of Cisco, [D] derived from those, [I] inferred, [M] recalled,',
    'with high, medium or low confidence.',
    '',
    ...families.flatMap(({ name, causes }) => [
      `- ${name}: ${Object.keys(causes)
        .map((code) => `[\`${code}\`](#${code})`)
        .join(', ')}`,
    ]),
    '',
    ...families.flatMap(({ name, causes }) => [
      `## ${name}`,
      '',
      ...Object.entries(causes).flatMap(([code, entry]) => entryMarkdown(code, entry)),
    ]),
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
