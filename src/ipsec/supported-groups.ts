import type { IkeGroup, IkeV2Group } from '../selection/index.ts'

/** The groups of perfect forward secrecy that the engine can do; IOS knows them all but Curve25519. */

const both: Readonly<Record<IkeGroup, true>> = {
  1: true,
  2: true,
  5: true,
  14: true,
  15: true,
  16: true,
  19: true,
  20: true,
  21: true,
  24: true,
}
const version2: Readonly<Record<IkeV2Group, true>> = { ...both, 31: true }

export const isGroup = (group: number): group is IkeGroup => Object.hasOwn(both, group)
export const isIkeV2Group = (group: number): group is IkeV2Group => Object.hasOwn(version2, group)
