// The report of the whole pipeline: how it stands, what changed, where its metrics came from.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shown } from '../render/shown.ts';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const CHECK = `export default async function (batches) {
  let rows = 0;
  for await (const batch of batches) rows += batch.rows;
  return [{ check: 'rows', subject: 'in.csv', status: rows < 3 ? 'fail' : 'pass', message: rows + ' rows', value: rows, limit: 3 }];
}`;

function write(rig: Rig, depth: number, rows: string): void {
  rig.write({
    'check.mjs': CHECK,
    'in.csv': `a\n${rows}`,
    'params.yaml': `depth: ${depth}\n`,
    'pipeline.yaml': {
      stages: {
        train: {
          cmd: `echo '{"accuracy": 0.\${depth}}' > metrics.json`,
          params: ['depth'],
          metrics: ['metrics.json'],
        },
        rows: { check: { uses: './check.mjs', data: 'in.csv' } },
      },
    },
  });
}

async function commit(rig: Rig, title: string): Promise<void> {
  await rig.git('add', '-A');
  await rig.git('commit', '-qm', title);
}

async function threeCommits(): Promise<Rig> {
  const rig = await openRig();
  for (const depth of [5, 7, 6]) {
    write(rig, depth, '1\n2\n3\n');
    expectExit(await rig.mlops('repro'), 0);
    await commit(rig, `depth ${depth}`);
  }
  return rig;
}

describe('mlops report', () => {
  it('is offered where mlops open could mean several pages', async () => {
    const rig = await openRig();
    const check = { check: { uses: './check.mjs', data: 'in.csv' } };
    rig.write({
      'check.mjs': CHECK,
      'in.csv': 'a\n1\n',
      'pipeline.yaml': { stages: { one: check, two: check } },
    });
    const { exit, stderr } = await rig.mlops('open');
    expect([exit, stderr]).toEqual([
      2,
      'error: there are several reports: name a stage\nhelp: mlops open one | two; mlops report --open shows the whole pipeline on one page\n',
    ]);
  });

  it('is a page of its own, with links to the pages of stages', async () => {
    const rig = await threeCommits();
    const page = expectExit(await rig.mlops('report'), 0).stdout.trim();
    const html = readFileSync(page, 'utf8');
    expect(page.startsWith(join(rig.path, '.git'))).toBe(true);
    expect(html).toContain('2 stages, all as the workspace has them. Gates held: 1/1.');
    expect(html).toContain('now 0.600');
    const [, link] = /href="([^"]*rows\.html)"/.exec(html)!;
    expect(existsSync(join(page, '..', decodeURIComponent(link!)))).toBe(true);
    expectExit(await rig.mlops('report', '--html', 'out/page.html'), 0);
    expect(rig.read('out/page.html')).toContain('href="../reports/rows.html"');
  });

  it('says what changed since the branch began, and how metrics got where they are', async () => {
    const rig = await threeCommits();
    await rig.git('checkout', '-qb', 'try');
    write(rig, 9, '1\n2\n3\n');
    expectExit(await rig.mlops('repro'), 0);
    await commit(rig, 'depth 9');
    const view = JSON.parse(expectExit(await rig.mlops('report', '--json'), 0).stdout);
    expect(view).toMatchObject({ schema: 'mlops.report/1', at: 'try', against: { name: 'main' } });
    expect(view.changes.params).toEqual([{ file: 'params.yaml', key: 'depth', was: 6, now: 9 }]);
    expect(view.changes.metrics).toEqual([
      { file: 'metrics.json', key: 'accuracy', was: 0.6, now: 0.9, better: true },
    ]);
    const history = view.history.find(({ key }: { key: string }) => key === 'accuracy');
    expect(history.points.map(({ value }: { value: number }) => value)).toEqual([0.5, 0.7, 0.6, 0.9, 0.9]);
    expect(history.points.at(-1).at).toBe('now');
    const md = expectExit(await rig.mlops('report', '--md'), 0).stdout;
    expect(md).toMatch(/^### ✔ Gates 1\/1 hold, accuracy 0\.600 → 0\.900, better\n/);
    expect(md).toContain('| accuracy | 0.600 → **0.900** | ↑ 0.300 **better** |');
    expect(md).toContain('| `depth` | `6` → `9` |');
    // None of them is told: all are up to date.
    expect(md).not.toContain('stages</summary>');
  });

  it('says what is stale and which gate is broken, and runs nothing', async () => {
    const rig = await threeCommits();
    write(rig, 8, '1\n');
    expectExit(await rig.mlops('repro'), 3);
    write(rig, 4, '1\n');
    const before = rig.read('metrics.json');
    const md = words(expectExit(await rig.mlops('report', '--md'), 0));
    expect(md).toMatch(/^### ✖ A gate is broken: 1 finding failed: in\.csv: 1 rows \(rows\)\n/);
    expect(md).toContain('✖ **`rows`**: 1 finding failed: in.csv: 1 rows');
    expect(md).toMatch(/\| `train` \| ! stale \| .*depth.*8.*4/);
    expect(rig.read('metrics.json')).toBe(before);
  });

  it('is there before the first commit and before anything ran', async () => {
    const rig = await openRig();
    write(rig, 5, '1\n');
    const view = JSON.parse(expectExit(await rig.mlops('report', '--json'), 0).stdout);
    expect(view).toMatchObject({
      against: null,
      history: [],
      changes: { data: [], params: [], metrics: [] },
    });
    expect(view.stages.map(({ state }: { state: string }) => state)).toEqual(['stale', 'stale']);
    expectExit(await rig.mlops('report'), 0);
  });

  it.each([
    [['--md', '--json'], 2, 'one form at a time'],
    [['--against', 'nowhere'], 4, 'no commit is called "nowhere"'],
  ])('%j', async (args, exit, said) => {
    const rig = await openRig();
    write(rig, 5, '1\n');
    await commit(rig, 'first');
    expect(words(expectExit(await rig.mlops('report', ...args), exit))).toContain(said);
  });

  it('lets no name break out of the page or the comment', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        stages: {
          odd: {
            cmd: `echo '{"<img src=x> @team | _a_": 1}' > metrics.json`,
            metrics: ['metrics.json'],
          },
        },
      },
    });
    expectExit(await rig.mlops('repro'), 0);
    await commit(rig, 'first');
    rig.write({ 'metrics.json': '{"<img src=x> @team | _a_": 2}' });
    const html = readFileSync(expectExit(await rig.mlops('report'), 0).stdout.trim(), 'utf8');
    expect(html).not.toContain('<img');
    const md = expectExit(await rig.mlops('report', '--md'), 0).stdout;
    const { tags, text, plain } = shown(md);
    expect(tags.join()).not.toContain('img');
    expect(text).toMatch(/<img src=x> @team \| _a_\s+1 → 2/);
    expect(plain.join()).not.toContain('@team');
  });
});
