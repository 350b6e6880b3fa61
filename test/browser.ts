// A real browser, where the machine has one: pages are looked at as users see them.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Undefined where there is none: tests that need one are skipped, and say so. */
export const BROWSER = [process.env['MLOPS_BROWSER'], ...PROGRAMS].find(
  (path) => path !== undefined && existsSync(path),
);

export interface Opened {
  readonly page: Page;
  /** What the page complained of: errors of its script, and what its policy forbade. */
  readonly complaints: readonly string[];
}

export interface Screen {
  readonly width: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** Opens files in pages of one browser, which is closed when the test is over. */
export async function openBrowser(): Promise<(path: string, screen: Screen) => Promise<Opened>> {
  const browser: Browser = await chromium.launch({ executablePath: BROWSER!, args: ['--no-sandbox'] });
  onTestFinished(() => browser.close());
  return async (path, { width, colorScheme = 'light' }) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    await page.goto(`file://${path}`);
    return { page, complaints };
  };
}
