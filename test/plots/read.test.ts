// Points out of files as people have them: every kind, and every way in which they are odd.
import { describe, expect, it } from 'vitest';
import type { Header } from '../../src/plots/csv.ts';
import { isNumeric, leftOutInWords, nothingLeftOut, numberIn } from '../../src/plots/numbers.ts';
import type { Points } from '../../src/plots/points.ts';
import { MOST_BYTES, readPoints, tooLarge } from '../../src/plots/read.ts';

function lists(path: string, text: string | Uint8Array, header?: Header): readonly Points[] {
  const read = readPoints(path, typeof text === 'string' ? Buffer.from(text) : text, header);
  if (read.kind !== 'points') throw new Error(`${path} ${read.problem}`);
  return read.lists;
}

function points(path: string, text: string | Uint8Array, header?: Header): Points {
  return lists(path, text, header)[0]!;
}

function table(path: string, text: string | Uint8Array, header?: Header): { [column: string]: unknown } {
  return Object.fromEntries(points(path, text, header).columns);
}

function problem(path: string, text: string | Uint8Array): string {
  const read = readPoints(path, typeof text === 'string' ? Buffer.from(text) : text);
  if (read.kind === 'points') throw new Error('is fit');
  return read.problem;
}

describe('CSV', () => {
  it('has a line of names, or columns by number', () => {
    expect(table('a.csv', 'step,loss\n0,1.5\n1,1.2\n')).toEqual({ step: ['0', '1'], loss: ['1.5', '1.2'] });
    expect(table('a.csv', '0,1.5\n1,1.2', 'none')).toEqual({ '0': ['0', '1'], '1': ['1.5', '1.2'] });
    expect(table('a.tsv', 'a\tb\n1,5\t2\n')).toEqual({ a: ['1,5'], b: ['2'] });
  });

  it('may have a byte order mark, CRLF, quotes with separators, quotes and line ends in them', () => {
    expect(table('a.csv', '\ufeffname,"a ""b"", c"\r\n"x, y","two\r\nlines"\r\n\r\nz,\r\n')).toEqual({
      name: ['x, y', 'z'],
      'a "b", c': ['two\r\nlines', null],
    });
  });

  it('says which rows do not fit, and takes what does', () => {
    const ragged = points('a.csv', 'a,b\n1,2\n3\n4,5,6\n');
    expect(Object.fromEntries(ragged.columns)).toEqual({ a: ['1', '3', '4'], b: ['2', null, '5'] });
    expect(ragged.notes).toEqual(['2 rows have more or fewer cells than columns']);
    expect(points('a.csv', 'a,b\n1,"2\n3,4\n').notes).toContain('a quote is opened and never closed');
  });

  it('keeps apart columns of one name', () => {
    expect(Object.keys(table('a.csv', 'a,a,\n1,2,3\n'))).toEqual(['a', 'a#1', '#2']);
  });

  it('of a million rows is read in seconds', () => {
    const text = `step,loss\n${Array.from({ length: 1e6 }, (_, at) => `${at},${1 / (at + 1)}`).join('\n')}\n`;
    const read = points('a.csv', text);
    expect(read.rows).toBe(1e6);
    expect(read.columns.get('step')!.at(-1)).toBe('999999');
  });
});

describe('JSON', () => {
  it('is a list of records, or holds some at any depth', () => {
    expect(table('a.json', '[{"a":1},{"a":2,"b":"x"}]')).toEqual({ a: [1, 2], b: [null, 'x'] });
    const nested = lists('a.json', '{"x":{"roc":[{"fpr":0}]},"n":[1,2],"pr":[{"p":1},{"p":2}]}');
    expect(nested.map(({ columns }) => [...columns.keys()])).toEqual([['fpr'], ['p']]);
  });

  it('may hold the bare NaN and Infinity of Python, and text that reads like them', () => {
    expect(table('a.json', '[{"a":NaN,"b":-Infinity,"c":"say NaN"}]')).toEqual({
      a: ['NaN'],
      b: ['-Infinity'],
      c: ['say NaN'],
    });
  });

  it('may be lines under its name', () => {
    expect(table('a.json', '{"a":1}\n{"a":2}\n')).toEqual({ a: [1, 2] });
  });

  it('in YAML is the same', () => {
    expect(table('a.yaml', 'h:\n- {step: 0, loss: 1.5}\n- {step: 1, loss: .nan}\n')).toEqual({
      step: [0, 1],
      loss: [1.5, Number.NaN],
    });
  });

  it('without records says what it is', () => {
    expect(problem('a.json', '{"accuracy": 0.9}')).toContain('mlops metrics show');
    expect(problem('a.json', '[1,2]')).toContain('holds no list of records');
    expect(problem('a.json', '{"a":')).toContain('is no JSON');
    expect(problem('a.yaml', 'a: [')).toContain('is no YAML');
  });
});

describe('JSON lines', () => {
  it('are records as a stage appends them; keys may come later', () => {
    const text = '{"step":0,"loss":1}\n\n{"step":1,"loss":0.5,"val":0.7}\r\n';
    expect(table('m.jsonl', text)).toEqual({ step: [0, 1], loss: [1, 0.5], val: [null, 0.7] });
  });

  it('may hold maps, and the words that mlops/log writes beside a null', () => {
    expect(table('m.jsonl', '{"step":0,"train":{"loss":1,"n":[1]}}\n')).toEqual({
      step: [0],
      'train.loss': [1],
      'train.n': ['[1]'],
    });
    expect(table('m.jsonl', '{"step":0,"loss":null,"not_finite":{"loss":"NaN"}}\n')).toEqual({
      step: [0],
      loss: ['NaN'],
    });
  });

  it('of other keys in every line do not fill memory', () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `{"k${at}":1}`).join('\n');
    const read = points('m.jsonl', `${lines}\n`);
    expect(read.columns.size).toBe(1000);
    expect(read.notes).toEqual(['only the first 1000 columns are read']);
  });

  it('may end in a line that is being written, and hold lines that are none', () => {
    const read = points('m.jsonl', '{"a":1}\nhello\n[2]\n{"a":3}\n{"a"');
    expect(read.columns.get('a')).toEqual([1, 3]);
    expect(read.notes).toEqual([
      'the last line is not complete yet',
      '2 lines are no JSON record, the first is line 2',
    ]);
  });
});

describe('files that cannot be drawn', () => {
  it('say why', () => {
    expect(problem('a.png', 'x')).toContain('by its name');
    expect(problem('a.csv', '')).toBe('is empty');
    expect(problem('a.csv', ' \n')).toBe('is empty');
    expect(problem('a.csv', Uint8Array.of(1, 0, 2))).toContain('no text');
    expect(problem('a.csv', Uint8Array.of(0xff, 0xfe, 0x61))).toContain('UTF-8');
    expect(tooLarge(MOST_BYTES)).toBeUndefined();
    expect(tooLarge(MOST_BYTES + 1)).toContain('too large to draw: 100 MB');
  });
});

describe('cells', () => {
  it('are numbers, or are left out and counted by what they are', () => {
    const leftOut = nothingLeftOut();
    const cells = ['1.5', ' -2e3 ', 3, true, '', null, 'NaN', '-inf', Number.POSITIVE_INFINITY, 'x', '0x10'];
    const numbers = cells.map((cell) => numberIn(cell, leftOut)).filter((each) => !Number.isNaN(each));
    expect(numbers).toEqual([1.5, -2000, 3, 1]);
    expect(leftOut).toEqual({ missing: 2, notFinite: 3, text: 2 });
    expect(leftOutInWords(leftOut)).toBe('3 NaN or infinite and 2 that are no number left out');
    expect(leftOutInWords(nothingLeftOut())).toBeUndefined();
  });

  it('make a column of numbers when most of them are', () => {
    expect(isNumeric(['1', 'NaN', null])).toBe(true);
    expect(isNumeric(['a', 'b', '1'])).toBe(false);
    expect(isNumeric([null, null])).toBe(false);
  });
});
