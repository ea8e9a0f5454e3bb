export const labPrimeDistances: Readonly<Record<number, readonly (readonly [p: number, q: number])[]>> = {}
