export type { EspKeys, RouterDatagram, RouterEffect } from './effects.ts'
export { Router, type RouterOptions } from './router.ts'
export type { RouterSnapshot } from './snapshot.ts'
