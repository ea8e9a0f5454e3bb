import { InputError, type Lab } from '../lab/index.ts'
import { type Proof, type ProofOptions, prove } from './prove.ts'

const requireRouter = (lab: Lab, option: string, name: string): void => {
  const known = lab.routers.map((router) => router.name)
  if (known.some((router) => router.toLowerCase() === name.toLowerCase())) return
  throw new InputError({
    file: option,
    message: `there is no router ${name}`,
    remedy: `the routers are ${known.join(', ')}`,
  })
}

const requireTunnels = (lab: Lab, { verdict }: Proof): void => {
  if (verdict.tunnels.length + verdict.oneSided.length > 0) return
  const [only, ...others] = lab.routers
  const alone = only !== undefined && others.length === 0
  const none = alone ? `${only.name} has no tunnel` : 'no router has a tunnel to another'
  // Something that looks like one and is none says more than that there is none.
  const [near] = verdict.findings.filter(
    ({ code, text }) => code === 'flow-without-effect' || (code === 'not-modelled' && /dynamic/.test(text)),
  )
  throw new InputError({
    file: near?.at?.file ?? lab.source,
    ...(near?.at ? { line: near.at.line, column: 1, text: near.at.text } : {}),
    message: near ? `${none} that can be tried: ${near.text}` : none,
    remedy: `a tunnel interface with \`tunnel protection ipsec profile\`, or a crypto map on an interface, whose peer is ${alone ? 'one known address' : 'an address of the other router'}, makes one`,
  })
}

/** Where no packet of any direction left its router because a configuration has no route, there is nothing to judge. */
const requireRoutes = ({ paths }: Lab, { verdict }: Proof): void => {
  const directions = verdict.tunnels.flatMap((tunnel) => tunnel.directions)
  const missing = verdict.findings.find(({ code, text }) => code === 'flow-without-effect' && text.includes('no route'))
  if (!missing?.at || !directions.every(({ cause }) => cause?.code === 'peer-unreachable')) return
  throw new InputError({
    file: paths?.get(missing.at.file) ?? missing.at.file,
    line: missing.at.line,
    column: 1,
    text: missing.at.text,
    message: missing.text,
    remedy: `add an \`ip route\` to ${missing.router}, or an interface in the subnet of the peer`,
  })
}

/**
 * `prove`, for whoever brings inputs from outside: throws InputError too where an option names no router, or where there
 * is nothing to judge.
 */
export const proveUsable = (lab: Lab, options: ProofOptions = {}): Proof => {
  if (options.initiator !== undefined) requireRouter(lab, '--initiator', options.initiator)
  for (const name of options.fix?.canChange ?? []) requireRouter(lab, '--can-change', name)
  const proof = prove(lab, options)
  requireTunnels(lab, proof)
  requireRoutes(lab, proof)
  return proof
}
