import type { RejectCode } from '../../../trace/index.ts'
import type { NetworkCode } from '../facts.ts'
import type { HiddenCauseCode } from '../root-cause.ts'
import { type CertificateChoiceCode, certificateChoice } from './certificate-choice.ts'
import { type CertificateValidityCode, certificateValidity } from './certificate-validity.ts'
import type { CauseEntry } from './entry.ts'
import { type IdentityCode, identity } from './identity.ts'
import { type NetworkFamilyCode, network, type SharedKeyCode, sharedKeys } from './keys-and-network.ts'
import { type MessageCode, messages } from './messages.ts'
import { type ProposalCode, proposals } from './proposals.ts'
import { type ReadingCode, readings } from './readings.ts'

/** Every code that a verdict may name. Codes are stable: reports, tests and documents share them. */
export type CatalogueCode =
  | CertificateChoiceCode
  | CertificateValidityCode
  | IdentityCode
  | ProposalCode
  | SharedKeyCode
  | NetworkFamilyCode
  | MessageCode
  | ReadingCode

/** The families, in the order in which they are told. */
export const families: readonly { readonly name: string; readonly causes: Readonly<Record<string, CauseEntry>> }[] = [
  { name: 'Which certificate is asked for, sent and trusted', causes: certificateChoice },
  { name: 'Whether a certificate is good', causes: certificateValidity },
  { name: 'Identities and profiles', causes: identity },
  { name: 'Policies, proposals and traffic', causes: proposals },
  { name: 'Shared keys and methods', causes: sharedKeys },
  { name: 'The network', causes: network },
  { name: 'Messages that break the protocol', causes: messages },
  { name: 'What the configuration says', causes: readings },
]

const all: { readonly [Code in CatalogueCode]: CauseEntry } = {
  ...certificateChoice,
  ...certificateValidity,
  ...identity,
  ...proposals,
  ...sharedKeys,
  ...network,
  ...messages,
  ...readings,
}

/** The catalogue. That every refusal of a router and every hidden cause has an entry, the compiler checks here. */
export const catalogue: { readonly [Code in CatalogueCode | RejectCode | HiddenCauseCode | NetworkCode]: CauseEntry } =
  all
