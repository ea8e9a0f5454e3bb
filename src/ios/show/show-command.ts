import { showIkeV2Policy, showIkeV2Profile, showIkeV2Proposal } from './ikev2-configuration.ts'
import { showIkeV2Sa, showIkeV2Session } from './ikev2-sa.ts'
import { showIpsecSa } from './ipsec.ts'
import { showIsakmpPeers, showIsakmpPolicy, showIsakmpProfile, showIsakmpSa, showIsakmpSaDetail } from './isakmp.ts'
import { showPkiCertificates, showPkiTrustpoints } from './pki.ts'
import { showCryptoSession } from './session.ts'
import type { ShowState } from './state.ts'

export type ShowResult =
  | { readonly ok: true; readonly text: string }
  /** `error` is IOS's own message; `available` lists the commands that could have been meant, whole. */
  | { readonly ok: false; readonly error: string; readonly available: readonly string[] }

interface ShowCommand {
  /** Keywords; the one in capitals stands for a name. */
  readonly words: string
  readonly show: (state: ShowState, name: string) => string
}

const trustpointName = 'TRUSTPOINT'

const commands: readonly ShowCommand[] = [
  { words: 'crypto ikev2 policy', show: ({ configuration }) => showIkeV2Policy(configuration) },
  { words: 'crypto ikev2 profile', show: ({ configuration }) => showIkeV2Profile(configuration) },
  { words: 'crypto ikev2 proposal', show: ({ configuration }) => showIkeV2Proposal(configuration) },
  { words: 'crypto ikev2 sa', show: ({ ikev2Sas }) => showIkeV2Sa(ikev2Sas) },
  { words: 'crypto ikev2 sa detailed', show: ({ ikev2Sas }) => showIkeV2Sa(ikev2Sas, { detail: true }) },
  { words: 'crypto ikev2 session', show: ({ ikev2Sas }) => showIkeV2Session(ikev2Sas) },
  { words: 'crypto ikev2 session detailed', show: ({ ikev2Sas }) => showIkeV2Session(ikev2Sas, { detail: true }) },
  { words: 'crypto ipsec sa', show: ({ ipsecFlows }) => showIpsecSa(ipsecFlows) },
  { words: 'crypto isakmp peers', show: ({ isakmpSas }) => showIsakmpPeers(isakmpSas) },
  { words: 'crypto isakmp policy', show: ({ isakmpPolicies }) => showIsakmpPolicy(isakmpPolicies) },
  { words: 'crypto isakmp profile', show: ({ configuration }) => showIsakmpProfile(configuration) },
  { words: 'crypto isakmp sa', show: ({ isakmpSas }) => showIsakmpSa(isakmpSas) },
  { words: 'crypto isakmp sa detail', show: ({ isakmpSas }) => showIsakmpSaDetail(isakmpSas) },
  ...(['pki', 'ca'] as const).flatMap((pki): readonly ShowCommand[] => [
    {
      words: `crypto ${pki} certificates`,
      show: ({ store, configuration: { timezone } }) => showPkiCertificates(store, { timezone }),
    },
    {
      words: `crypto ${pki} certificates ${trustpointName}`,
      show: ({ store, configuration: { timezone } }, trustpoint) =>
        showPkiCertificates(store, { timezone, trustpoint }),
    },
    {
      words: `crypto ${pki} certificates verbose`,
      show: ({ store, configuration: { timezone } }) => showPkiCertificates(store, { timezone, verbose: true }),
    },
    {
      words: `crypto ${pki} certificates verbose ${trustpointName}`,
      show: ({ store, configuration: { timezone } }, trustpoint) =>
        showPkiCertificates(store, { timezone, verbose: true, trustpoint }),
    },
    {
      words: `crypto ${pki} trustpoints`,
      show: ({ store, configuration }) => showPkiTrustpoints(store, configuration.trustpoints),
    },
  ]),
  { words: 'crypto session', show: (state) => showCryptoSession(state) },
  { words: 'crypto session detail', show: (state) => showCryptoSession(state, { detail: true }) },
]

interface Form {
  readonly command: ShowCommand
  readonly keywords: readonly string[]
}

const forms: readonly Form[] = commands.map((command) => ({ command, keywords: command.words.split(' ') }))

/** The keywords that a word abbreviates: itself if it is one, else all that begin with it, else a name if one may stand here. */
const meanings = (word: string, keywords: readonly string[]): readonly string[] => {
  const typed = word.toLowerCase()
  const fixed = keywords.filter((keyword) => keyword !== trustpointName)
  if (fixed.includes(typed)) return [typed]
  const begun = fixed.filter((keyword) => keyword.startsWith(typed))
  return begun.length > 0 ? begun : keywords.filter((keyword) => keyword === trustpointName)
}

const refuse = (error: string, left: readonly Form[]): ShowResult => ({
  ok: false,
  error,
  available: left.map(({ command }) => command.words),
})

const invalidInput = (words: readonly string[], at: number): string => {
  const before = words.slice(0, at).join(' ')
  return `${words.join(' ')}\n${' '.repeat(before === '' ? 0 : before.length + 1)}^\n% Invalid input detected at '^' marker.`
}

/** `show` itself may stand in front, abbreviated as on the device. */
const withoutShow = (words: readonly string[]): readonly string[] =>
  words[0] !== undefined && words[0] !== '' && 'show'.startsWith(words[0].toLowerCase()) ? words.slice(1) : words

/**
 * Runs a show command, each word cut to any unique beginning: `crypto pki certificates`, `sh cry isa sa`. A word that
 * is unknown, ambiguous or missing is answered with IOS's message and the commands that it could have become.
 */
export const showCommand = (words: readonly string[], state: ShowState): ShowResult => {
  const typed = withoutShow(words)
  let left = forms
  for (const [at, word] of typed.entries()) {
    const possible = [...new Set(left.flatMap(({ keywords }) => keywords[at] ?? []))]
    const [meant, ...others] = meanings(word, possible)
    if (meant === undefined) return refuse(invalidInput(typed, at), left)
    if (others.length > 0)
      return refuse(
        `% Ambiguous command:  "${typed.join(' ')}"`,
        left.filter(({ keywords }) => [meant, ...others].includes(keywords[at] ?? '')),
      )
    left = left.filter(({ keywords }) => keywords[at] === meant)
  }
  const form = left.find(({ keywords }) => keywords.length === typed.length)
  if (!form) return refuse('% Incomplete command.', left)
  const at = form.keywords.indexOf(trustpointName)
  const name = typed[at] ?? ''
  const known = state.store.trustpoints.flatMap((trustpoint) => (trustpoint.builtIn ? [] : [trustpoint.name]))
  if (at !== -1 && !known.includes(name))
    return {
      ok: false,
      error: `% Trustpoint ${name} is not known`,
      available: known.map((trustpoint) => form.command.words.replace(trustpointName, trustpoint)),
    }
  return { ok: true, text: form.command.show(state, name) }
}
