// What `mlops model inspect` says of the columns that a model takes.
import { expect, it } from 'vitest';
import { renderModel } from '../../src/render/data/model.ts';
import { PLAIN } from '../../src/render/terminal.ts';

type Named = readonly (readonly [name: string, width: number])[];

it.each<[string, Named, readonly string[] | null]>([
  [
    'each input is the column of its name',
    [
      ['age', 1],
      ['region', 1],
    ],
    null,
  ],
  ['the model does not name its columns', [['X', 4]], null],
  [
    'the model does not name its columns',
    [
      ['wide', 4],
      ['age', 1],
    ],
    null,
  ],
  ['a b', [['X', 2]], ['a', 'b']],
])('says: %s', (words, inputs, features) => {
  const text = renderModel(
    {
      path: 'model.onnx',
      sha256: 'a'.repeat(64),
      bytes: 1,
      inputs: inputs.map(([name, width]) => ({ name, dtype: 'float32', shape: [null, width] })),
      outputs: [],
      labels: null,
      features,
      external: [],
      metadata: {},
      stage: '',
    },
    PLAIN,
  );
  expect(text).toMatch(new RegExp(`^features +${words}$`, 'm'));
});
