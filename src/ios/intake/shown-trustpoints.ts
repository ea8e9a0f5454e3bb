/** A trustpoint as `show crypto pki trustpoints [status]` prints it. */
export interface ShownTrustpoint {
  readonly name: string
  readonly from: number
  readonly to: number
  /** The CA's name as IOS spells it; null where no certificate of a CA is held. */
  readonly ca: string | null
  readonly caSerial: string | null
  readonly selfSigned: boolean
  /** `Router General Purpose certificate configured` of the status form; null where it does not say. */
  readonly holdsCertificate: boolean | null
}

type Draft = { -readonly [K in keyof ShownTrustpoint]: ShownTrustpoint[K] }

const title = /^Trustpoint (\S+):$/
const attribute = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)=/

/** Whose `Subject Name` the lines above speak of. */
type Speaker = 'ca' | 'router'

/** Reads the output; what is no part of a trustpoint is passed over. `first`: the number of the first line. */
export const readShownTrustpoints = (lines: readonly string[], first: number): readonly ShownTrustpoint[] => {
  const found: Draft[] = []
  let open: Draft | null = null
  let speaker: Speaker = 'ca'
  let inName = false
  let name: string[] = []
  const closeName = (): void => {
    if (open && speaker === 'ca' && name.length > 0 && open.ca === null) open.ca = name.join(',')
    name = []
    inName = false
  }
  for (const [index, text] of lines.entries()) {
    const line = text.trim()
    const number = first + index
    if (line === '') continue
    const begins = title.exec(line)?.[1]
    if (begins !== undefined) {
      closeName()
      speaker = 'ca'
      open = {
        name: begins,
        from: number,
        to: number,
        ca: null,
        caSerial: null,
        selfSigned: false,
        holdsCertificate: null,
      }
      found.push(open)
      continue
    }
    if (!open) continue
    open.to = number
    if (inName && attribute.test(line)) {
      name.push(line)
      continue
    }
    closeName()
    if (/^Subject Name:$/.test(line)) inName = true
    else if (/^Issuing CA certificate configured:$/.test(line)) speaker = 'ca'
    else if (/^Router .*certificate configured:$/.test(line)) {
      speaker = 'router'
      open.holdsCertificate = true
    } else if (/^Issuing CA certificate not configured/.test(line)) open.holdsCertificate = false
    else if (/self-signed/i.test(line)) open.selfSigned = true
    else {
      const serial = /^Serial Number(?: \(hex\))?: *(?:0x)?([0-9A-Fa-f]+)$/.exec(line)?.[1]
      if (serial !== undefined && speaker === 'ca' && open.caSerial === null) open.caSerial = serial.toUpperCase()
    }
  }
  closeName()
  return found
}
