import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { parseConfiguration } from '../../src/ios/index.ts'
import { Router } from '../../src/router/index.ts'
import { defaultKnobs } from '../../src/selection/index.ts'
import { IkewisePeer, type IkewisePeerConfiguration } from './ikewise-peer.ts'
import { type Namespace, withNamespaces } from './namespaces.ts'
import { type IkeSa, type Settings, StrongSwan, type StrongSwanConfiguration } from './strongswan.ts'
import type { Issued } from './strongswan-pki.ts'
import { until } from './until.ts'

/*
 *   10.1.0.0/24 ── ikewise 192.0.2.1 ════ 192.0.2.2 strongSwan ── 10.2.0.0/24
 *        10.1.0.1                                         10.2.0.1
 */
const OURS = '192.0.2.1'
const THEIRS = '192.0.2.2'
export const OUR_INSIDE = '10.1.0.1'
export const THEIR_INSIDE = '10.2.0.1'
export const WEB: string = `http://${THEIRS}:8080/ca.crl`
export const OUR_NAME = 'r1.ikewise.test'
export const THEIR_NAME = 'west.test'

/** One way to protect: as IOS configures it and as strongSwan names it. */
export interface Suite {
  readonly name: string
  /** Lines of `crypto isakmp policy`, without the authentication. */
  readonly policy: readonly string[]
  readonly proposal: string
  readonly transformSet: string
  readonly espProposal: string
  /** Lines of `crypto ikev2 proposal`. */
  readonly ikev2: readonly string[]
}

export const AES_SHA256: Suite = {
  name: 'AES-128, SHA-256, group 14',
  policy: ['encr aes', 'hash sha256', 'group 14'],
  proposal: 'aes128-sha256-modp2048',
  transformSet: 'esp-aes esp-sha256-hmac',
  espProposal: 'aes128-sha256',
  ikev2: ['encryption aes-cbc-128', 'integrity sha256', 'group 14'],
}

export const AES_SHA1: Suite = {
  name: 'AES-256, SHA-1, group 5',
  policy: ['encr aes 256', 'hash sha', 'group 5'],
  proposal: 'aes256-sha1-modp1536',
  transformSet: 'esp-aes 256 esp-sha-hmac',
  espProposal: 'aes256-sha1',
  ikev2: ['encryption aes-cbc-256', 'integrity sha1', 'group 5'],
}

export const TRIPLE_DES_MD5: Suite = {
  name: '3DES, MD5, group 2',
  policy: ['encr 3des', 'hash md5', 'group 2'],
  proposal: '3des-md5-modp1024',
  transformSet: 'esp-3des esp-md5-hmac',
  espProposal: '3des-md5',
  ikev2: ['encryption 3des', 'integrity md5', 'group 2'],
}

/** How the two ends prove who they are. Trustpoints stand oldest enrolment first. */
export type Authentication =
  | { readonly method: 'pre-share'; readonly key: string }
  | {
      readonly method: 'rsa-sig' | 'ecdsa-sig'
      readonly trustpoints: NonNullable<IkewisePeerConfiguration['trustpoints']>
      /** `ca trust-point` lines of our profile. */
      readonly trustpointList?: readonly string[]
      readonly theirs: Issued
      readonly theirCas: readonly Issued[]
    }

export interface Site {
  /** 1 where it is not given. */
  readonly version?: 1 | 2
  readonly suite?: Suite
  readonly authentication: Authentication
  /** RFC 7427 at our end. */
  readonly digitalSignatures?: boolean
  /** strongSwan's pre-shared key where it is not ours. */
  readonly theirKey?: string
  /** The group of perfect forward secrecy: IOS's and strongSwan's name. */
  readonly pfs?: readonly [string, string]
  /** More lines of our global configuration. */
  readonly globalLines?: readonly string[]
  /** More lines of our IKEv2 profile. */
  readonly profileLines?: readonly string[]
  /** More of strongSwan's connection and child. */
  readonly connection?: Settings
  readonly child?: Settings
  /** Half-open SAs from which on strongSwan asks for a cookie. */
  readonly cookieThreshold?: number
  /** Octets of strongSwan's packets when it sends in fragments. */
  readonly fragmentSize?: number
  /** Of our trustpoints; `none` where it is not given. */
  readonly revocationCheck?: string
  /** What strongSwan's host answers to any HTTP request at `WEB`. */
  readonly web?: Uint8Array
  /** How much charon logs, for whoever looks for a fault: 2 says why, 3 shows messages. */
  readonly logLevel?: number
}

export interface Peers {
  readonly ikewise: IkewisePeer
  readonly strongSwan: StrongSwan
  /** An echo request of strongSwan's host through the tunnel. Rejects when no reply comes. */
  pingFromStrongSwan(): Promise<void>
  /** Begins a negotiation with strongSwan from a port of its own, and says nothing more. */
  leaveHalfOpen(): Promise<void>
  /** Each starts its end anew, without memory; the old one must have ended. */
  restartStrongSwan(): Promise<StrongSwan>
  restartIkewise(): Promise<IkewisePeer>
  /** Negotiates with that end as initiator, and returns when both have their SAs. */
  initiate(who: Initiator): Promise<void>
}

export type Initiator = 'ikewise' | 'strongSwan'
export const INITIATORS: readonly Initiator[] = ['ikewise', 'strongSwan']

/** Runs ikewise and strongSwan as the two ends of one tunnel, ESP in UDP, and ends both however `use` ends. */
export async function withPeers(site: Site, use: (peers: Peers) => Promise<void>): Promise<void> {
  await withNamespaces([{ address: OURS }, { address: THEIRS, inner: [THEIR_INSIDE] }], async (east, west) => {
    const charonSettings: Settings = {
      ...(site.fragmentSize === undefined ? {} : { fragment_size: site.fragmentSize }),
      ...(site.cookieThreshold === undefined ? {} : { cookie_threshold: site.cookieThreshold }),
    }
    const daemons: StrongSwan[] = []
    const runners: IkewisePeer[] = []
    const restartStrongSwan = async (): Promise<StrongSwan> => {
      const daemon = await StrongSwan.start(west, strongSwanConfiguration(site), charonSettings, site.logLevel)
      daemons.push(daemon)
      return daemon
    }
    const restartIkewise = async (): Promise<IkewisePeer> => {
      const runner = await IkewisePeer.start(east, ikewiseConfiguration(site))
      runners.push(runner)
      return runner
    }
    const pingFromStrongSwan = async (): Promise<void> => {
      await west.run('ping', '-c', '1', '-W', '5', '-I', THEIR_INSIDE, OUR_INSIDE)
    }
    const leaveHalfOpen = async (): Promise<void> => {
      await east.run(process.execPath, '--eval', sendOnce, Buffer.from(firstMessage(site)).toString('base64'), THEIRS)
    }
    try {
      if (site.web !== undefined) await serve(west, site.web)
      const strongSwan = await restartStrongSwan()
      const ikewise = await restartIkewise()
      const initiate = async (who: Initiator): Promise<void> => {
        if (who === 'ikewise') ikewise.initiate()
        else await strongSwan.initiate('net')
        await ikewise.event('ipsec:sa_installed', { count: 2 })
        await until('strongSwan has its SAs', async () => (await strongSwan.sas()).some(hasChild))
      }
      await use({ ikewise, strongSwan, restartStrongSwan, restartIkewise, pingFromStrongSwan, leaveHalfOpen, initiate })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const logs = [
        ...runners.map((each) => `── ikewise\n${each.log()}`),
        ...daemons.map((each) => `── strongSwan\n${each.log()}`),
      ]
      throw new Error([message, ...logs].join('\n'), { cause: error })
    } finally {
      for (const daemon of daemons) await daemon.stop()
    }
  })
}

/** Sends the octets of its first argument to port 500 of its second, and ends when an answer has come. */
const sendOnce = `
  const socket = require('node:dgram').createSocket('udp4')
  socket.on('message', () => socket.close())
  socket.send(Buffer.from(process.argv[1], 'base64'), 500, process.argv[2])`

/** The message with which ikewise would begin. */
const firstMessage = (site: Site): Uint8Array => {
  const { configuration } = ikewiseConfiguration(site)
  const read = parseConfiguration(configuration, { file: 'peer.cfg' })
  if (!read.ok) throw new Error(JSON.stringify(read.errors))
  const router = new Router({
    configuration: read.configuration,
    store: { trustpoints: [] },
    knobs: defaultKnobs,
    random: randomBytes,
  })
  const [flow] = router.flows
  const sent = flow && router.initiate(Date.now(), flow.name).find((effect) => effect.kind === 'send')
  if (!sent) throw new Error('the configuration makes no tunnel')
  return sent.datagram.bytes
}

/** Answers HTTP requests at `WEB` as long as the namespace is there. */
async function serve(host: Namespace, body: Uint8Array): Promise<void> {
  const program = `
    const body = Buffer.from('${Buffer.from(body).toString('base64')}', 'base64')
    require('node:http').createServer((_, answer) => answer.end(body)).listen(8080, () => console.log('ready'))`
  const server = host.start(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (server.stdout !== null) await once(server.stdout, 'data')
}

const hasChild = ({ children }: IkeSa): boolean => children.some(({ state }) => state === 'INSTALLED')

function ikev1Lines({ suite = AES_SHA256, authentication }: Site): readonly string[] {
  const trustpointList = authentication.method === 'pre-share' ? [] : (authentication.trustpointList ?? [])
  return [
    'crypto isakmp policy 10',
    ...[...suite.policy, `authentication ${authentication.method}`].map((line) => ` ${line}`),
    ...(authentication.method === 'pre-share'
      ? ['crypto keyring KEYS', ` pre-shared-key address ${THEIRS} key ${authentication.key}`]
      : []),
    'crypto isakmp profile PEER',
    ...(authentication.method === 'pre-share' ? [' keyring KEYS'] : []),
    ...trustpointList.map((name) => ` ca trust-point ${name}`),
    ' self-identity fqdn',
    ` match identity host ${THEIR_NAME}`,
  ]
}

function ikev2Lines({ suite = AES_SHA256, authentication, profileLines }: Site): readonly string[] {
  const preShared = authentication.method === 'pre-share'
  const trustpoints = preShared
    ? []
    : (authentication.trustpointList ?? authentication.trustpoints.map(({ name }) => name))
  return [
    // strongSwan takes no hash and URL where it is not told to.
    'no crypto ikev2 http-url cert',
    'crypto ikev2 proposal SUITE',
    ...suite.ikev2.map((line) => ` ${line}`),
    'crypto ikev2 policy SUITE',
    ' proposal SUITE',
    ...(preShared
      ? ['crypto ikev2 keyring KEYS', ' peer THEM', `  address ${THEIRS}`, `  pre-shared-key ${authentication.key}`]
      : []),
    'crypto ikev2 profile PEER',
    ` match identity remote fqdn ${THEIR_NAME}`,
    ` identity local fqdn ${OUR_NAME}`,
    ` authentication local ${authentication.method}`,
    ` authentication remote ${authentication.method}`,
    ...(preShared ? [' keyring local KEYS'] : []),
    ...trustpoints.map((name) => ` pki trustpoint ${name}`),
    ...(profileLines ?? []).map((line) => ` ${line}`),
  ]
}

function ikewiseConfiguration(site: Site): IkewisePeerConfiguration {
  const { suite = AES_SHA256, authentication, pfs } = site
  const certificates = authentication.method === 'pre-share' ? null : authentication
  const lines = [
    'hostname r1',
    'ip domain name ikewise.test',
    ...(site.globalLines ?? []),
    ...(certificates?.trustpoints ?? []).flatMap(({ name }) => [
      `crypto pki trustpoint ${name}`,
      ' enrollment terminal',
      ` revocation-check ${site.revocationCheck ?? 'none'}`,
    ]),
    ...(site.version === 2 ? ikev2Lines(site) : ikev1Lines(site)),
    `crypto ipsec transform-set TS ${suite.transformSet}`,
    ' mode tunnel',
    'ip access-list extended INSIDE',
    ' permit ip 10.1.0.0 0.0.0.255 10.2.0.0 0.0.0.255',
    'crypto map CM 10 ipsec-isakmp',
    ` set peer ${THEIRS}`,
    ' set transform-set TS',
    site.version === 2 ? ' set ikev2-profile PEER' : ' set isakmp-profile PEER',
    ...(pfs ? [` set pfs ${pfs[0]}`] : []),
    ' match address INSIDE',
    'interface Loopback0',
    ` ip address ${OUR_INSIDE} 255.255.255.0`,
    'interface Ethernet0/0',
    ` ip address ${OURS} 255.255.255.0`,
    ' crypto map CM',
    `ip route 10.2.0.0 255.255.255.0 ${THEIRS}`,
    'end',
  ]
  return {
    configuration: `${lines.join('\n')}\n`,
    trustpoints: certificates?.trustpoints ?? [],
    digitalSignatures: site.digitalSignatures ?? false,
  }
}

function strongSwanConfiguration({
  version = 1,
  suite = AES_SHA256,
  authentication,
  theirKey,
  pfs,
  connection,
  child,
}: Site): StrongSwanConfiguration {
  const preShared = authentication.method === 'pre-share'
  const auth = preShared ? 'psk' : 'pubkey'
  return {
    connections: {
      site: {
        version,
        proposals: suite.proposal,
        // The kernel of the test's machine has no ESP; strongSwan's own speaks ESP in UDP only.
        encap: 'yes',
        local_addrs: THEIRS,
        remote_addrs: OURS,
        local: { auth, id: THEIR_NAME, ...(preShared ? {} : { certs: 'own.pem' }) },
        remote: { auth, id: OUR_NAME },
        children: {
          net: {
            local_ts: '10.2.0.0/24',
            remote_ts: '10.1.0.0/24',
            esp_proposals: pfs ? `${suite.espProposal}-${pfs[1]}` : suite.espProposal,
            ...child,
          },
        },
        ...connection,
      },
    },
    ...(authentication.method === 'pre-share'
      ? { secrets: { ike: { secret: theirKey ?? authentication.key } } }
      : {
          credentials: {
            x509: { 'own.pem': authentication.theirs.certificate },
            x509ca: Object.fromEntries(
              authentication.theirCas.map(({ certificate }, index) => [`ca${index}.pem`, certificate]),
            ),
            private: { 'own.pem': authentication.theirs.privateKey },
          },
        }),
  }
}
