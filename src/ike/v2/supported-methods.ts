import { type IkeV2Profile, ikeV2AnnouncedMethods, type RequestedKey } from '../../selection/index.ts'
import type { IkeV2Payload } from '../../wire/index.ts'
import type { IkeV2Context } from './context.ts'
import { statusNotify } from './notifies.ts'

/** RFC 9593: what these profiles accept from each CA that CERTREQ names; nothing where the router does not announce. */
export const announceMethods = (
  ctx: IkeV2Context,
  profiles: readonly IkeV2Profile[],
  requests: readonly RequestedKey[],
): readonly IkeV2Payload[] =>
  ctx.selection.ikev2.supportedAuthenticationMethods
    ? [statusNotify('SUPPORTED_AUTH_METHODS', ikeV2AnnouncedMethods(ctx.selection, profiles, requests))]
    : []
