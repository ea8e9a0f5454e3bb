/** Names that stand for many things of a kind: several of them are told by their number. */
const kinds = /^(NOTIFY|VID|DELETE)\(/

const kindOf = (payload: string): string => kinds.exec(payload)?.[1] ?? payload

/**
 * The payloads of a message in as few words as tell them apart, in the order of each kind's first: `KE`, `NONCE`,
 * `7 CERTREQ`, `VID(DPD)`. Of a kind that stands once the whole name is kept.
 */
export const payloadWords = (payloads: readonly string[]): readonly string[] => {
  const groups = new Map<string, string[]>()
  for (const payload of payloads) {
    const kind = kindOf(payload)
    groups.set(kind, [...(groups.get(kind) ?? []), payload])
  }
  return [...groups].map(([kind, members]) =>
    members.length === 1 ? (members[0] ?? kind) : `${members.length} ${kind}`,
  )
}
