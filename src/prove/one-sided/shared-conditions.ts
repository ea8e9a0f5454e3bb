import type { IkeV2Profile, IsakmpProfile, Knobs, OwnIdentity } from '../../selection/index.ts'
import type { MessageName, SourceRef } from '../../trace/index.ts'
import type { Admission } from './admission.ts'
import type { AskedCa, OwnAnswer } from './certificates.ts'
import { statementsOf } from './identities.ts'
import { condition, fails, type Known, listText, readingsOf, shortCa, wholeCa } from './known.ts'
import { mapText } from './map-subject.ts'
import type { PeerMethod } from './peer-plan.ts'
import type { PeerAlternative, PeerCondition, PeerFailure } from './types.ts'

/** Conditions that both versions of IKE and both roles share. */

/** In which the peer must ask for one of the CAs from which the known router may sign. */
export const requestsCondition = (
  { router }: Known,
  all: readonly OwnAnswer[],
  given: { readonly method: PeerMethod; readonly message: MessageName; readonly otherwise: PeerFailure | null },
): PeerCondition => {
  const answers = all.filter(({ fault }) => fault === null)
  const faulty = all.filter(({ fault }) => fault !== null).map(({ ca }) => shortCa(ca.ios))
  const before = faulty.length === 0 ? '' : `, and not before it for ${listText(faulty, 'or')}`
  return condition({
    kind: 'requests',
    with: given.method,
    message: given.message,
    does: `${router.name} signs with the certificate of the first CA that the peer asks for and that it may use`,
    must: `ask for ${listText(
      answers.map(({ ca }) => shortCa(ca.ios)),
      'or',
    )}${before}`,
    oneOf: all.map(
      ({ ca, trustpoint, fault }): PeerAlternative => ({
        value: `a request for ${wholeCa(ca.ios)}`,
        leadsTo: `${router.name} signs with ${trustpoint}${fault === null ? '' : `, which every peer refuses: ${fault}`}`,
      }),
    ),
    otherwise: given.otherwise,
    rule: answers[0]?.rule ?? null,
    at: answers[0]?.at ?? null,
  })
}

export const trustCondition = (
  { router }: Known,
  answers: readonly OwnAnswer[],
  method: PeerMethod,
  message: MessageName,
  otherwise: PeerFailure | null,
): PeerCondition => {
  const good = answers.filter(({ fault }) => fault === null)
  return condition({
    kind: 'trust',
    with: method,
    message,
    does: `${router.name} signs with its certificate of ${listText(
      good.map(({ trustpoint }) => trustpoint),
      'or',
    )}`,
    must: `trust ${listText(
      good.map(({ certificate }) => shortCa(certificate.issuer.ios)),
      'or',
    )}${good.length > 1 ? `, the CA of the certificate that ${router.name} sends` : ''}${
      otherwise === null
        ? '; an initiator of IOS trusts the CAs that it asks for'
        : `, in the profile to which it binds ${router.name}`
    }`,
    oneOf: good.map(({ trustpoint, certificate }) => ({
      value: wholeCa(certificate.issuer.ios),
      leadsTo: router.imagined?.has(trustpoint)
        ? `${router.name} sends its certificate of ${trustpoint}, which nobody showed`
        : `${router.name} sends its certificate of ${trustpoint}: ${certificate.subject.ios}, serial ${certificate.serial}, until ${new Date(certificate.notAfter).toISOString().slice(0, 10)}`,
    })),
    otherwise,
    at: router.configuration.trustpoints.find(({ name }) => name === good[0]?.trustpoint)?.at ?? null,
  })
}

/** The identity of the known router, for the profile of the peer. */
export const matchCondition = (
  known: Known,
  identities: readonly OwnIdentity[],
  given: Pick<PeerCondition, 'with' | 'message' | 'otherwise' | 'rule' | 'at' | 'readings'>,
  typeName: (type: number) => string,
): PeerCondition =>
  condition({
    kind: 'match',
    does: `${known.router.name} identifies itself as ${listText(
      identities.map(({ value }) => value),
      'or',
    )}`,
    must: `match the ${listText(
      identities.map(({ type, value }) => `${typeName(type)} ${value}`),
      'or',
    )} of ${known.router.name} with the profile of its tunnel to ${known.flow.localAddress}`,
    oneOf: identities.map(({ type, value }) => ({
      value: `${typeName(type)} ${value}`,
      leadsTo: typeName(type) === 'DN' ? 'only a certificate map matches a DN' : null,
    })),
    ...given,
  })

/** What the known router asks for, in its order. */
const askedText = ({ router }: Known, asked: readonly AskedCa[], inListOrder: boolean): string => {
  const own = asked.filter(({ builtIn }) => !builtIn).map(({ ca }) => shortCa(ca.ios))
  const builtIn = asked.length - own.length
  const tail = builtIn > 0 ? `, then for the ${builtIn} CAs that are built into IOS` : ''
  if (own.length === 0) return `${router.name} asks for no CA of its own${tail}`
  if (own.length === 1) return `${router.name} asks for ${own[0]}${tail === '' ? ' only' : tail}`
  if (inListOrder) return `${router.name} asks for ${listText(own)}, in this order${tail}`
  return router.orderKnown
    ? `${router.name} asks for ${listText(own)}, the CA of its newest certificate first${tail}`
    : `${router.name} asks for ${listText(own)}${tail}: the CA of its newest certificate first, and nobody said which that is`
}

/** What the certificate has to pass. */
const validationText = ({ router }: Known, { trustpoint, tried, revocation, maps }: AskedCa): string => {
  const methods = revocation.join(' ')
  const demand =
    revocation[0] === 'none'
      ? ''
      : revocation.includes('none')
        ? `, and not revoked where it can be asked (revocation-check ${methods})`
        : `, and fetches its CRL: the certificate must not stand there (revocation-check ${methods})`
  const fits =
    maps.length === 0 ? '' : `, if it fits ${maps.map((map) => `${map.name} (${mapText(map)})`).join(' or ')}`
  return `${router.name} validates it with ${trustpoint}${fits}${demand}${tried ? '' : '; the CA itself is not known here'}`
}

interface AskedOptions {
  readonly method: PeerMethod
  readonly message: MessageName
  /** The order of a list counts, and not that of the store. */
  readonly inListOrder: boolean
  readonly otherwise: PeerFailure
  readonly refusedAt: MessageName
  /** The list of trustpoints that leaves some out. */
  readonly refusedBy: SourceRef | undefined
  readonly rule: string | null
  readonly at: SourceRef | null
  readonly half: 'down' | 'half-open'
  readonly readings: PeerCondition['readings']
}

/** From which CAs the peer's certificate may be, and what must not stand before them. */
export const certificateConditions = (
  known: Known,
  asked: readonly AskedCa[],
  options: AskedOptions,
): readonly PeerCondition[] => {
  const { router } = known
  const taken = asked.filter(({ refusal }) => refusal === null)
  const refused = asked.filter(({ refusal, builtIn }) => refusal !== null && !builtIn)
  const kind = options.method === 'ecdsa-sig' ? 'an EC key' : 'an RSA key'
  const does = askedText(known, asked, options.inListOrder)
  const first = condition({
    kind: 'certificate',
    with: options.method,
    message: options.message,
    does,
    must: `hold a certificate with ${kind} from ${listText(
      taken.map(
        ({ ca, maps }) =>
          `${shortCa(ca.ios)}${
            maps.length === 0
              ? ''
              : ` that fits map ${listText(
                  maps.map(({ name }) => name),
                  'or',
                )}`
          }`,
      ),
      'or',
    )}`,
    oneOf: taken.map((each) => ({ value: wholeCa(each.ca.ios), leadsTo: validationText(known, each) })),
    otherwise: options.otherwise,
    rule: options.rule,
    at: options.at,
    readings: options.readings,
  })
  const [worst] = refused
  if (!worst?.refusal) return [first]
  return [
    first,
    condition({
      kind: 'other-certificates',
      with: options.method,
      message: options.refusedAt,
      does: `${does}; a peer that holds several certificates signs with that of the first`,
      must: `not sign with a certificate from ${listText(
        refused.map(({ ca }) => shortCa(ca.ios)),
        'or',
      )}`,
      oneOf: refused.map(({ ca, refusal }) => ({ value: wholeCa(ca.ios), leadsTo: `refused: ${refusal}` })),
      otherwise: fails(
        worst.refusal === 'profile-did-not-match' && options.refusedAt === 'MM5' ? 'QM1' : options.refusedAt,
        router.name,
        worst.refusal,
        options.half,
      ),
      at:
        options.refusedBy ?? router.configuration.trustpoints.find(({ name }) => name === worst.trustpoint)?.at ?? null,
    }),
  ]
}

/** Whoever fits the certificate map of another profile is bound to that one. */
const rivalText = ({ rivals }: Admission): string =>
  rivals
    .map(({ map, profile }) => `; its certificate must not fit map ${map}, which leads to profile ${profile}`)
    .join('')

const admittedText = ({ uses, maps }: Admission): string => {
  const texts = uses.map(({ text }) => text)
  const fits = maps.map(({ name }) => `map ${name}`)
  return listText(
    [
      ...(texts.length === 0 ? [] : [`identify itself as ${listText(texts, 'or')}`]),
      ...(fits.length === 0 ? [] : [`hold a certificate that fits ${listText(fits, 'or')}`]),
    ],
    'or',
  )
}

/** Which identity the peer may send so that a profile takes it. `knobs`: readings under which it may be another. */
export const identityCondition = (
  known: Known,
  profile: IsakmpProfile | IkeV2Profile,
  admission: Admission,
  given: Pick<PeerCondition, 'with' | 'message' | 'otherwise'> & {
    readonly asBound: boolean
    readonly knobs: readonly (keyof Knobs)[]
  },
): PeerCondition => {
  const { router, flow } = known
  const { asBound, knobs, ...rest } = given
  const alternatives: readonly PeerAlternative[] = [
    ...admission.uses.map(({ text, except, example }) => ({
      value: text,
      leadsTo:
        except.length > 0
          ? `except ${listText(except.map((each) => `${each.text}, which leads to profile ${each.binds}`))}`
          : example
            ? null
            : 'which IOS does not send from the address of the tunnel',
    })),
    ...admission.maps.map((map) => ({
      value: `a certificate that fits map ${map.name}`,
      leadsTo: mapText(map),
    })),
  ]
  return condition({
    kind: 'identity',
    does: asBound
      ? `${router.name} binds the peer by its identity; the tunnel belongs to profile ${profile.name}`
      : `${router.name} compares the peer's identity with profile ${profile.name}`,
    must: `${admittedText(admission)}${rivalText(admission)}`,
    oneOf: alternatives,
    readings: readingsOf(
      known,
      knobs,
      (end) =>
        statementsOf(end, profile, flow.peer, flow.localAddress).flatMap(({ text, binds }) =>
          !asBound || binds === profile.name ? [text] : [],
        ),
      (texts) =>
        texts.length === 0
          ? `no identity leads to profile ${profile.name}`
          : `only ${listText(texts, 'or')} leads to profile ${profile.name}`,
    ),
    at: admission.uses[0]?.at ?? profile.matchCertificate[0]?.at ?? profile.at,
    rule: null,
    ...rest,
  })
}

/** A tunnel is looked for by the addresses of both ends; shared keys are too, and then it does not come that far. */
export const addressCondition = (
  { router, flow }: Known,
  role: 'initiator' | 'responder',
  byKeys: boolean,
): PeerCondition => {
  const message = flow.ikev2Profile ? 'IKE_AUTH request' : 'QM1'
  const elsewhere = byKeys ? null : fails(message, router.name, 'proxy-identities-not-supported')
  return condition({
    kind: 'address',
    does:
      role === 'initiator'
        ? `${router.name} sends from ${flow.localAddress} to ${flow.peer}`
        : `${router.name} takes this tunnel at ${flow.localAddress} from ${listText(flow.peers, 'or')} only`,
    must:
      role === 'initiator'
        ? `answer at ${flow.peer} and have a way back to ${flow.localAddress}`
        : `come from ${listText(flow.peers, 'or')}`,
    otherwise: role === 'initiator' ? fails(null, null, 'peer-unreachable') : elsewhere,
    at: flow.kind === 'crypto-map' ? flow.settingsAt : flow.at,
  })
}
