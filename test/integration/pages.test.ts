// Every page in a real browser, from a file, as people open it: on a screen and on a phone, in the light and in the dark.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chromiumPath, NO_CHROMIUM, openBrowser, visit } from '../browser.ts';
import { makePages, writePagesProject } from '../pages-project.ts';
import { openRig } from '../rig.ts';

const ready = chromiumPath() !== undefined;
if (!ready) console.warn(`skipped: ${NO_CHROMIUM}`);

const LOOKS = [
  { width: 1280, scheme: 'light' },
  { width: 768, scheme: 'dark' },
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
] as const;

describe.skipIf(!ready)('pages of stages, of data and of the pipeline (needs Chromium)', () => {
  it('fit every width with all opened, ask for nothing, and break no rule of their own policy', async () => {
    const rig = await openRig();
    writePagesProject(rig);
    const pages = await makePages(rig);
    const browser = await openBrowser();
    try {
      for (const [name, path] of Object.entries(pages))
        for (const look of LOOKS) {
          const { page, wrong, shoot } = await visit(browser, join(rig.path, path), look);
          const title = `${name}-${look.width}-${look.scheme}`;
          await shoot(`page-${title}`, 'whole');
          // By the keys alone: each that is closed is opened.
          for (const summary of await page.locator('summary').all()) await summary.press('Enter');
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          const unreachable = await page.evaluate(() =>
            [...document.querySelectorAll<HTMLElement>('.scroll')]
              .filter((each) => each.tabIndex < 0 && each.scrollWidth > each.clientWidth + 1)
              .map((each) => each.closest('section')!.querySelector('h2')!.textContent),
          );
          expect({ title, overflow, unreachable, wrong }).toEqual({
            title,
            overflow: 0,
            unreachable: [],
            wrong: [],
          });
          await page.close();
        }
    } finally {
      await browser.close();
    }
  });
});
