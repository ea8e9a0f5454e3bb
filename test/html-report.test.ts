/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { command, exampleFolder } from './support/examples.ts'
import { describeWith } from './support/requires.ts'

const names = ['ikev1-asymmetric-trustpoints', 'ikev1-unknown-enrolment', 'ikev2-half-open'] as const
/** One router alone: the report says what its peer must do. */
const alone = ['ikev1-peer-unknown', 'ikev2-peer-unknown'] as const

/** Debian's browser, kept from asking anybody anything. */
const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** The contrast of WCAG 2.2 between the text of an element and what is painted behind it. Runs in the page. */
const contrastsIn = (
  selectors: readonly string[],
): readonly { readonly selector: string; readonly ratio: number }[] => {
  const channels = (color: string): readonly number[] => (color.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (color: string): number => {
    const [r = 0, g = 0, b = 0] = channels(color).map((value) => {
      const share = value / 255
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element: Element | null): string => {
    for (let each = element; each; each = each.parentElement) {
      const { backgroundColor } = getComputedStyle(each)
      if ((channels(backgroundColor)[3] ?? 1) > 0) return backgroundColor
    }
    return 'rgb(255, 255, 255)'
  }
  return selectors.flatMap((selector) =>
    [...document.querySelectorAll(selector)].slice(0, 5).map((element) => {
      const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))]
      return { selector, ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) }
    }),
  )
}

describeWith({ tools: ['chromium'] }, 'the HTML report in a browser', () => {
  let folder = ''
  let browser: Browser

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ikewise-browser-'))
    for (const name of [...names, ...alone]) {
      const { out } = await command('prove', exampleFolder(name), '--fix', '--format', 'html')
      writeFileSync(join(folder, `${name}.html`), out)
    }
    browser = await launch()
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  /** Opens a report, and holds it to its promises: no message on the console, no error, no request but for the file. */
  const visit = async (
    name: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> => {
    const context = await browser.newContext(options)
    const heard: string[] = []
    try {
      const page = await context.newPage()
      page.on('console', (message) => heard.push(`console: ${message.text()}`))
      page.on('pageerror', (error) => heard.push(`error: ${error.message}`))
      page.on('request', (request) => {
        if (!request.url().startsWith('file:') || !request.isNavigationRequest())
          heard.push(`request: ${request.url()}`)
      })
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href)
      await look(page)
      expect(heard).toEqual([])
    } finally {
      await context.close()
    }
  }

  const widthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth)

  it.each([...names, ...alone])(
    '%s: says nothing on the console and asks nobody, and every link leads to its place',
    (name) =>
      visit(name, { viewport: { width: 1280, height: 900 } }, async (page) => {
        const lost = await page.evaluate(() =>
          [...document.querySelectorAll('a[href]')]
            .map((link) => link.getAttribute('href') ?? '')
            .filter((href) => !href.startsWith('#') || document.getElementById(href.slice(1)) === null),
        )
        expect(lost).toEqual([])
      }),
  )

  it.each([...names, ...alone])('%s: never scrolls sideways, folded or unfolded, on a phone of 360 pixels', (name) =>
    visit(name, { viewport: { width: 360, height: 740 }, isMobile: true }, async (page) => {
      expect(await widthOf(page)).toBe(360)
      await page.evaluate(() => {
        for (const each of document.querySelectorAll('details')) each.open = true
      })
      expect(await widthOf(page)).toBe(360)
    }),
  )

  it('stands the ladders side by side where there is room, with the same messages at the same height', () =>
    visit(names[0], { viewport: { width: 1280, height: 900 } }, async (page) => {
      const boxes = await page.evaluate(() =>
        [...document.querySelectorAll('.ladder')].map((ladder) =>
          [...ladder.querySelectorAll('.message')].slice(0, 5).map((message) => {
            const { top, left } = message.getBoundingClientRect()
            return { top: Math.round(top), left: Math.round(left) }
          }),
        ),
      )
      const [ours = [], theirs = []] = boxes
      expect(ours.map(({ top }) => top)).toEqual(theirs.map(({ top }) => top))
      expect((theirs[0]?.left ?? 0) - (ours[0]?.left ?? 0)).toBeGreaterThan(400)
    }))

  it('stands the ladders one below the other on a phone', () =>
    visit(names[0], { viewport: { width: 360, height: 740 } }, async (page) => {
      const [ours, theirs] = await page.evaluate(() =>
        [...document.querySelectorAll('.ladder')].map((ladder) => {
          const { top, bottom } = ladder.getBoundingClientRect()
          return { top, bottom }
        }),
      )
      expect(theirs?.top).toBeGreaterThanOrEqual(ours?.bottom ?? Number.POSITIVE_INFINITY)
    }))

  it('lights up the decisions that rest on a configuration line, and opens the packet of a decision', () =>
    visit(names[0], { viewport: { width: 1280, height: 900 } }, async (page) => {
      await page.click('#c0-30 code')
      const lit = await page.$$eval('.lit', (elements) => elements.map(({ id }) => id))
      const told = await page.$eval('#c0-30', (element) => element.getAttribute('data-to')?.split(' '))
      expect(lit.toSorted()).toEqual(told?.toSorted())
      expect(lit.length).toBeGreaterThan(1)
      expect(await page.textContent('#status')).toBe(`${lit.length} places belong to it`)
      await page.click('.decision.difference > summary')
      await page.click('.decision.difference .see a')
      expect(await page.$eval(':target', (element) => element instanceof HTMLDetailsElement && element.open)).toBe(true)
    }))

  it.each(alone)('%s: leads from each demand on the peer to its line, and from the line back', (name) =>
    visit(name, { viewport: { width: 1280, height: 900 } }, async (page) => {
      const demands = await page.$$eval('.demanded > li', (items) =>
        items.map((item) => ({ id: item.id, line: item.querySelector('a.line')?.getAttribute('href') ?? null })),
      )
      expect(demands.length).toBeGreaterThan(10)
      expect(demands.filter(({ line }) => line === null)).toEqual([])
      const [first] = demands
      await page.click(`#${first?.id} strong`)
      expect(await page.$$eval('.lit', (lit) => lit.map(({ id }) => `#${id}`))).toEqual([first?.line])
      await page.click(`${first?.line} .uses a`)
      expect(await page.$eval(':target', ({ className, tagName }) => [tagName, className.split(' ')[0]])).toEqual([
        'LI',
        'origin',
      ])
    }),
  )

  it('stands what the peer must do in either direction side by side, and on a phone one below the other', async () => {
    const columns = (page: Page): Promise<readonly { readonly top: number; readonly left: number }[]> =>
      page.$$eval('.demands', (all) => all.map((each) => each.getBoundingClientRect()))
    await visit(alone[0], { viewport: { width: 1280, height: 900 } }, async (page) => {
      const [ours, theirs] = await columns(page)
      expect(ours?.top).toBe(theirs?.top)
      expect((theirs?.left ?? 0) - (ours?.left ?? 0)).toBeGreaterThan(400)
    })
    await visit(alone[0], { viewport: { width: 360, height: 740 }, isMobile: true }, async (page) => {
      const [ours, theirs] = await columns(page)
      expect(ours?.left).toBe(theirs?.left)
      expect(theirs?.top).toBeGreaterThan(ours?.top ?? Number.POSITIVE_INFINITY)
    })
  })

  it.each(['light', 'dark'] as const)('is easy to read in the %s where one router is alone', (colorScheme) =>
    visit(alone[0], { viewport: { width: 1280, height: 900 }, colorScheme }, async (page) => {
      const contrasts = await page.evaluate(contrastsIn, [
        ...['.summary', '.outcome', '.proved', '.demands h5', '.demanded strong', '.demanded p', '.demanded .else'],
        ...['.demanded a', '.ways li', '.ways .hint', '.peer pre'],
      ])
      expect(contrasts.length).toBeGreaterThan(30)
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([])
    }),
  )

  it('shows the negotiation with a peer that was made, side by side, and one below the other on a phone', async () => {
    const ladders = (page: Page) =>
      page.evaluate(() =>
        [...document.querySelectorAll('#one-sided .ladder')].map((ladder) => {
          const { top, left } = ladder.getBoundingClientRect()
          const texts = (selector: string) =>
            [...ladder.querySelectorAll(selector)].map((each) => each.textContent ?? '')
          return { top, left, title: texts('h4')[0], ends: texts('.ends span'), messages: texts('.message .name') }
        }),
      )
    await visit(alone[0], { viewport: { width: 1280, height: 900 } }, async (page) => {
      const [ours, theirs, ...others] = await ladders(page)
      expect(others).toEqual([])
      expect(ours?.title).toBe('R1 initiates, with a peer made for it: up')
      expect(theirs?.title).toBe('R1 responds, with a peer made for it: up')
      expect([ours?.ends, theirs?.ends]).toEqual([
        ['R1', 'PEER'],
        ['PEER', 'R1'],
      ])
      const messages = ['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3']
      expect([ours?.messages, theirs?.messages]).toEqual([messages, messages])
      expect(ours?.top).toBe(theirs?.top)
      expect((theirs?.left ?? 0) - (ours?.left ?? 0)).toBeGreaterThan(400)
      // A decision opens, and leads to the line that it rests on.
      await page.click('#one-sided .decision:has(a.line) > summary')
      expect(await page.isVisible('#one-sided .decision[open] .candidates')).toBe(true)
      await page.click('#one-sided .decision[open] a.line')
      expect(await page.$eval(':target', ({ id }) => /^c0-\d+$/.test(id))).toBe(true)
    })
    await visit(alone[0], { viewport: { width: 360, height: 740 }, isMobile: true }, async (page) => {
      const [ours, theirs] = await ladders(page)
      expect(ours?.left).toBe(theirs?.left)
      expect(theirs?.top).toBeGreaterThan(ours?.top ?? Number.POSITIVE_INFINITY)
    })
    await visit(alone[0], { viewport: { width: 794, height: 1123 } }, async (page) => {
      await page.emulateMedia({ media: 'print' })
      expect(await page.isVisible('#one-sided .ladder .message')).toBe(true)
      expect(await widthOf(page)).toBe(794)
    })
  })

  it('prints the demands on the peer and the configuration that was proved, unfolded', () =>
    visit(alone[0], { viewport: { width: 794, height: 1123 } }, async (page) => {
      await page.emulateMedia({ media: 'print' })
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
      expect(await page.isVisible('.bar')).toBe(false)
      expect(await page.isVisible('.demanded .else')).toBe(true)
      expect(await page.isVisible('.peer pre')).toBe(true)
      expect(await widthOf(page)).toBe(794)
    }))

  it('works by keyboard alone: a decision opens, and its line is reached', () =>
    visit(names[0], { viewport: { width: 1280, height: 900 } }, async (page) => {
      await page.focus('.decision.difference > summary')
      await page.keyboard.press('Enter')
      expect(await page.$eval('.decision.difference', (element) => element.hasAttribute('open'))).toBe(true)
      await page.focus('.decision.difference a.line')
      await page.keyboard.press('Enter')
      expect(await page.$eval(':target', ({ id }) => id)).toBe('c0-30')
    }))

  it.each(['light', 'dark'] as const)('is easy to read in the %s: the contrast of text is 4.5 or more', (colorScheme) =>
    visit(names[0], { viewport: { width: 1280, height: 900 }, colorScheme }, async (page) => {
      const selectors = [
        'body',
        '.summary',
        '.hint',
        '.outcome',
        '.stage',
        'a',
        '.payloads',
        '.what',
        '.flag',
        '.rejection code',
      ]
      const contrasts = await page.evaluate(contrastsIn, [
        ...selectors,
        '.installed',
        '.events li',
        '.proved',
        '.number',
        '.log code',
      ])
      expect(contrasts.length).toBeGreaterThan(30)
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([])
    }),
  )

  it('reads without a script', () =>
    visit(names[0], { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false }, async (page) => {
      expect(await page.isVisible('.decision.difference .what')).toBe(true)
      await page.click('.decision.difference > summary')
      expect(await page.isVisible('.decision.difference .candidates')).toBe(true)
    }))

  it('prints the decisions that explain, unfolded, and without its navigation', () =>
    visit(names[0], { viewport: { width: 794, height: 1123 } }, async (page) => {
      await page.emulateMedia({ media: 'print' })
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
      expect(await page.isVisible('.bar')).toBe(false)
      expect(await page.isVisible('.decision.telling .candidates')).toBe(true)
      expect(await page.isVisible('.packet .payload')).toBe(false)
      expect(await widthOf(page)).toBe(794)
      expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000)
    }))

  it('has landmarks, one main heading, and headings that name their parts', () =>
    visit(names[0], { viewport: { width: 1280, height: 900 } }, async (page) => {
      expect(await page.$$eval('main, header.bar, footer, nav', (elements) => elements.length)).toBe(4)
      expect(await page.$$eval('h1', (elements) => elements.map(({ textContent }) => textContent))).toEqual(['R1 ↔ R2'])
      expect(await page.$eval('html', ({ lang }) => lang)).toBe('en')
    }))
})
