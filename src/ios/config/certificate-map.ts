import type { CertificateMapRule } from '../../selection/index.ts'
import { type CommandForms, commandForms } from './command.ts'
import type { Context } from './context.ts'
import { choice, type Kind, rest } from './kinds.ts'
import { type Table, table } from './mode.ts'

/** `crypto pki certificate map NAME SEQ` (ios-semantics §1.7). */

interface Sequence {
  readonly rules: CertificateMapRule[]
}

const { command }: CommandForms<Sequence> = commandForms<Sequence>()
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** `1 Jan 2024 [HH:MM:SS] [UTC]` or `Jan 1 2024 …` as ISO 8601 in UTC; undefined when it is no date of 1993 to 2035. */
function readDate(text: string): string | undefined {
  const match = /^(\w+)\s+(\w+)\s+(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?(?:\s+(?:utc|gmt))?$/i.exec(text)
  if (match === null) return undefined
  const [, first = '', second = '', year = '', hour = '0', minute = '0', seconds = '0'] = match
  const [dayText, monthText] = /^\d/.test(first) ? [first, second] : [second, first]
  const month = months.indexOf(monthText.slice(0, 3).toLowerCase())
  if (month < 0 || !/^\d{1,2}$/.test(dayText)) return undefined
  const date = new Date(Date.UTC(Number(year), month, Number(dayText), Number(hour), Number(minute), Number(seconds)))
  const exact = date.getUTCMonth() === month && date.getUTCDate() === Number(dayText) && Number(hour) < 24
  if (!exact || Number(minute) > 59 || Number(seconds) > 59 || Number(year) < 1993 || Number(year) > 2035)
    return undefined
  return date.toISOString()
}

const date: Kind<string> = { ...rest('a date such as 1 Jan 2024 12:00:00 UTC, from 1993 to 2035'), read: readDate }
const serial: Kind<string> = {
  ...rest('a serial number in hexadecimal'),
  read: (text) => (/^[0-9A-Fa-f]+$/.test(text.replace(/\s+/g, '')) ? text : undefined),
}
const textFields = ['alt-subject-name', 'issuer-name', 'name', 'subject-name', 'unstructured-subject-name'] as const
const textOperators = choice('eq', 'ne', 'co', 'nc')

function add(map: Sequence, rule: Omit<CertificateMapRule, 'at'>, context: Context): void {
  map.rules.push({ ...rule, at: context.at })
}

function remove(map: Sequence, rule: Omit<CertificateMapRule, 'at'>): void {
  const kept = map.rules.filter(
    (other) => other.field !== rule.field || other.operator !== rule.operator || other.value !== rule.value,
  )
  map.rules.splice(0, map.rules.length, ...kept)
}

function rules(no: '' | 'no ', act: typeof add) {
  return [
    ...textFields.map((field) =>
      command(
        `${no}${field} <operator> <value>`,
        { operator: textOperators, value: rest('the text to compare with') },
        `rule on ${field}`,
        (map, { operator, value }, context) => act(map, { field, operator, value }, context),
      ),
    ),
    command(
      `${no}serial-number <operator> <value>`,
      { operator: textOperators, value: serial },
      'rule on the serial number',
      (map, { operator, value }, context) => act(map, { field: 'serial-number', operator, value }, context),
    ),
    ...(['expires-on', 'valid-start'] as const).map((field) =>
      command(
        `${no}${field} <operator> <value>`,
        { operator: choice('eq', 'ne', 'lt', 'ge'), value: date },
        `rule on ${field}`,
        (map, { operator, value }, context) => act(map, { field, operator, value }, context),
      ),
    ),
  ]
}

export const certificateMapTable: Table<Sequence> = table('crypto pki certificate map', 'not-modelled', [
  ...rules('', add),
  ...rules('no ', remove),
])
