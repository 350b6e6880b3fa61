// A real browser on a page from a file. What it asked of the network and what went wrong in it is kept, so that a test can
// say there was nothing.
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

/** MLOPS_CHROMIUM, or the first that the PATH has. */
export function chromiumPath(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env['MLOPS_CHROMIUM']) return env['MLOPS_CHROMIUM'];
  const folders = (env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
}

export const NO_CHROMIUM = 'no Chromium: MLOPS_CHROMIUM names one that is not on the PATH';

/** @throws when there is none; ask `chromiumPath` first */
export function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error(NO_CHROMIUM);
  return chromium.launch({ executablePath });
}

export interface Visit {
  readonly page: Page;
  /** Requests beyond the page itself, errors of its scripts and on its console, dialogs. */
  readonly wrong: readonly string[];
  /** Kept only where MLOPS_SCREENSHOTS names a folder, for people to look at. */
  shoot(name: string, part?: 'screen' | 'whole'): Promise<void>;
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly script?: 'on' | 'off';
}

export async function visit(browser: Browser, file: string, look: Look = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1280, height: look.height ?? 900 },
    colorScheme: look.scheme ?? 'light',
    javaScriptEnabled: look.script !== 'off',
  });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  const wrong: string[] = [];
  page.on('request', (request) => request.url() !== url && wrong.push(`request: ${request.url()}`));
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && wrong.push(`console: ${message.text()}`));
  page.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return {
    page,
    wrong,
    async shoot(name, part = 'screen') {
      const folder = process.env['MLOPS_SCREENSHOTS'];
      if (!folder) return;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: part === 'whole' });
    },
  };
}
