import { encodeClearMessage } from '../../wire/index.ts'
import type { Effect, Outbox } from '../effects.ts'
import type { IkeV1Settings } from './context.ts'
import { exchange } from './packets.ts'
import type { Session } from './session.ts'

const nonEspMarkerLength = 4
const natTPort = 4500
/** ISAKMP header and the fragment payload's own head. */
const overhead = 28 + 8

/** Splits the messages of one step that are too long, where both ends have announced Cisco's IKE fragmentation. */
export const fragmentEffects = (out: Outbox, session: Session, settings: IkeV1Settings): void => {
  if (!settings.fragmentation || !session.abilities.fragmentation) return
  const effects = out.effects.flatMap((effect): readonly Effect[] =>
    effect.kind === 'send' && effect.to.address === session.peer.address && effect.bytes.length > settings.fragmentSize
      ? fragments(effect, session, settings.fragmentSize)
      : [effect],
  )
  out.effects.splice(0, out.effects.length, ...effects)
}

const fragments = (effect: Extract<Effect, { kind: 'send' }>, session: Session, size: number): readonly Effect[] => {
  const marker = effect.from.port === natTPort || effect.to.port === natTPort ? nonEspMarkerLength : 0
  const isakmp = effect.bytes.subarray(marker)
  const room = size - overhead - marker
  const count = Math.ceil(isakmp.length / room)
  return Array.from({ length: count }, (_, index) => {
    const message = encodeClearMessage({
      initiatorCookie: session.cookieI,
      responderCookie: session.cookieR,
      exchangeType: isakmp[18] ?? exchange.mainMode,
      flags: 0,
      messageId: 0,
      payloads: [
        {
          type: 'FRAGMENT',
          fragmentId: 1,
          number: index + 1,
          flags: index + 1 === count ? 1 : 0,
          data: isakmp.subarray(index * room, (index + 1) * room),
        },
      ],
    })
    const bytes = new Uint8Array(marker + message.length)
    bytes.set(message, marker)
    return { ...effect, bytes }
  })
}
