import { type IkeV2Profile, ikeV2AnnouncedMethods } from '../../selection/index.ts'
import type { IkeV2Payload } from '../../wire/index.ts'
import type { IkeV2Context } from './context.ts'
import { statusNotify } from './notifies.ts'

/** RFC 9593: what we accept, per CA; nothing where the configuration does not announce. */
export const announceMethods = (ctx: IkeV2Context, profile: IkeV2Profile): readonly IkeV2Payload[] => {
  if (!ctx.selection.ikev2.supportedAuthenticationMethods) return []
  return [statusNotify('SUPPORTED_AUTH_METHODS', ikeV2AnnouncedMethods(ctx.selection, profile))]
}
