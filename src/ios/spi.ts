/**
 * A security parameter index of four octets as IOS prints it: `0x63A278D7(1671592151)`. `hex` may carry `0x`.
 * Leading zeros go: IOS prints `0x9395627(154752551)`.
 */
export const spiText = (hex: string): string => {
  const value = spiNumber(hex)
  return `0x${value.toString(16).toUpperCase()}(${value})`
}

/** The decimal form of an SPI. A phase 1 SPI (the two cookies) and an empty one read as 0, as in IOS's notify lines. */
export const spiNumber = (hex: string): number => {
  const digits = hex.replace(/^0x/i, '')
  return /^[0-9a-f]{1,8}$/i.test(digits) ? Number.parseInt(digits, 16) : 0
}
