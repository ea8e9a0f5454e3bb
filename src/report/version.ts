import { createRequire } from 'node:module'

const description = createRequire(import.meta.url)('../../package.json') as { readonly version: string }

/** Of the package. This file stands two folders below it, as the bundle of the command line does. */
export const version: string = description.version
