import { encodeClearMessage, exchangeType, headerLength, withNonEspMarker } from '../../wire/index.ts'
import type { Effect, Outbox } from '../effects.ts'
import type { IkeV1Settings } from './context.ts'
import { natTPort } from './packets.ts'
import type { Session } from './session.ts'

/** ISAKMP header and the fragment payload's own head. */
const overhead = headerLength + 8
const exchangeTypeOffset = 18
const nonEspMarkerLength = withNonEspMarker(new Uint8Array(0)).length

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
  const behindMarker = effect.from.port === natTPort || effect.to.port === natTPort
  const isakmp = effect.bytes.subarray(behindMarker ? nonEspMarkerLength : 0)
  const room = size - overhead - (behindMarker ? nonEspMarkerLength : 0)
  const count = Math.ceil(isakmp.length / room)
  return Array.from({ length: count }, (_, index) => {
    const message = encodeClearMessage({
      initiatorCookie: session.cookieI,
      responderCookie: session.cookieR,
      exchangeType: isakmp[exchangeTypeOffset] ?? exchangeType.MAIN_MODE,
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
    return { ...effect, bytes: behindMarker ? withNonEspMarker(message) : message }
  })
}
