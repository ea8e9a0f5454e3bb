import { caNameOf, nameKey, type Trustpoint } from '../../pki/index.ts'

/** Of one router two stores with the same key hold the same: nobody knows more than one CA of a name in one place. */
export const orderKey = (trustpoints: readonly Trustpoint[]): string => {
  const known = orderKeys.get(trustpoints)
  if (known !== undefined) return known
  const key = trustpoints.map(({ name, ca }) => `${name} ${ca?.subject.ios ?? ''}`).join('|')
  orderKeys.set(trustpoints, key)
  return key
}

const orderKeys = new WeakMap<readonly Trustpoint[], string>()

/**
 * The same for every order of trustpoints among which no order decides which one is meant: each is of another CA, and stands in
 * a line of its own. Null where one might.
 */
export const anyOrderKey = (trustpoints: readonly Trustpoint[]): string | null => {
  const cas = new Set<string>()
  const lines = new Set<number>()
  for (const trustpoint of trustpoints) {
    const name = caNameOf(trustpoint) ?? trustpoint.identity?.certificate.issuer
    if (name) cas.add(nameKey(name))
    if (trustpoint.configuration) lines.add(trustpoint.configuration.at.line)
  }
  if (cas.size < trustpoints.length || lines.size < trustpoints.length) return null
  return trustpoints
    .map(({ name, ca }) => `${name} ${ca?.subject.ios ?? ''}`)
    .sort()
    .join('|')
}
