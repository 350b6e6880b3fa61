// The page of experiments in a real browser, from a file: used as a visitor would, with mouse and keys.
// MLOPS_CHROMIUM names the browser; MLOPS_SCREENSHOTS a folder for pictures to look at.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExperimentRow, ExperimentTable } from '../../src/core/experiment-table.ts';
import type { CommitId, RepoPath } from '../../src/core/ids.ts';
import { renderExperimentsPage } from '../../src/render/exp/page.ts';
import { PLAIN } from '../../src/render/terminal.ts';
import { makeExperiments } from '../bench/made-experiments.mjs';
import { chromiumPath, NO_CHROMIUM, openBrowser, visit } from '../browser.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ready = chromiumPath() !== undefined;
if (!ready) console.warn(`skipped: ${NO_CHROMIUM}`);

describe.skipIf(!ready)('the page of experiments (needs Chromium)', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-browser-')));
  const file = join(folder, 'experiments.html');
  let browser: Browser;

  beforeAll(async () => {
    const repo = join(folder, 'repo');
    mkdirSync(repo);
    spawnSync('git', ['init', '-q', '-b', 'main', repo]);
    makeExperiments(repo, 1000);
    const show = ['exp', 'show', '--html', file];
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'bin/mlops.js'), ...show], {
      cwd: repo,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const count = (page: Page) => page.locator('#count').textContent();
  const shownNames = (page: Page) => page.locator('#table tbody tr[data-row] th').allTextContents();
  /** Of the rows that are shown, in their order. */
  const column = (page: Page, title: string) =>
    page.evaluate(async (name) => {
      // What changed is drawn with the next picture, and not more rows than anybody looks at.
      await new Promise((resolved) => requestAnimationFrame(() => requestAnimationFrame(resolved)));
      for (let more: HTMLElement | null | undefined; more !== null; more?.click())
        more = document.querySelector<HTMLElement>('#table .more button');
      const heads = [...document.querySelectorAll('#table thead th')];
      const at = heads.findIndex((head) => head.textContent === name);
      const rows = [...document.querySelectorAll<HTMLTableRowElement>('#table tbody tr[data-row]')];
      return rows.map((row) => Number(row.cells[at]!.textContent));
    }, title);
  /** Where an axis stands, in the window. */
  const axisBox = async (page: Page, at: number) => {
    await page.locator('#parallel').scrollIntoViewIfNeeded();
    return (await page.locator('#parallel .grab').nth(at).boundingBox())!;
  };
  const axisOf = async (page: Page, title: string) =>
    (
      await page
        .locator('#parallel text.title')
        .evaluateAll((all) => all.map((each) => each.lastElementChild!.textContent))
    ).indexOf(title);

  it.each([
    [400, 'light'],
    [400, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
    [1600, 'light'],
    [1600, 'dark'],
  ] as const)('fits %i pixels, %s, with nothing asked of the network', async (width, scheme) => {
    const { page, wrong, shoot } = await visit(browser, file, { width, scheme });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(await count(page)).toBe('1,002 of 1,002 shown');
    // Something is drawn in both charts.
    for (const chart of ['#parallel', '#scatter'])
      await expect
        .poll(() =>
          page
            .locator(`${chart} canvas`)
            .first()
            .evaluate((canvas: HTMLCanvasElement) => {
              const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
              return data.filter((_, at) => at % 4 === 3).some((alpha) => alpha > 0);
            }),
        )
        .toBe(true);
    await shoot(`experiments-${width}-${scheme}`, 'whole');
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('sorts by a click on a title, the best first, and the other way by the next', async () => {
    const { page, wrong } = await visit(browser, file);
    const title = page.locator('#table thead th', { hasText: 'accuracy' });
    await title.locator('button').click();
    const best = await column(page, 'accuracy');
    expect(best).toEqual([...best].sort((a, b) => b - a));
    expect(await title.getAttribute('aria-sort')).toBe('descending');
    await title.locator('button').click();
    const worst = await column(page, 'accuracy');
    expect(worst).toEqual([...best].sort((a, b) => a - b));
    expect(await title.getAttribute('aria-sort')).toBe('ascending');
    await page.locator('#table thead th', { hasText: 'log_loss' }).locator('button').press('Enter');
    const loss = await column(page, 'log_loss');
    expect(loss).toEqual([...loss].sort((a, b) => a - b));
    expect(await page.locator('#table thead th[aria-sort]').allInnerTexts()).toEqual(['log_loss']);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('filters by conditions and by names, and says where a condition is wrong', async () => {
    const { page, wrong, shoot } = await visit(browser, file);
    const filter = page.locator('#filter');
    await filter.fill('accuracy > 0.9 and trees < 200');
    const [accuracy, trees] = [await column(page, 'accuracy'), await column(page, 'trees')];
    expect(accuracy.length).toBeGreaterThan(20);
    expect(accuracy.every((value) => value >= 0.9)).toBe(true);
    expect(trees.every((value) => value < 200)).toBe(true);
    expect(await count(page)).toBe(`${accuracy.length} of 1,002 shown`);
    await shoot('experiments-filtered');

    await filter.fill('accuracy > 0.9 and tres < 200');
    expect(await filter.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#filter-problem').textContent()).toContain(
      'no column is called "tres" · did you mean trees?accuracy > 0.9 and tres < 200\n                   ^^^^',
    );
    expect(await count(page)).toBe(`${accuracy.length} of 1,002 shown`);

    await filter.fill('EXP-099');
    expect(await shownNames(page)).toEqual(Array.from({ length: 10 }, (_, at) => `exp-099${at}`));
    expect(await filter.getAttribute('aria-invalid')).toBe('false');
    await filter.fill('nobody');
    expect(await page.locator('#table tr.none').textContent()).toBe('No row is like that.');
    await page.locator('#clear').click();
    expect(await count(page)).toBe('1,002 of 1,002 shown');
    expect(await page.locator('#clear').isDisabled()).toBe(true);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('keeps what lies in a range dragged on an axis, and lets it go by a click', async () => {
    const { page, wrong, shoot } = await visit(browser, file);
    const box = await axisBox(page, await axisOf(page, 'accuracy'));
    const x = box.x + box.width / 2;
    await page.mouse.move(x, box.y + 16);
    await page.mouse.down();
    await page.mouse.move(x, box.y + box.height * 0.3, { steps: 5 });
    await page.mouse.up();
    const kept = await column(page, 'accuracy');
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.length).toBeLessThan(700);
    expect(Math.min(...kept)).toBeGreaterThan(0.86);
    await shoot('experiments-brushed');
    // Another axis narrows it further.
    const depth = await axisBox(page, await axisOf(page, 'depth'));
    await page.mouse.move(depth.x + depth.width / 2, depth.y + depth.height - 16);
    await page.mouse.down();
    await page.mouse.move(depth.x + depth.width / 2, depth.y + depth.height * 0.7, { steps: 5 });
    await page.mouse.up();
    expect((await column(page, 'depth')).every((value) => value <= 5)).toBe(true);
    expect((await column(page, 'accuracy')).length).toBeLessThan(kept.length);
    await page.mouse.click(depth.x + depth.width / 2, depth.y + depth.height * 0.5);
    expect(await column(page, 'accuracy')).toEqual(kept);
    // An end is moved by its handle.
    const handle = (await page.locator('[role=slider][aria-label="accuracy, lowest"]').boundingBox())!;
    await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
    await page.mouse.down();
    await page.mouse.move(x, box.y + box.height * 0.2, { steps: 3 });
    await page.mouse.up();
    const fewer = await column(page, 'accuracy');
    expect(fewer.length).toBeLessThan(kept.length);
    expect(fewer.length).toBeGreaterThan(3);
    await page.locator('#clear').click();
    expect(await count(page)).toBe('1,002 of 1,002 shown');
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('is used by keys alone', async () => {
    const { page, wrong } = await visit(browser, file);
    const low = page.locator('[role=slider][aria-label="accuracy, lowest"]');
    await low.focus();
    for (let pressed = 0; pressed < 8; pressed++) await page.keyboard.press('PageUp');
    expect(await low.getAttribute('aria-valuenow')).toBe('0.800');
    expect(Number(await low.getAttribute('aria-valuetext'))).toBeCloseTo(0.9, 1);
    const kept = await column(page, 'accuracy');
    expect(kept.length).toBeLessThan(700);
    await page.keyboard.press('Escape');
    expect(await count(page)).toBe('1,002 of 1,002 shown');

    await page.locator('#table tbody button').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.locator('#chosen h3').textContent()).toBe('exp-0001');
    expect(await page.locator('#table tr[aria-selected=true] th').textContent()).toBe('exp-0001');
    expect(await page.evaluate(() => document.activeElement!.getAttribute('aria-pressed'))).toBe('true');
    await page.keyboard.press('Escape');
    expect(await page.locator('#chosen h3').count()).toBe(0);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('shows a row that is chosen everywhere, whichever part it was chosen in', async () => {
    const { page, wrong, shoot } = await visit(browser, file);
    const marked = (chart: string) =>
      page
        .locator(`${chart} canvas`)
        .nth(1)
        .evaluate((canvas: HTMLCanvasElement) => {
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value) => value > 0);
        });
    expect(await marked('#parallel')).toBe(false);
    await page.locator('#table tbody tr', { hasText: 'exp-0007' }).locator('td').first().click();
    await expect.poll(() => marked('#parallel')).toBe(true);
    expect(await marked('#scatter')).toBe(true);
    expect(await page.locator('#chosen').textContent()).toContain('mlops exp apply exp-0007');
    await shoot('experiments-chosen');

    // A dot, found by going over the picture until the tip names a row.
    // A row far down comes into view when it is chosen elsewhere.
    await page.locator('#filter').fill('trees > 390');
    await page.locator('#scatter').scrollIntoViewIfNeeded();
    const box = (await page.locator('#scatter').boundingBox())!;
    const tip = page.locator('.tip');
    let name = '';
    for (let y = 40; y < box.height && name === ''; y += 12)
      for (let x = 70; x < box.width && name === ''; x += 12) {
        await page.mouse.move(box.x + x, box.y + y);
        if (await tip.isVisible()) {
          name = (await tip.locator('b').textContent())!;
          await page.mouse.down();
          await page.mouse.up();
        }
      }
    expect(name).toMatch(/^exp-\d{4}$/);
    expect(await page.locator('#chosen h3').textContent()).toBe(name);
    await expect.poll(() => page.locator('#table tr[aria-selected=true] th').textContent()).toBe(name);
    expect(await page.locator('#table tr[aria-selected=true]').isVisible()).toBe(true);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('colours by another column, and draws others against each other', async () => {
    const { page, wrong } = await visit(browser, file);
    await page.locator('#color').selectOption({ label: 'model' });
    expect(await page.locator('#legend').textContent()).toMatch(/boost\s*forest\s*linear/);
    await page.locator('#color').selectOption({ label: 'lr' });
    expect(await page.locator('#legend').textContent()).toMatch(/1e-4|1\.0/);
    await page.locator('#scatter-x').selectOption({ label: 'depth' });
    await page.locator('#scatter-y').selectOption({ label: 'duration' });
    await expect
      .poll(() => page.locator('#scatter text.title').allTextContents())
      .toEqual(['depth →', '↑ duration']);
    expect(await page.locator('#parallel text', { hasText: /^log$/ }).count()).toBe(1);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('has its table where no script may run', async () => {
    const { page, wrong } = await visit(browser, file, { script: 'off' });
    expect(await page.locator('#table tbody tr').count()).toBe(1002);
    expect(await page.locator('#filter').isVisible()).toBe(false);
    expect(await page.locator('noscript').isVisible()).toBe(true);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('takes hostile names and values for what they are', async () => {
    const hostile = `</script><img src=x onerror="alert(1)">"'<b>`;
    const row = (name: string, value: number): ExperimentRow => ({
      name,
      state: 'failed',
      commit: null,
      group: 0,
      baseline: hostile,
      created: null,
      ms: 1,
      message: hostile,
      overrides: [],
      failure: hostile,
      values: [`${hostile}${value}`, value],
    });
    const about = { file: hostile as RepoPath, key: hostile, better: null, differs: true };
    const table: ExperimentTable = {
      columns: [
        { ...about, kind: 'param', name: hostile },
        { ...about, kind: 'metric', name: `${hostile}2` },
      ],
      groups: [{ commit: 'a'.repeat(40) as CommitId, name: hostile, gone: false }],
      rows: [row(`${hostile}1`, 1), row(`${hostile}2`, 2)],
    };
    const path = join(folder, 'hostile.html');
    const cells = [
      { kind: 'name' as const },
      { kind: 'value' as const, at: 0 },
      { kind: 'value' as const, at: 1 },
    ];
    const form = { now: undefined, precision: undefined, symbols: PLAIN.symbols };
    const script = readFileSync(join(ROOT, 'dist/exp-page.js'), 'utf8');
    writeFileSync(path, renderExperimentsPage({ table, rows: table.rows, cells, form, script }));
    const { page, wrong } = await visit(browser, path);
    await page.locator('#table tbody button').first().click();
    expect(await page.locator('#chosen h3').textContent()).toBe(`${hostile}1`);
    const box = (await page.locator('#parallel').boundingBox())!;
    for (let y = 60; y < 330; y += 6) await page.mouse.move(box.x + box.width / 2, box.y + y);
    await page.locator('#filter').fill(hostile);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toContain(hostile);
    expect(wrong).toEqual([]);
    await page.close();
  });
});
