import { describe, expect, it } from 'vitest';
import type { RepoPath, StageName } from '../../src/core/ids.ts';
import type { Json } from '../../src/core/json.ts';
import type { Reason } from '../../src/core/verdict.ts';
import { formatScore } from '../../src/render/run/headline.ts';
import { reasonInWords, reasonsInWords } from '../../src/render/run/reason.ts';
import { PLAIN } from '../../src/render/terminal.ts';

const changed = (field: string[], was: Json, now: Json): Reason => ({ kind: 'changed', field, was, now });
const file = (bytes: number): Json => ({ file: 'f'.repeat(64), bytes });
const tree = (files: number): Json => ({ tree: 't'.repeat(64), bytes: 1, files });

describe('reasons in words', () => {
  it.each<[string, Reason]>([
    ['never run', { kind: 'never-run' }],
    ['forced', { kind: 'forced' }],
    ['it always runs', { kind: 'always' }],
    ['prepare has new outs', { kind: 'upstream', stage: 'prepare' as StageName }],
    ['out models/x.onnx is missing', { kind: 'out-missing', path: 'models/x.onnx' as RepoPath }],
    ['out m.json was changed after it was written', { kind: 'out-modified', path: 'm.json' as RepoPath }],
    ['params.yaml train.depth 8 → 4', changed(['params', 'params.yaml', 'train.depth'], 8, 4)],
    ['params.yaml train.depth 8 → 4', changed(['params', 'params.yaml', 'train', 'depth'], 8, 4)],
    ['p.json lr 8 → 4', changed(['params', 'p.json', '', 'lr'], 8, 4)],
    ['params.yaml lr = 0.1 (new)', changed(['params', 'params.yaml', 'lr'], null, 0.1)],
    ['params.yaml lr removed (was "")', changed(['params', 'params.yaml', 'lr'], '', null)],
    ['params.yaml train changed', changed(['params', 'params.yaml', 'train'], { a: 1 }, { a: 2 })],
    ['params.yaml layers [8,8] → [8]', changed(['params', 'params.yaml', 'layers'], [8, 8], [8])],
    ['p.json changed', changed(['params', 'p.json', ''], { a: 1 }, { a: 2 })],
    ['data/q.csv changed (1.0 kB → 2.0 kB)', changed(['deps', 'data/q.csv'], file(1000), file(2000))],
    ['data/q.csv changed', changed(['deps', 'data/q.csv'], file(1000), file(1000))],
    ['a.csv changed (−2 bytes)', changed(['deps', 'a.csv'], file(1_000_003), file(1_000_001))],
    ['data changed (1,200 → 1,201 files)', changed(['deps', 'data'], tree(1200), tree(1201))],
    ['data changed (a directory became a file)', changed(['deps', 'data'], tree(3), file(3))],
    ['x.py is a new dep', changed(['deps', 'x.py'], null, file(3))],
    ['x.py is no longer a dep', changed(['deps', 'x.py'], file(3), null)],
    ['env TZ UTC → CET', changed(['env', 'TZ'], 'UTC', 'CET')],
    ['cmd node a.mjs → node b.mjs', changed(['action', 'cmd'], ['node a.mjs'], ['node b.mjs'])],
    ['cmd changed', changed(['action', 'cmd'], [`${'x'.repeat(50)}a`], [`${'x'.repeat(50)}b`])],
    ['option threshold = 0.5 (new)', changed(['action', 'with', 'threshold'], null, 0.5)],
    ['outs changed (+ b, - a)', changed(['outs'], ['a'], ['b'])],
    ['image node:20 → node:22', changed(['image'], 'node:20', 'node:22')],
  ])('%s', (words, reason) => {
    expect(reasonInWords(reason, PLAIN.symbols)).toBe(words);
  });

  it('are counted when they are many', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((key) => changed(['env', key], 1, 2));
    expect(reasonsInWords(many, PLAIN.symbols)).toBe('env a 1 → 2, env b 1 → 2 and 3 more');
    expect(reasonsInWords(many.slice(0, 3), PLAIN.symbols)).toBe('env a 1 → 2, env b 1 → 2, env c 1 → 2');
  });
});

describe('scores', () => {
  it('have as many digits as their size deserves', () => {
    const scores = [0, 1, 0.91817, -0.129, 0.00004, 12.3456, 123.456, 12345.6].map((each) =>
      formatScore(each, PLAIN.symbols),
    );
    expect(scores).toEqual(['0', '1', '0.918', '−0.129', '4.0e-5', '12.35', '123.5', '12346']);
  });
});
