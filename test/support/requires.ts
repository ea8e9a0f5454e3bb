import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it } from 'vitest'

/** Something outside the repository that a test drives, and how a machine without it gets it. */
interface Need {
  readonly isMet: () => boolean
  readonly remedy: string
}

export type Tool =
  | 'openssl'
  | 'ip'
  | 'ping'
  | 'tshark'
  | 'chromium'
  | 'charon-systemd'
  | 'swanctl'
  | 'pki'
  | 'kernel-libipsec'
  | 'network namespaces'
  | 'TUN devices'

const NEEDS: Readonly<Record<Tool, Need>> = {
  openssl: program('openssl', 'openssl'),
  ip: program('ip', 'iproute2'),
  ping: program('ping', 'iputils-ping'),
  tshark: program('tshark', 'tshark'),
  chromium: program('chromium', 'chromium'),
  'charon-systemd': program('charon-systemd', 'charon-systemd'),
  swanctl: program('swanctl', 'strongswan-swanctl'),
  pki: program('pki', 'strongswan-pki'),
  'kernel-libipsec': {
    isMet: () => existsSync('/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so'),
    remedy: 'apt-get install libcharon-extra-plugins',
  },
  'network namespaces': {
    isMet: () => spawnSync('unshare', ['--net', 'true']).status === 0,
    remedy: 'run as root, in a container with --privileged or --cap-add SYS_ADMIN,NET_ADMIN',
  },
  'TUN devices': {
    isMet: () => existsSync('/dev/net/tun'),
    remedy: 'in a container: --device /dev/net/tun',
  },
}

/** Where programs may stand although a user's PATH does not say so. */
const EXTRA_PATH = ['/usr/sbin', '/sbin'] as const

/**
 * vitest's `describe` for tests that need tools. Where one is missing, the tests are skipped and a line on standard
 * error says which and why; with `CI=true` in the environment a failing test stands in their place.
 */
export function describeWith(needs: { readonly tools: readonly Tool[] }, part: string, tests: () => void): void {
  const lacking = needs.tools.filter((tool) => !NEEDS[tool].isMet())
  if (lacking.length === 0) {
    describe(part, tests)
    return
  }
  const why = `not run: ${part}; missing: ${lacking.map((tool) => `${tool} (${NEEDS[tool].remedy})`).join(', ')}`
  if (process.env.CI === 'true') {
    describe(part, () => {
      it('has the tools that it needs', () => {
        throw new Error(why)
      })
    })
  } else {
    console.warn(why)
    describe.skip(part, tests)
  }
}

function program(name: string, debianPackage: string): Need {
  return { isMet: () => onPath(name), remedy: `apt-get install ${debianPackage}` }
}

function onPath(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...EXTRA_PATH]
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
