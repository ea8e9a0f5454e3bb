import { configurationAttribute, configurationType, type IkeV2Payload } from '../../wire/index.ts'

/** IOS asks by default (`config-exchange request`, ios-semantics §2.10): these attributes, in Cisco's private range [V]. */
const requested = {
  'app-version': configurationAttribute.APPLICATION_VERSION,
  'split-dns': 28_675,
  banner: 28_672,
  'config-url': 28_676,
  'backup-gateway': 28_674,
  'def-domain': 28_673,
} as const

export const configurationRequestAttributes: readonly string[] = Object.keys(requested)

export const configurationRequest: IkeV2Payload = {
  type: 'CP',
  configurationType: configurationType.CFG_REQUEST,
  attributes: Object.values(requested).map((type) => ({ type, value: new Uint8Array() })),
}
