// Pictures of a report and of plots as PNG files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReportImage } from '../../src/render/pipeline/types.ts';
import { writePagesProject } from '../pages-project.ts';
import { openRig, type Rig } from '../rig.ts';
import { expectExit } from './story.ts';

const HISTORY = (slow: number): string =>
  Array.from({ length: 30 }, (_, step) => JSON.stringify({ step, loss: Math.exp(-step / slow) })).join('\n');

async function images(rig: Rig): Promise<readonly ReportImage[]> {
  const ended = await rig.mlops('report', '--json', '--images', 'out');
  expectExit(ended, 0);
  return JSON.parse(ended.stdout).images;
}

function expectPng(rig: Rig, path: string): void {
  const bytes = readFileSync(join(rig.path, path));
  expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
  expect(bytes.length).toBeLessThan(1 << 20);
}

describe('mlops report --images', () => {
  it('draws where a model is right and which columns moved, broken gates first', async () => {
    const rig = await openRig();
    writePagesProject(rig);
    await rig.mlops('repro', 'judge', 'watch');
    const drawn = await images(rig);
    expect(drawn.map(({ file }) => file)).toEqual([
      'images/01-judge-confusion-matrix.png',
      'images/02-judge-roc-curve.png',
      'images/03-judge-calibration.png',
      expect.stringMatching(/^images\/04-watch-.*-moved\.png$/),
      expect.stringMatching(/^images\/05-watch-.*-moved\.png$/),
      expect.stringMatching(/^images\/06-watch-.*-moved\.png$/),
    ]);
    for (const { file, url } of drawn) {
      expectPng(rig, `out/${file}`);
      expect(url).toBeNull();
    }
    expect(drawn[0]!.alt).toMatch(/^judge: Confusion matrix\. [\d.]+ % of rows are taken for what they are$/);
    expect(drawn[3]!.alt).toMatch(/^watch: .* moved\. .* limit /);
    // What a commit holds too has nothing to show.
    await rig.git('add', '-A');
    await rig.git('commit', '-qm', 'one');
    expect(await images(rig)).toEqual([]);
  });

  it('draws plots that changed beside the baseline', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        stages: {},
        plots: [{ Loss: { y: { 'a.jsonl': 'loss' } } }, { Same: { y: { 'b.jsonl': 'loss' } } }],
      },
      'a.jsonl': HISTORY(10),
      'b.jsonl': HISTORY(10),
    });
    expect((await images(rig)).map(({ file }) => file)).toEqual(['images/01-loss.png', 'images/02-same.png']);
    await rig.git('add', '-A');
    await rig.git('commit', '-qm', 'one');
    rig.write({ 'a.jsonl': HISTORY(5) });
    const [loss, ...rest] = await images(rig);
    expect(rest).toEqual([]);
    expect(loss?.alt).toMatch(/^Loss\. HEAD: from .*; now: from /);
    expectExit(await rig.mlops('report', '--html', 'pages/all.html', '--images', 'out'), 0);
    expect(rig.read('pages/all.html')).toContain('src="../out/images/01-loss.png"');
    rig.write({ 'a.jsonl': 'no points {' });
    expect(await images(rig)).toEqual([]);
  });
});

describe('mlops plots show --png', () => {
  it('writes each plot, its name harmless, the same bytes each time', async () => {
    const rig = await openRig();
    rig.write({ 'a.jsonl': HISTORY(10), 'pipeline.yaml': {} });
    const show = async (): Promise<Buffer> => {
      const ended = await rig.mlops('plots', 'show', 'a.jsonl', '--title', '../損失 <b>"x"', '--png', 'out');
      expectExit(ended, 0);
      expect(ended.stdout).toContain('1 PNG file in out');
      expectPng(rig, 'out/01-b-x-loss.png');
      return readFileSync(join(rig.path, 'out/01-b-x-loss.png'));
    };
    expect((await show()).equals(await show())).toBe(true);
  });
});
