import { type Edit, section } from './edit.ts'
import type { Side } from './side.ts'

/* Where a profile counts, and a tunnel sends: the VRF and the local address (ios-semantics §1.4, §2.5, §2.9). */

const tableOf = ({ selection, flow }: Side): string | undefined =>
  flow === null ? undefined : selection.vrfs?.get(flow.localAddress)

/** A line that sets one value, or takes it away. */
const setting = (words: string, value: string | undefined): string =>
  value === undefined ? `no ${words}` : `${words} ${value}`

/** The tunnel's profile serves the place to which the peer comes. */
export const isakmpPlaceEdits = (own: Side): readonly Edit[] => {
  const { flow, router, selection } = own
  const wanted = selection.profiles.find(({ name }) => name === flow?.isakmpProfile?.name)
  // As it stands there: the decisions know an interface by its address.
  const before = router.configuration.isakmpProfiles.find(({ name }) => name === wanted?.name)?.localAddress
  if (!flow || !wanted || before === undefined || wanted.localAddress === flow.localAddress || selection.vrfs) return []
  const header = `crypto isakmp profile ${wanted.name}`
  return [
    {
      router: router.name,
      subject: `${header} local-address`,
      paste: section(header, [`local-address ${flow.localAddress}`]),
      undo: section(header, [`local-address ${before}`]),
      text: `${router.name}: profile ${wanted.name} serves ${flow.localAddress}, where the tunnel begins`,
      cost: 3,
      widens: null,
    },
  ]
}

/** The same of IKEv2. */
export const ikeV2PlaceEdits = (own: Side): readonly Edit[] => {
  const { flow, router, selection } = own
  const profile = selection.ikev2.profiles.find(({ name }) => name === flow?.ikev2Profile?.name)
  if (!flow || !profile) return []
  const header = `crypto ikev2 profile ${profile.name}`
  const vrf = tableOf(own)
  const { fvrf, matchLocalAddress } = profile
  const inTable: readonly Edit[] =
    fvrf === 'any' || fvrf === vrf
      ? []
      : [
          {
            router: router.name,
            subject: `${header} match fvrf`,
            paste: section(header, [setting('match fvrf', vrf)]),
            undo: section(header, [setting('match fvrf', fvrf)]),
            text: `${router.name}: profile ${profile.name} serves ${vrf === undefined ? 'the global table' : `VRF ${vrf}`}, where the tunnel begins`,
            cost: 3,
            widens: null,
          },
        ]
  if (matchLocalAddress.length === 0 || matchLocalAddress.some(({ address }) => address === flow.localAddress))
    return inTable
  const line = `match address local ${flow.localAddress}`
  return [
    ...inTable,
    {
      router: router.name,
      subject: `${header} ${line}`,
      paste: section(header, [line]),
      undo: section(header, [`no ${line}`]),
      text: `${router.name}: profile ${profile.name} serves ${flow.localAddress} too, where the tunnel begins`,
      cost: 3,
      widens: null,
    },
  ]
}

/** The tunnel sends in the VRF in which its source stands. */
export const tunnelVrfEdits = (own: Side): readonly Edit[] => {
  const { flow, router } = own
  if (!flow?.isInOtherVrf || flow.kind === 'crypto-map') return []
  const vrf = tableOf(own)
  const header = `interface ${flow.interface}`
  return [
    {
      router: router.name,
      subject: `${header} tunnel vrf`,
      paste: section(header, [setting('tunnel vrf', vrf)]),
      undo: section(header, [setting('tunnel vrf', flow.fvrf)]),
      text: `${router.name}: ${flow.interface} sends in ${vrf === undefined ? 'the global table' : `VRF ${vrf}`}, where its source stands`,
      cost: 3,
      widens: null,
    },
  ]
}
