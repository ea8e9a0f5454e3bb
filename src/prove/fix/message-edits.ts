import { noIkeV2 } from '../../selection/index.ts'
import type { Edit } from './edit.ts'
import type { Side } from './side.ts'

/* What makes messages arrive that are too large, or that name what nobody can fetch. */

const global = ({ router: { name } }: Side, line: string, undo: string, text: string): Edit => ({
  router: name,
  subject: line.replace(/^no /, ''),
  paste: [line],
  undo: [undo],
  text: `${name}: ${text}`,
  cost: 2,
  widens: null,
})

/** IKE divides large messages itself. It does so where both ends do. */
export const fragmentationEdits = (own: Side): readonly Edit[] => {
  const { isakmpFragmentation, ikev2 } = own.router.configuration
  if (!own.flow?.ikev2Profile)
    return isakmpFragmentation
      ? []
      : [
          global(
            own,
            'crypto isakmp fragmentation',
            'no crypto isakmp fragmentation',
            'IKE divides large messages, so that no IP fragments are needed',
          ),
        ]
  return ikev2?.fragmentationMtu === undefined
    ? [
        global(
          own,
          'crypto ikev2 fragmentation',
          'no crypto ikev2 fragmentation',
          'IKE divides large messages, so that no IP fragments are needed',
        ),
      ]
    : []
}

/** The router neither looks certificates up nor names its own by URL: they travel whole, both ways. */
export const wholeCertificateEdits = (own: Side): readonly Edit[] =>
  (own.router.configuration.ikev2 ?? noIkeV2).httpUrlCert
    ? [
        global(
          own,
          'no crypto ikev2 http-url cert',
          'crypto ikev2 http-url cert',
          'certificates travel whole, not as hash and URL',
        ),
      ]
    : []
