/** A time as IOS prints it: the wall clock of the router, whose zone has only a name. */
export interface PrintedTime {
  /** As it stands there. */
  readonly text: string
  /** Milliseconds since 1970 as if the zone were UTC. */
  readonly wallClock: number
  readonly zone: string
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const pattern =
  /(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))? ([A-Za-z][\w+-]{0,9}) (?:[A-Z][a-z]{2} )?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{4})/

/** The first time in a line: `13:25:01 CET Jun 17 2013`, with or without milliseconds and the day of the week. */
export const printedTime = (line: string): PrintedTime | null => {
  const found = pattern.exec(line)
  if (!found) return null
  const [text, hour, minute, second, fraction = '0', zone = '', month = '', day, year] = found
  const index = months.indexOf(month.toLowerCase())
  if (index < 0) return null
  const milliseconds = Number(fraction.padEnd(3, '0'))
  const wallClock = Date.UTC(
    Number(year),
    index,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  )
  return { text, wallClock, zone }
}

/** A zone of a router: its name and minutes east of UTC. */
export interface Zone {
  readonly name: string
  readonly offsetMinutes: number
}

/** Zones whose abbreviation means one thing only; minutes east of UTC. */
const known: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  JST: 540,
  EST: -300,
  EDT: -240,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
}

/** The moment, in milliseconds since 1970 UTC; `sure` is false where nothing says what the zone's name means. */
export const momentOf = (
  { wallClock, zone }: PrintedTime,
  zones: readonly Zone[],
): { readonly time: number; readonly sure: boolean } => {
  const name = zone.toUpperCase()
  const own = zones.find((candidate) => candidate.name.toUpperCase() === name)?.offsetMinutes ?? known[name]
  return { time: wallClock - (own ?? zones[0]?.offsetMinutes ?? 0) * 60_000, sure: own !== undefined }
}
