import { symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { snapshotGlob } from '../../src/store/glob.ts';
import { at, type Files, rig } from './rig.ts';

const empty = (...paths: string[]): Files => Object.fromEntries(paths.map((path) => [path, path]));

async function matched(files: Files, pattern: string, options = {}) {
  const { ws, write, path } = rig();
  write(files);
  if (files['real/x.js']) symlinkSync('real', path('linked'));
  return (await snapshotGlob(ws, pattern, options))?.leaves.map((leaf) => leaf.path);
}

describe('glob', () => {
  it('is a tree from the top level that holds only the matched files', async () => {
    const { ws, write } = rig();
    write(empty('src/a.mjs', 'src/lib/b.mjs', 'src/lib/c.txt'));
    const found = await snapshotGlob(ws, 'src/**/*.mjs');
    expect(found?.artifact).toMatchObject({ bytes: 22, files: 2 });
    expect([...found!.files].map((file) => file.path)).toEqual([
      `${ws.top}/src/a.mjs`,
      `${ws.top}/src/lib/b.mjs`,
    ]);
    write(empty('src/lib/d.txt'));
    expect((await snapshotGlob(ws, 'src/**/*.mjs'))?.artifact).toEqual(found?.artifact);
    expect(await snapshotGlob(ws, 'src/*.py')).toBeUndefined();
  });

  it('matches no dotfile unless the dot is written, and follows no link', async () => {
    const files = empty('.x/a.js', '.b.js', 'c.js', 'real/x.js');
    expect(await matched(files, '*.js')).toEqual(['c.js']);
    expect(await matched(files, '**/*.js')).toEqual(['c.js', 'real/x.js']);
    expect(await matched(files, '.*.js')).toEqual(['.b.js']);
    expect(await matched(files, '.x/*')).toEqual(['.x/a.js']);
  });

  it('leaves out own outs and ignored files, but not outs that Git ignores', async () => {
    const files = {
      ...empty(
        'parts/a.csv',
        'parts/b.csv',
        'parts/own.csv',
        'parts/scratch.csv',
        'node_modules/m/x.csv',
        'parts/c.pyc',
      ),
      '.gitignore': 'node_modules\n/parts/a.csv\n/parts/scratch.csv\n',
    };
    expect(await matched(files, 'parts/*')).toEqual(['parts/b.csv', 'parts/own.csv']);
    expect(
      await matched(files, '**/*.csv', { exclude: [at('parts/own.csv')], outs: [at('parts/a.csv')] }),
    ).toEqual(['parts/a.csv', 'parts/b.csv']);
  });
});
