import { describe, expect, it } from 'vitest'
import { defaultKnobs, knobs, parseKnob, rules } from './index.ts'

describe('knobs', () => {
  it('are described one by one, and the default is one of the values', () => {
    expect(knobs.map(({ name }) => name).toSorted()).toEqual(Object.keys(defaultKnobs).toSorted())
    for (const { name, values, default: chosen } of knobs) {
      expect(values, name).toContain(chosen)
      expect(chosen).toBe(defaultKnobs[name])
      expect(new Set(values).size).toBe(values.length)
    }
  })

  it('are read as NAME=VALUE, each with each of its values', () => {
    for (const { name, values } of knobs)
      for (const value of values) expect(parseKnob(`${name}=${value}`)).toEqual({ ok: true, value: { [name]: value } })
    expect(parseKnob(' v1.overlap = first ')).toEqual({ ok: true, value: { 'v1.overlap': 'first' } })
  })

  it.each([
    ['v1.overlap', 'malformed', 'NAME=VALUE'],
    ['', 'malformed', 'NAME=VALUE'],
    ['v1.overlop=last', 'unknown-knob', 'v1.overlap'],
    ['__proto__=x', 'unknown-knob', 'v1.overlap'],
    ['v1.overlap=sometimes', 'unknown-value', 'last or first or none'],
    ['v1.overlap=', 'unknown-value', 'last or first or none'],
  ])('%s is refused as %s, with what would be right', (text, code, hint) => {
    expect(parseKnob(text)).toEqual({ ok: false, reject: { code, detail: expect.stringContaining(hint) } })
  })
})

describe('rules', () => {
  it('stand under their own id, with a mark of how sure they are and one sentence', () => {
    for (const [id, rule] of Object.entries(rules)) {
      expect(rule.id).toBe(id)
      expect(rule.source).toMatch(/^\[(S|V|D|I|M-[hml])\] /)
      expect(rule.text).toMatch(/^[A-Z].*[.]$/)
    }
  })
})

describe('the marks of knobs', () => {
  it.each(knobs.map(({ name, source }) => [name, source]))('%s: %s', (_name, source) => {
    expect(source).toMatch(/^\[(S|V|I|M-[hml])\] /)
  })
})
