import { InputError, type Lab, type LabRouter, labAt, storeOf } from '../lab/index.ts'
import type { Trustpoint } from '../pki/index.ts'

const forms = 'renew:ROUTER:TRUSTPOINT, expire:ROUTER:TRUSTPOINT or reload:ROUTER'

const unknown = (text: string, message: string, remedy: string): InputError =>
  new InputError({ file: '--what-if', text, message, remedy })

const routerNamed = (lab: Lab, text: string, name: string | undefined): LabRouter => {
  const router = lab.routers.find((candidate) => candidate.name.toLowerCase() === name?.toLowerCase())
  if (router) return router
  throw unknown(
    text,
    `there is no router ${name ?? '(none named)'}`,
    `the routers are ${lab.routers.map((each) => each.name).join(', ')}`,
  )
}

const trustpointNamed = ({ name: router, enrolled }: LabRouter, text: string, name: string | undefined): Trustpoint => {
  const trustpoint = enrolled.find((candidate) => candidate.name === name)
  if (trustpoint?.identity) return trustpoint
  throw unknown(
    text,
    `${router} holds no certificate of ${name ?? '(no trustpoint named)'}`,
    `its trustpoints with a certificate are ${
      enrolled
        .filter(({ identity }) => identity)
        .map((each) => each.name)
        .join(', ') || '(none)'
    }`,
  )
}

const withEnrolled = (lab: Lab, { name }: LabRouter, enrolled: readonly Trustpoint[]): Lab => ({
  ...lab,
  routers: lab.routers.map((router) =>
    router.name === name ? { ...router, enrolled, store: storeOf(enrolled, lab.knobs) } : router,
  ),
})

const second = 1000

/** A lab after something has happened to it. */
export interface Changed {
  readonly lab: Lab
  /** By router whose order is unknown: the trustpoint that is known to be the newest now. */
  readonly newest: ReadonlyMap<string, string>
}

/**
 * The lab after something has happened: `renew:R1:IOSCA2` makes a trustpoint the newest, `expire:R1:IOSCA2` lets the clock
 * run to the second after its certificate, `reload:R1` does with the store's order what the knob says. Throws InputError
 * where nothing of that name is there.
 */
export const whatIf = (lab: Lab, text: string): Changed => {
  const unpinned: ReadonlyMap<string, string> = new Map()
  const [what, routerName, trustpointName, ...more] = text.split(':')
  if (more.length > 0) throw unknown(text, `"${text}" is nothing that happens`, `expected ${forms}`)
  switch (what) {
    case 'renew': {
      const router = routerNamed(lab, text, routerName)
      const renewed = trustpointNamed(router, text, trustpointName)
      return {
        lab: withEnrolled(lab, router, [...router.enrolled.filter((each) => each !== renewed), renewed]),
        newest: router.orderKnown ? unpinned : new Map([[router.name, renewed.name]]),
      }
    }
    case 'expire': {
      const { identity } = trustpointNamed(routerNamed(lab, text, routerName), text, trustpointName)
      const clock = Math.max(lab.clock, (identity?.certificate.notAfter ?? 0) + second)
      return { lab: labAt(lab, clock), newest: unpinned }
    }
    case 'reload': {
      const router = routerNamed(lab, text, routerName)
      const reverses = lab.knobs['store.orderAfterReload'] === 'reverse'
      return { lab: reverses ? withEnrolled(lab, router, router.enrolled.toReversed()) : lab, newest: unpinned }
    }
    default:
      throw unknown(text, `"${text}" is nothing that happens`, `expected ${forms}`)
  }
}
