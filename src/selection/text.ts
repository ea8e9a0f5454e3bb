/** Lower case of ASCII letters only: `toLowerCase` folds other letters onto them (the Kelvin sign onto k), and two names would match that differ. */
export const asciiLower = (text: string): string =>
  // Where there is nothing but ASCII, both do the same, and this one is much the faster.
  /^[ -~]*$/.test(text) ? text.toLowerCase() : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** Octets as text, one character each: nothing is dropped, replaced or decoded, so equal text means equal octets. */
export const octetText = (octets: Uint8Array): string => {
  let text = ''
  for (const octet of octets) text += String.fromCharCode(octet)
  return text
}

/** Text as octets of UTF-8. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
