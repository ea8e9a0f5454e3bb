import type { TransformSet } from '../../ipsec/index.ts'
import { effectivePolicies, type IkeEncryption, type IsakmpPolicy } from '../../selection/index.ts'
import { type Edit, freeName, section, wideningCost } from './edit.ts'
import { profileHolder, type Side } from './side.ts'

const weakCiphers: readonly string[] = ['esp-des', 'esp-3des', 'esp-null']
const weakHashes: readonly string[] = ['esp-md5-hmac']

const isWeak = ({ encryption, authentication }: TransformSet): boolean =>
  encryption === undefined || weakCiphers.includes(encryption) || weakHashes.includes(authentication ?? '')

interface NamedSet {
  readonly name: string
  /** The set `default` counts where no line names one. */
  readonly isWritten: boolean
}

/** The transform sets of the ipsec profile or crypto map entry that the tunnel goes by. */
const namedSets = ({ router: { configuration }, flow }: Side): readonly NamedSet[] => {
  const { profiles, cryptoMaps } = configuration.ipsec
  const holder = [...profiles, ...cryptoMaps].find(({ at }) => at === flow?.settingsAt)
  return holder?.transformSets.map(({ name, at }) => ({ name, isWritten: at !== holder.at })) ?? []
}

const setLine = (names: readonly string[]): string =>
  names.length === 0 ? 'no set transform-set' : `set transform-set ${names.join(' ')}`

/** This end offers and accepts what the other one offers. */
export const transformEdits = (own: Side, other: Side): readonly Edit[] => {
  const holder = profileHolder(own)
  const [theirs] = other.flow?.transformSets ?? []
  if (holder === null || !theirs || !own.flow) return []
  const { name: router, configuration } = own.router
  const sets = configuration.ipsec.transformSets
  const same = sets.find(
    ({ encryption, authentication, mode }) =>
      encryption === theirs.encryption && authentication === theirs.authentication && mode === theirs.mode,
  )
  const name = same?.name ?? freeName(new Set(sets.map((set) => set.name)), `${theirs.name}-of-${other.router.name}`)
  const named = namedSets(own)
  const algorithms = [theirs.encryption?.replace(/ 128$/, ''), theirs.authentication].filter(Boolean).join(' ')
  const weak = isWeak(theirs)
  return [
    {
      router,
      subject: `${holder} transform-set`,
      paste: [
        ...(same ? [] : section(`crypto ipsec transform-set ${name} ${algorithms}`, [`mode ${theirs.mode}`])),
        ...section(holder, [`set transform-set ${[...named.map((set) => set.name), name].join(' ')}`]),
      ],
      undo: [
        ...section(holder, [setLine(named.filter((set) => set.isWritten).map((set) => set.name))]),
        ...(same ? [] : [`no crypto ipsec transform-set ${name}`]),
      ],
      text: `${router}: the tunnel offers ${algorithms} too, as ${other.router.name} does`,
      cost: 5 + (weak ? wideningCost : 0),
      widens: weak ? `the tunnel may be protected by ${algorithms} only, which is weak` : null,
    },
  ]
}

/** Both ends use perfect forward secrecy, with one group. */
export const pfsEdits = (own: Side, other: Side): readonly Edit[] => {
  const holder = profileHolder(own)
  const wanted = other.flow?.pfs
  if (holder === null || wanted === undefined || own.flow?.pfs === wanted) return []
  const before = own.flow?.pfs
  return [
    {
      router: own.router.name,
      subject: `${holder} pfs`,
      paste: section(holder, [`set pfs group${wanted}`]),
      undo: section(holder, [before === undefined ? 'no set pfs' : `set pfs group${before}`]),
      text: `${own.router.name}: the tunnel uses perfect forward secrecy with group ${wanted}, as ${other.router.name} does`,
      cost: 3,
      widens: null,
    },
  ]
}

const encryptionWords = (encryption: IkeEncryption): string =>
  encryption.cipher === 'aes' ? `aes ${encryption.bits}` : encryption.cipher

const isWeakPolicy = ({ encryption, hash, group }: IsakmpPolicy): boolean =>
  encryption.cipher !== 'aes' || hash === 'md5' || group < 14

/** This end has a policy of the other one. */
export const policyEdits = (own: Side, other: Side): readonly Edit[] => {
  const { isakmpPolicies } = own.router.configuration
  const taken = new Set(isakmpPolicies.map(({ priority }) => priority))
  let free = 10
  while (taken.has(free)) free += 10
  return other.router.configuration.isakmpPolicies
    .filter(({ authentication }) => authentication !== 'rsa-encr')
    .map((policy): Edit => {
      const { encryption, hash, authentication, group } = policy
      const widens = [
        ...(isWeakPolicy(policy)
          ? [`phase 1 may be protected by ${encryptionWords(encryption)}, ${hash} and group ${group}, which is weak`]
          : []),
        ...(effectivePolicies(own.selection).some((known) => known.authentication === authentication)
          ? []
          : [`peers may prove themselves by ${authentication} as well`]),
      ]
      return {
        router: own.router.name,
        subject: `crypto isakmp policy like ${policy.priority}`,
        paste: section(`crypto isakmp policy ${free}`, [
          `encryption ${encryptionWords(encryption)}`,
          `hash ${hash}`,
          `authentication ${authentication}`,
          `group ${group}`,
        ]),
        undo: [`no crypto isakmp policy ${free}`],
        text: `${own.router.name}: has policy ${policy.priority} of ${other.router.name} too`,
        cost: 6 + (widens.length > 0 ? wideningCost / 2 : 0),
        widens: widens.length > 0 ? widens.join('; ') : null,
      }
    })
}

export const enableEdits = ({ router }: Side): readonly Edit[] =>
  router.configuration.isakmpDisabled
    ? [
        {
          router: router.name,
          subject: 'crypto isakmp enable',
          paste: ['crypto isakmp enable'],
          undo: ['no crypto isakmp enable'],
          text: `${router.name}: ISAKMP is turned on`,
          cost: 2,
          widens: null,
        },
      ]
    : []

/** The tunnel may begin here as well. */
export const responderOnlyEdits = (own: Side): readonly Edit[] => {
  const holder = profileHolder(own)
  if (!own.flow?.responderOnly || holder === null) return []
  return [
    {
      router: own.router.name,
      subject: `${holder} responder-only`,
      paste: section(holder, ['no responder-only']),
      undo: section(holder, ['responder-only']),
      text: `${own.router.name}: the tunnel may begin here as well`,
      cost: 2,
      widens: null,
    },
  ]
}

/** Offered last, and called what it is. */
export const revocationEdits = ({ router }: Side): readonly Edit[] =>
  router.configuration.trustpoints
    .filter(({ revocationCheck }) => !revocationCheck.includes('none'))
    .map(({ name, revocationCheck }) => {
      const header = `crypto pki trustpoint ${name}`
      return {
        router: router.name,
        subject: `${header} revocation-check`,
        paste: section(header, [`revocation-check ${[...revocationCheck, 'none'].join(' ')}`]),
        undo: section(header, [`revocation-check ${revocationCheck.join(' ')}`]),
        text: `${router.name}: trustpoint ${name} goes on where the revocation list cannot be had`,
        cost: wideningCost * 2,
        widens: `a certificate of ${name} that was revoked is accepted while the list cannot be fetched`,
      }
    })
