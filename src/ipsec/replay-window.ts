/** IOS's default window (RFC 4303 §3.4.3 asks for at least 32). */
export const replayWindowSize = 64

/** The anti-replay state of one inbound SA: the highest sequence number seen, and which of those before it were. Bit 0 is the highest. */
export interface ReplayWindow {
  readonly highest: number
  readonly seen: bigint
}

export const freshReplayWindow: ReplayWindow = { highest: 0, seen: 0n }

const mask = (1n << BigInt(replayWindowSize)) - 1n

/** Whether a sequence number may be new. Ask before the ICV is checked; it changes nothing. */
export const mayBeNew = ({ highest, seen }: ReplayWindow, sequence: number): boolean => {
  if (sequence === 0) return false
  if (sequence > highest) return true
  const age = highest - sequence
  return age < replayWindowSize && (seen & (1n << BigInt(age))) === 0n
}

/** The window after a packet whose ICV was good. */
export const withSequence = (window: ReplayWindow, sequence: number): ReplayWindow => {
  if (sequence <= window.highest) return { ...window, seen: window.seen | (1n << BigInt(window.highest - sequence)) }
  const ahead = sequence - window.highest
  return { highest: sequence, seen: ahead >= replayWindowSize ? 1n : ((window.seen << BigInt(ahead)) | 1n) & mask }
}
