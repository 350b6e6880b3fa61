// The comment on a pull request and the page that it leads to, in a real browser, as wide as a screen and as narrow as a phone.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPipelineMarkdown } from '../../src/render/pipeline/markdown.ts';
import { renderPipelinePage } from '../../src/render/pipeline/page.ts';
import { chromiumPath, NO_CHROMIUM, openBrowser, visit } from '../browser.ts';
import { COMMENTS, EVERYTHING, poisoned } from '../render/comment-samples.ts';
import { commentPage } from '../render/github.ts';
import { HOSTILE } from '../render/hostile.ts';

const ready = chromiumPath() !== undefined;
if (!ready) console.warn(`skipped: ${NO_CHROMIUM}`);

const LOOKS = [
  { width: 1000, scheme: 'light' },
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
] as const;

/** One red point. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
);

const taken = HOSTILE.values();
const hostile = poisoned(EVERYTHING, () => taken.next().value ?? HOSTILE[0]!);
/** Without pictures, which a test has none of. */
const views = Object.entries({ ...COMMENTS, 'hostile names': hostile }).map(
  ([name, view]) => [name.replaceAll(' ', '-'), { ...view, images: [] }] as const,
);

describe.skipIf(!ready)('a comment and its page (needs Chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-comment-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it.each(views)('on %s fit every width with all opened, and ask for nothing', async (name, view) => {
    const kinds = { comment: commentPage(renderPipelineMarkdown(view)), page: renderPipelinePage(view) };
    for (const [kind, html] of Object.entries(kinds))
      for (const look of LOOKS) {
        const file = join(folder, `${kind}-${name}.html`);
        writeFileSync(file, html);
        const { page, wrong, shoot } = await visit(browser, file, look);
        const title = `${kind}-${name}-${look.width}-${look.scheme}`;
        await shoot(title, 'whole');
        await page.evaluate(() => {
          for (const each of document.querySelectorAll('details')) each.open = true;
        });
        await shoot(`${title}-opened`, 'whole');
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect({ title, overflow, wrong }).toEqual({ title, overflow: 0, wrong: [] });
        await page.close();
      }
  });

  it('shows pictures that lie beside the page, and no others', async () => {
    const images = [
      { alt: 'a curve', file: 'images/a curve #1.png', url: null },
      { alt: 'elsewhere', file: 'https://example.org/x.png', url: null },
    ];
    mkdirSync(join(folder, 'images'));
    writeFileSync(join(folder, 'images/a curve #1.png'), PNG);
    const file = join(folder, 'pictures.html');
    writeFileSync(file, renderPipelinePage({ ...COMMENTS['a good change']!, images }));
    const { page, wrong } = await visit(browser, file);
    const widths = await page.evaluate(() => [...document.images].map((each) => each.naturalWidth));
    expect(widths).toEqual([1, 0]);
    expect(wrong.filter((each) => /^request: https?:/.test(each))).toEqual([]);
    await page.close();
  });
});
