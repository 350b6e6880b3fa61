import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  addData,
  addStage,
  removeData,
  removeStage,
  renamePath,
  setFrozen,
} from '../../src/pipeline/edit.ts';

const TEXT = `# what this is
vars: [params.yaml]   # defaults

data:
  data/raw: {}   # raw
  # the second one
  b: {url: "x"}

stages:
  prepare:
      cmd: >-
        node data/raw
        b
      deps: [ src/a.mjs,   data/raw ]  # deps
      outs:
      - x
  # about train
  train:
    foreach: [1, 2]
    do:
      cmd: 'a'
      deps:
        - "data/raw/x.csv"   # why
`;

/** Lines that are only in one of the two. */
function difference(before: string, after: string): string[] {
  const count = (text: string, line: string): number =>
    text.split('\n').filter((each) => each === line).length;
  const lines = [...new Set([...before.split('\n'), ...after.split('\n')])];
  return lines.flatMap((line) => {
    const more = count(after, line) - count(before, line);
    return more > 0 ? [`+${line}`] : more < 0 ? [`-${line}`] : [];
  });
}

describe('an edit of pipeline.yaml', () => {
  it('changes the lines it is about and no other', () => {
    expect(difference(TEXT, addData(TEXT, 'new dir/a: b'))).toEqual(['+  "new dir/a: b": {}']);
    expect(difference(TEXT, addData(TEXT, 'c', { url: 'https://example.org' }))).toEqual([
      '+  c: {url: https://example.org}',
    ]);
    expect(difference(TEXT, removeData(TEXT, 'b'))).toEqual(['-  # the second one', '-  b: {url: "x"}']);
    expect(difference(TEXT, addStage(TEXT, 'z', { cmd: 'run', deps: ['a'] }))).toEqual([
      '+  z:',
      '+    cmd: run',
      '+    deps:',
      '+      - a',
    ]);
    expect(difference(TEXT, removeStage(TEXT, 'prepare'))).toHaveLength(7);
    expect(difference(TEXT, setFrozen(TEXT, 'prepare', true))).toEqual(['+      frozen: true']);
    expect(difference(TEXT, setFrozen(TEXT, 'train', true))).toEqual(['+      frozen: true']);
  });

  it('can be taken back', () => {
    expect(removeData(addData(TEXT, 'c'), 'c')).toBe(TEXT);
    expect(removeStage(addStage(TEXT, 'z', { cmd: 'run' }), 'z')).toBe(TEXT);
    expect(setFrozen(setFrozen(TEXT, 'train', true), 'train', false)).toBe(TEXT);
    expect(renamePath(renamePath(TEXT, 'data/raw', 'q'), 'q', 'data/raw')).toBe(TEXT);
  });

  it('renames a path and what lies below it, not text in cmd', () => {
    expect(difference(TEXT, renamePath(TEXT, 'data/raw', 'in: put'))).toEqual([
      '-  data/raw: {}   # raw',
      '-      deps: [ src/a.mjs,   data/raw ]  # deps',
      '-        - "data/raw/x.csv"   # why',
      '+  "in: put": {}   # raw',
      '+      deps: [ src/a.mjs,   "in: put" ]  # deps',
      '+        - "in: put/x.csv"   # why',
    ]);
  });

  it('makes a file from nothing', () => {
    expect(addData('', 'data/raw')).toBe('data:\n  data/raw: {}\n');
    expect(addStage('', 'a', { cmd: 'run' })).toBe('stages:\n  a:\n    cmd: run\n');
    expect(addData('stages:\n  a: {cmd: x}\n', 'd', { git: true })).toBe(
      'data:\n  d: {git: true}\nstages:\n  a: {cmd: x}\n',
    );
    expect(addData('# only a comment', 'd')).toBe('# only a comment\ndata:\n  d: {}\n');
    expect(addData('data:\nstages:\n', 'd')).toBe('data:\n  d: {}\nstages:\n');
  });

  it('works in flow maps, files without a last line end, and with CRLF', () => {
    expect(addData('data: {a: {}}  # c\n', 'b')).toBe('data: {a: {}, b: {}} # c\n');
    expect(removeData('data: {a: {}, b: {}}\n', 'a')).toBe('data: {b: {}}\n');
    expect(addData('data:\n  a: {}', 'b')).toBe('data:\n  a: {}\n  b: {}\n');
    expect(addData('data:\r\n  a: {}\r\n', 'b')).toBe('data:\r\n  a: {}\r\n  b: {}\r\n');
  });

  it('removes the section with its last entry', () => {
    expect(removeData('data:\n  a: {}\nstages: {}\n', 'a')).toBe('stages: {}\n');
    expect(parse(removeData('data: {a: {}}\n', 'a'))).toEqual({});
  });

  it('says what is not there', () => {
    expect(() => removeData(TEXT, 'nope')).toThrow('there is no data entry "nope"');
    expect(() => removeStage(TEXT, 'nope')).toThrow('there is no stage "nope"');
    expect(() => setFrozen(TEXT, 'nope', true)).toThrow('there is no stage "nope"');
    expect(() => addStage(TEXT, 'train', {})).toThrow('there is a stage "train" already');
    expect(() => renamePath(TEXT, 'data/raw', 'b')).toThrow('there is a data entry "b" already');
    expect(() => addData('a: [', 'b')).toThrow('something is not closed');
  });

  it('means what it says for any path', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme-ascii' }), (path) => {
        fc.pre(path !== 'b' && path !== 'data/raw');
        const after = parse(addData(TEXT, path));
        expect(after.data).toEqual({ ...parse(TEXT).data, [path]: {} });
        expect(parse(renamePath(TEXT, 'data/raw', path)).data).toEqual({ [path]: {}, b: { url: 'x' } });
      }),
      { numRuns: 200 },
    );
  });
});
