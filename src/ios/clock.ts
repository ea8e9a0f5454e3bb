/** The router's zone: its name and minutes east of UTC. Summer time is not modelled. */
export interface Timezone {
  readonly name: string
  readonly offsetMinutes: number
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const two = (value: number): string => String(value).padStart(2, '0')

/** `time` is milliseconds since 1970 UTC; the result's UTC fields read as the router's wall clock. */
const wallClock = (time: number, { offsetMinutes }: Timezone): Date =>
  new Date(Math.floor(time) + offsetMinutes * 60_000)

const timeOfDay = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`

/** `*Jun 20 13:00:37.609: `: the star says that the clock is not synchronised, which is how the seed's routers ran. */
export const debugStamp = (time: number, timezone: Timezone): string => {
  const date = wallClock(time, timezone)
  const day = String(date.getUTCDate()).padStart(2)
  const milliseconds = String(date.getUTCMilliseconds()).padStart(3, '0')
  return `*${months[date.getUTCMonth()]} ${day} ${timeOfDay(date)}.${milliseconds}: `
}

/** `13:25:01 CET Jun 17 2013`, as certificates and PKI messages print a time. */
export const iosDate = (time: number, timezone: Timezone): string => {
  const date = wallClock(time, timezone)
  return `${timeOfDay(date)} ${timezone.name} ${months[date.getUTCMonth()]} ${date.getUTCDate()} ${date.getUTCFullYear()}`
}

/** `23:59:10`; hours may exceed 24. `seconds` is cut to whole seconds and never negative. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

/** `00:11:11` below a day, `3d18h` below a week, `2w1d` from there on, as IOS prints an uptime. */
export const uptime = (seconds: number): string => {
  const hours = Math.floor(Math.max(0, seconds) / 3600)
  if (hours < 24) return duration(seconds)
  const days = Math.floor(hours / 24)
  return days < 7 ? `${days}d${two(hours % 24)}h` : `${Math.floor(days / 7)}w${days % 7}d`
}
