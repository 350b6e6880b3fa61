// Metrics out of the kinds of files that stages write.
import { describe, expect, it } from 'vitest';
import type { RepoPath } from '../../src/core/ids.ts';
import type { Side } from '../../src/run/side.ts';
import { metricsAt } from '../../src/run/values.ts';
import type { Store } from '../../src/store/store.ts';

function metrics(file: string, text: string, join?: string) {
  const side: Side = {
    name: 'workspace',
    commit: undefined,
    read: (paths) => paths.map(() => Buffer.from(text)),
    locks: () => new Map(),
  };
  const values = metricsAt(side, [file as RepoPath], {} as Store, undefined, join);
  return Object.fromEntries(values.map(({ key, value }) => [key, value]));
}

describe('metrics', () => {
  it('of a map of maps are dotted, or joined as asked', () => {
    const text = '{"train": {"loss": 1, "note": "x"}, "accuracy": 0.5}';
    expect(metrics('m.json', text)).toEqual({ 'train.loss': 1, accuracy: 0.5 });
    expect(metrics('m.json', text, '/')).toEqual({ 'train/loss': 1, accuracy: 0.5 });
  });

  it('of a table are its last row', () => {
    expect(metrics('m.csv', 'step,loss\n0,1\n1,0.5\n')).toEqual({ step: 1, loss: 0.5 });
  });

  it('of JSON lines are the last whole one, without its step', () => {
    const lines = '{"step":0,"loss":1}\n{"step":1,"loss":0.5,"odd":null,"not_finite":{"odd":"NaN"}}\n';
    expect(metrics('m.jsonl', lines)).toEqual({ loss: 0.5 });
    expect(metrics('m.jsonl', `${lines}{"step":2,"lo`)).toEqual({ loss: 0.5 });
    expect(metrics('m.jsonl', '')).toEqual({});
    expect(metrics('m.jsonl', '{"lo')).toEqual({});
    expect(() => metrics('m.jsonl', 'hello\n')).toThrow('m.jsonl ends with a line that is not valid JSON');
  });
});
