import { configurationAttribute, configurationType, type IkeV2Payload } from '../../wire/index.ts'

/**
 * IOS asks by default (`config-exchange request`, ios-semantics §2.10). Beside the version the attributes are Unity's, in
 * Cisco's private range; the number of the one that IOS calls config-url was not found, and it is left out.
 */
const requested = {
  'app-version': configurationAttribute.APPLICATION_VERSION,
  'split-dns': 28_675,
  banner: 28_672,
  'backup-gateway': 28_681,
  'def-domain': 28_674,
} as const

export const configurationRequestAttributes: readonly string[] = Object.keys(requested)

export const configurationRequest: IkeV2Payload = {
  type: 'CP',
  configurationType: configurationType.CFG_REQUEST,
  attributes: Object.values(requested).map((type) => ({ type, value: new Uint8Array() })),
}
