import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { checkShape } from '../../../src/core/shape.ts';
import { readProfile } from '../../../src/ml/profile/format.ts';
import { profileShape } from '../../../src/ml/profile/options.ts';
import { planProfile } from '../../../src/ml/profile/plan.ts';
import { profile } from '../../../src/ml/profile/profile.ts';
import { writeProfile } from '../../../src/ml/profile/write.ts';
import { contextIn, csvOf, driftIn, folder, rides, type Table } from '../drift/files.ts';

const before = rides(1500, 1);
const dated: Table = {
  day: before['temp']!.map((_, i) => new Date(86_400_000 * (15_000 + i)).toISOString().slice(0, 10)),
  ...before,
};

async function profileIn(cwd: string, options: JsonObject = {}) {
  const json = { data: 'before.csv', ...options };
  expect(checkShape(profileShape, json)).toEqual([]);
  const made = await profile(json, contextIn(cwd));
  writeProfile(made, join(cwd, 'profiles/rides'));
  return made;
}

describe('a profile', () => {
  it('of few rows is as good a reference as the data', async () => {
    const cwd = folder({ 'before.csv': csvOf(before), 'now.csv': csvOf(rides(700, 2, 1, 1)) });
    await profileIn(cwd);
    const byData = await driftIn(cwd, { target: 'busy' });
    const byProfile = await driftIn(cwd, { reference: 'profiles/rides', target: 'busy' });
    expect(byProfile.report.columns).toEqual(byData.report.columns);
    expect(byProfile.report.target).toEqual(byData.report.target);
    expect(byProfile.report.inputs.reference).toEqual({
      ...byData.report.inputs.reference,
      path: 'profiles/rides',
    });
  });

  it('is the same bytes again, and others with another seed', async () => {
    const cwd = folder({ 'before.csv': csvOf(before) });
    const made = await profileIn(cwd, { sample: 100 });
    expect(await profileIn(cwd, { sample: 100 })).toEqual(made);
    expect((await profileIn(cwd, { sample: 100, seed: 1 })).sample).not.toBe(made.sample);
    expect(made.sample.split('\n').length).toBe(102);
    expect(made.profile.sample).toEqual({ rows: 100, seed: 0 });
  });

  it('knows all rows where its sample holds few: nothing seen before is new', async () => {
    const cwd = folder({
      'before.csv': csvOf({ ...before, sky: before['sky']!.map((sky, i) => (i % 100 === 0 ? 'hail' : sky)) }),
      'now.csv': csvOf({ ...before, sky: before['sky']!.map((sky, i) => (i % 50 === 0 ? 'hail' : sky)) }),
    });
    await profileIn(cwd, { sample: 40 });
    const { report } = await driftIn(cwd, { reference: 'profiles/rides' });
    expect(report.columns.map(({ out_of_range, unseen }) => [out_of_range, unseen])).toEqual([
      [0, null],
      [0, null],
      [null, 0],
      [null, 0],
    ]);
  });

  it('keeps the limits that parts of the data reach', async () => {
    const cwd = folder({ 'before.csv': csvOf(dated), 'now.csv': csvOf(rides(700, 2)) });
    const { profile: made } = await profileIn(cwd, { time: { column: 'day', chunk: 'P30D' } });
    expect(made.chunks).toBe(50);
    const temp = made.columns.find(({ name }) => name === 'temp')!;
    expect(temp.limit).toBeGreaterThan(0.1);
    const { report } = await driftIn(cwd, { reference: 'profiles/rides', exclude: ['day'] });
    expect(report.method).toMatchObject({ calibrated: true, chunks: 50 });
    expect(report.columns[0]!.decides).toMatchObject({
      limit: Number(temp.limit!.toPrecision(12)),
      limit_from: 'chunks',
    });
  });

  it('reads back what was written, quotes and all', async () => {
    const sky = before['sky']!.map((each, i) => (i % 3 === 0 ? '"a, ""b"""' : each));
    const cwd = folder({ 'before.csv': csvOf({ ...before, sky }) });
    const { profile: made, sample } = await profileIn(cwd);
    expect(sample).toContain('"a, ""b"""');
    expect(readProfile(join(cwd, 'profiles/rides'))).toEqual(made);
    expect(made.columns.find(({ name }) => name === 'sky')!.categories![0]![0]).toBe('a, "b"');
    expect(made.unavailable).toEqual({ detector: 'no detector is asked for' });
  });

  it('that is none is refused', async () => {
    const cwd = folder({ 'before.csv': csvOf(before), 'now.csv': csvOf(before) });
    mkdirSync(join(cwd, 'profiles/rides'), { recursive: true });
    writeFileSync(join(cwd, 'profiles/rides/profile.json'), '{"schema":"mlops.profile/9"}');
    await expect(driftIn(cwd, { reference: 'profiles/rides' })).rejects.toThrow(
      'is not a profile of this version',
    );
  });
});

describe('a profile stage', () => {
  it('reads its data and writes its directory', () => {
    expect(planProfile({ data: ['a.csv', 'b.csv'] }, { local: 'ref' })).toMatchObject({
      reads: ['a.csv', 'b.csv'],
      writes: [{ path: 'profiles/ref', git: false, metric: false }],
      problems: [],
    });
    expect(planProfile({ data: 'a.csv', time: { chunk: '5 rows' } }, { local: 'ref' }).problems).toHaveLength(
      1,
    );
  });
});
