// Data that are not what they should be stop a pipeline: the stage is rejected, what is downstream waits, exit 3; the schema
// is updated or the data mended, and it goes on. Through the real program.
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const SOUND = `day,season,temp\n${Array.from({ length: 40 }, (_, at) => `${at},${['spring', 'fall'][at % 2]},${(at * 7) % 30}`).join('\n')}\n`;

async function rigWith(data: string): Promise<Rig> {
  const rig = await openRig();
  rig.write({ 'data.csv': SOUND });
  expectExit(await rig.mlops('schema', 'infer', 'data.csv', '-o', 'schema.yaml', '--ranges'), 0);
  rig.write({
    'data.csv': data,
    'pipeline.yaml': {
      stages: {
        check: { validate: { data: 'data.csv', schema: 'schema.yaml' } },
        train: {
          cmd: 'cp data.csv model.txt',
          deps: ['data.csv', 'reports/check.json'],
          outs: ['model.txt'],
        },
      },
    },
  });
  expectExit(await rig.mlops('init'), 0);
  return rig;
}

describe('a stage that validates', () => {
  it('lets sound data pass, and says so again without running', async () => {
    const rig = await rigWith(SOUND);
    const first = expectExit(await rig.mlops('repro'), 0);
    expect(words(first)).toMatch(/✔ check +validate .*no anomaly .*gates 1\/1/);
    expect(rig.has('reports/check.html')).toBe(true);
    expect(JSON.parse((await rig.mlops('metrics', 'show', '--json')).stdout)).toEqual(
      expect.arrayContaining([expect.objectContaining({ key: 'anomalies_fail', value: 0 })]),
    );
    const again = expectExit(await rig.mlops('repro'), 0);
    expect(words(again)).toContain('2 fresh, nothing to do');
  });

  it('stops what is downstream until the new is accepted; comments of the schema stay', async () => {
    const rig = await rigWith(SOUND.replace('3,fall', '3,monsoon').replace('5,fall,5', '5,fall,99'));
    rig.write({ 'schema.yaml': `# ours\n${rig.read('schema.yaml')}` });
    const first = expectExit(await rig.mlops('repro'), 3);
    expect(words(first)).toContain('season: 1 of 40 values is not among the 2 values of the schema');
    expect(words(first)).toContain('data.csv:5');
    expect(words(first)).toContain('accept with: mlops schema update schema.yaml data.csv');
    expect(words(first)).not.toContain('monsoon');
    expect(rig.has('model.txt')).toBe(false);
    // Also when nothing ran.
    expectExit(await rig.mlops('repro'), 3);
    expectExit(await rig.mlops('gates'), 3);

    const shown = expectExit(await rig.mlops('schema', 'diff', 'schema.yaml', 'data.csv', '--check'), 10);
    expect(shown.stdout).toContain('+ values: ["monsoon"]');
    expectExit(
      await rig.mlops('schema', 'update', 'schema.yaml', 'data.csv', '--accept', 'season.valeus'),
      2,
    );
    expectExit(
      await rig.mlops('schema', 'update', 'schema.yaml', 'data.csv', '--accept', 'season.values'),
      0,
    );
    expectExit(await rig.mlops('repro'), 3);
    expectExit(await rig.mlops('schema', 'update', 'schema.yaml', 'data.csv', '--yes'), 0);
    expect(rig.read('schema.yaml')).toMatch(/^# ours\n/);
    const done = expectExit(await rig.mlops('repro'), 0);
    expect(words(done)).toMatch(/train/);
    expect(rig.has('model.txt')).toBe(true);
    expectExit(await rig.mlops('schema', 'diff', 'schema.yaml', 'data.csv', '--check'), 0);
  });

  it('bends to its gates without running again', async () => {
    const rig = await rigWith(SOUND.replace('3,fall', '3,monsoon'));
    expectExit(await rig.mlops('repro'), 3);
    rig.write({
      'pipeline.yaml': rig
        .read('pipeline.yaml')
        .replace('"schema.yaml"', '"schema.yaml", "gates": {"max_fail": 1}'),
    });
    const bent = expectExit(await rig.mlops('repro'), 0);
    expect(words(bent)).toMatch(/check +validate +fresh/);
    expect(rig.has('model.txt')).toBe(true);
  });

  it('says what is wrong with its schema, with the line', async () => {
    const rig = await rigWith(SOUND);
    rig.write({ 'schema.yaml': 'format: mlops.schema/1\ncolumns:\n  temp: {typ: int64}\n' });
    const failed = await rig.mlops('repro');
    expect(failed.exit).toBe(4);
    expect(failed.stdout + failed.stderr).toContain('unknown key "typ"');
    expect(failed.stdout + failed.stderr).toContain('schema.yaml:3');
  });
});

describe('without a pipeline', () => {
  it('validates, profiles and makes rows up in any folder', async () => {
    const rig = await openRig();
    rig.write({ 'a.csv': SOUND, 'b.csv': SOUND.replaceAll('fall', 'winter') });
    const checked = expectExit(
      await rig.mlops('validate', 'b.csv', '--against', 'a.csv', '--html', 'c.html'),
      3,
    );
    expect(checked.stdout).toContain('SHARED_ROWS');
    expect(rig.read('c.html')).toMatch(/^<!doctype html>/);

    const profile = expectExit(
      await rig.mlops('data', 'profile', 'b.csv', 'a.csv', '--html', 'p.html', '--json'),
      0,
    );
    const report = JSON.parse(profile.stdout);
    expect(report).toMatchObject({
      schema: 'mlops.explore/1',
      data: { rows: 40, duplicates: 0 },
      before: { rows: 40 },
    });
    expect(report.data.columns[2]).toMatchObject({
      column: 'temp',
      numbers: { mean: 14.25, quantiles: expect.any(Array) },
    });
    expect(report.data.columns[1].top).toEqual([
      ['spring', 20],
      ['winter', 20],
    ]);
    expect(rig.read('p.html')).toContain('Worth a look');

    expectExit(await rig.mlops('schema', 'infer', 'a.csv', '-o', 's.yaml', '--ranges'), 0);
    const there = await rig.mlops('schema', 'infer', 'a.csv', '-o', 's.yaml');
    expect([there.exit, there.stderr]).toEqual([
      7,
      expect.stringContaining('mlops schema update s.yaml a.csv'),
    ]);
    const made = expectExit(
      await rig.mlops(
        'data',
        'mock',
        '--schema',
        's.yaml',
        '--edge-cases',
        '--break',
        'broken',
        '-o',
        'm.csv',
        '--json',
      ),
      0,
    );
    expectExit(await rig.mlops('validate', 'm.csv', '-s', 's.yaml', '-O', 'limits.duplicates=null'), 0);
    // Each was validated before it was kept; the program itself says the same.
    const { written } = JSON.parse(made.stdout).broken;
    expect(written.length).toBeGreaterThan(5);
    for (const { file, check } of written.slice(0, 2)) {
      const broken = expectExit(await rig.mlops('validate', file, '-s', 's.yaml', '--json'), 3);
      expect(JSON.parse(broken.stdout).findings.map((each: { check: string }) => each.check)).toContain(
        check,
      );
    }
    const text = expectExit(await rig.mlops('data', 'mock', '--schema', 's.yaml', '--rows', '2'), 0);
    expect(text.stdout.split('\n')).toHaveLength(4);
  });
});
