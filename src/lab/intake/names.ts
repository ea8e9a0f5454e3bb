const words = (text: string): string =>
  ` ${text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .join(' ')} `

/** Whether a router's name stands in a text, as words of their own: `R1` in `R1-running`, and not in `R10`. */
export const isNamedIn = (name: string, text: string): boolean => words(text).includes(words(name))
