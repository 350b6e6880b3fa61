import { describe, expect, it } from 'vitest';
import { type ExportedRun, metricPoints } from '../../src/interop/exported.ts';
import { historiesIn } from '../../src/interop/histories.ts';
import { readCsv } from '../../src/plots/csv.ts';
import { readLines } from '../../src/plots/json.ts';
import { OTTER } from './runs.ts';

const points = (run: Partial<ExportedRun>) => Object.fromEntries(metricPoints({ ...OTTER, ...run }));

describe('metrics by step', () => {
  const histories = new Map([
    ['loss', [{ step: 3, value: 0.5 }]],
    ['other', [{ step: 9, value: 1 }]],
  ]);

  it('have a value of the whole run at the last step', () => {
    expect(points({ histories, metrics: new Map([['accuracy', 1]]) })['accuracy']).toEqual([
      { step: 9, value: 1 },
    ]);
    expect(points({ histories: new Map(), metrics: new Map([['accuracy', 1]]) })).toEqual({
      accuracy: [{ step: 0, value: 1 }],
    });
  });

  it('do not repeat the last value of a history', () => {
    expect(points({ histories, metrics: new Map([['loss', 0.5]]) })).toEqual(Object.fromEntries(histories));
  });

  it('tell a value of the whole run from the last of its history', () => {
    expect(points({ histories, metrics: new Map([['loss', 0.25]]) })).toEqual({
      ...Object.fromEntries(histories),
      'final/loss': [{ step: 9, value: 0.25 }],
    });
  });
});

describe('histories', () => {
  const read = (text: string) => Object.fromEntries(historiesIn(readLines(text)));

  it('in JSON lines are the columns of numbers, by step', () => {
    expect(
      read('{"step":3,"loss":1,"note":"a"}\n{"step":5,"loss":0.5,"acc":1,"on":true}\n{"step":7,"lo'),
    ).toEqual({
      loss: [
        { step: 3, value: 1 },
        { step: 5, value: 0.5 },
      ],
      acc: [{ step: 5, value: 1 }],
    });
  });

  it('are the columns of a table too', () => {
    const table = readCsv('step,loss,note\n3,1e-2,a\n5,nan,b\n7,,c\n', ',', 'names');
    expect(Object.fromEntries(historiesIn(table))).toEqual({
      loss: [
        { step: 3, value: 0.01 },
        { step: 5, value: Number.NaN },
      ],
    });
  });

  it('go by row where a step is missing or no integer', () => {
    const rows = [
      { step: 0, value: 1 },
      { step: 1, value: 2 },
    ];
    expect(read('{"step":3,"loss":1}\n{"loss":2}\n')['loss']).toEqual(rows);
    expect(read('{"step":0.5,"loss":1}\n{"step":1,"loss":2}\n')['loss']).toEqual(rows);
    expect(read('{"loss":1}\n{"loss":2}\n')['loss']).toEqual(rows);
  });

  it('hold NaN and the infinities again', () => {
    const text =
      '{"step":0,"a":null,"b":null,"not_finite":{"a":"NaN"}}\n{"step":1,"a":null,"b":1,"not_finite":{"a":"-Infinity"}}\n';
    expect(read(text)).toEqual({
      a: [
        { step: 0, value: Number.NaN },
        { step: 1, value: Number.NEGATIVE_INFINITY },
      ],
      b: [{ step: 1, value: 1 }],
    });
  });
});
