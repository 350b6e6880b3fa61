// The page of plots in a real browser: what it says under the pointer and the keys, and that it fits any screen.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { renderPlotsPage } from '../../src/render/plots/page.ts';
import { chromiumPath, NO_CHROMIUM, openBrowser, visit } from '../browser.ts';
import { EIGHT, REVISIONS, SAMPLES } from '../render/plots-samples.ts';

const script = readFileSync(resolve(import.meta.dirname, '../../dist/plots-page.js'), 'utf8');

function pageFile(html = renderPlotsPage({ ...SAMPLES, revisions: REVISIONS, script })): string {
  const dir = mkdtempSync(join(tmpdir(), 'mlops-plots-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'plots.html');
  writeFileSync(path, html);
  return path;
}

async function tipOf(page: Page, card: number): Promise<string[]> {
  const tip = page.locator('.card').nth(card).locator('.tip');
  return (await tip.isVisible()) ? tip.locator('b, div').allInnerTexts() : [];
}

const ready = chromiumPath() !== undefined;
if (!ready) console.warn(`skipped: ${NO_CHROMIUM}`);

describe.skipIf(!ready)('the page of plots (needs Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('says the values under the pointer, and stops when it leaves', async () => {
    const { page, wrong } = await visit(browser, pageFile(), { width: 1280 });
    const chart = page.locator('.card').first().locator('.stage svg');
    const box = (await chart.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.99, box.y + box.height / 2);
    expect(await tipOf(page, 0)).toEqual(['batches seen 39', 'main\n0.1833', 'calm-otter\n0.2383']);
    await page.mouse.move(box.x + box.width / 2, box.y - 200);
    expect(await tipOf(page, 0)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('goes from step to step by the arrow keys', async () => {
    const { page } = await visit(browser, pageFile(), { width: 400 });
    await page.locator('.card').first().locator('.stage svg').focus();
    await page.keyboard.press('ArrowRight');
    expect((await tipOf(page, 0))[0]).toBe('batches seen 0');
    await page.keyboard.press('ArrowRight');
    expect((await tipOf(page, 0))[0]).toBe('batches seen 1');
    await page.keyboard.press('End');
    expect((await tipOf(page, 0))[0]).toBe('batches seen 39');
    await page.keyboard.press('Escape');
    expect(await tipOf(page, 0)).toEqual([]);
  });

  it('says of dots the one that is meant', async () => {
    const { page } = await visit(browser, pageFile(), { width: 1280 });
    const dots = page.locator('.card').last();
    await dots.locator('.stage svg g.dots').first().locator('path').first().hover();
    expect(await tipOf(page, (await page.locator('.card').count()) - 1)).toEqual(['truth 0', 'main\n−5']);
  });

  it.each([
    [1280, 'light'],
    [400, 'light'],
    [1280, 'dark'],
    [360, 'dark'],
  ] as const)('fits a screen %i wide, in the %s', async (width, scheme) => {
    for (const html of [undefined, renderPlotsPage({ ...EIGHT, revisions: ['a'], script })]) {
      const { page, wrong } = await visit(browser, pageFile(html), { width, scheme });
      const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      expect([wide, wrong]).toEqual([false, []]);
      const words = page.locator('.stage svg text').first();
      const size = await words.evaluate((text) => text.getBoundingClientRect().height);
      expect(size).toBeGreaterThan(10);
    }
  });
});
