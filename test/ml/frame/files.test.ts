import { expect, it } from 'vitest';
import { filesOf } from '../../../src/ml/frame/files.ts';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { compileGlob } from '../../../src/util/glob.ts';
import { folder } from './folder.ts';

const NAMES = ['a1.csv', 'a[1].csv', 'a[1]-b.csv', 'a+(b).csv', 'ab.csv', '!a.csv', '.a.csv'];

function read(path: string): string[] {
  const dir = folder(Object.fromEntries(NAMES.map((name) => [name, 'x\n1\n'])));
  return filesOf(sourceOf(path), dir).map((file) => file.path);
}

it('takes a bracket as the character it is', () => {
  expect(read('a[1].csv')).toEqual(['a[1].csv']);
});

it.each(['a*.csv', 'a[1]*', 'a+(b)*', '!a*', '*', '{a1,ab}.csv', 'a?.csv'])(
  'reads for %s the files that stand among the deps',
  (pattern) => {
    expect(read(pattern)).toEqual(NAMES.filter(compileGlob(pattern)).sort());
  },
);
