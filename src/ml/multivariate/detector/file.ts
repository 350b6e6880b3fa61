// A trained detector as what a profile keeps: an ONNX file, and beside it what its errors are judged by.
import { digestBytes } from '../../../util/digest.ts';
import { randomFrom } from '../../../util/random.ts';
import type { Frame } from '../../frame/frame.ts';
import type { UsedColumn } from '../used-column.ts';
import { type FittedDetector, fitDetector } from './fit.ts';
import type { StoredDetector } from './open.ts';
import { writeDetector } from './write.ts';

export interface DetectorFile {
  readonly bytes: Uint8Array;
  readonly stored: StoredDetector;
}

/** Equal rows, options and seed give equal bytes. @returns why not, where there is too little to learn from */
export function detectorFile(
  kind: FittedDetector['kind'],
  used: readonly UsedColumn[],
  frame: Frame,
  timeParts: readonly Int32Array[],
  minRows: number,
  seed: number,
): DetectorFile | string {
  const fitted = fitDetector(kind, used, frame, timeParts, minRows, randomFrom(seed));
  if (typeof fitted === 'string') return fitted;
  const { columns, layers, training, baseline, autodeploy } = fitted;
  const bytes = writeDetector(columns, layers, baseline.row.value);
  return {
    bytes,
    stored: {
      kind,
      sha256: digestBytes(bytes),
      seed,
      columns,
      widths: [layers[0]!.inputs, ...layers.map(({ outputs }) => outputs)],
      training,
      baseline,
      autodeploy,
    },
  };
}
