// The detector that a drift check asks for: the one of the profile, one trained here, or a file that somebody gave.
import type { Random } from '../../../util/random.ts';
import type { Frame } from '../../frame/frame.ts';
import { floatInitializer, readModelFile } from '../../onnx/read.ts';
import type { AutodeployReport, DetectorReport } from '../report.ts';
import type { ColumnErrors } from '../row-scores.ts';
import type { UsedColumn } from '../used-column.ts';
import { type AutodeployRule, judgeAutodeploy } from './autodeploy.ts';
import type { Baseline } from './baseline.ts';
import type { DetectorColumn } from './encoder.ts';
import { type FittedDetector, fitDetector } from './fit.ts';
import type { Layer } from './network.ts';
import { columnErrorsAt, scoreRows } from './score.ts';
import { weightNames } from './write.ts';

/** A detector ready to score frames that have its columns. */
export interface OpenDetector extends Pick<DetectorReport, 'kind' | 'from' | 'path' | 'sha256' | 'columns'> {
  readonly baseline: Baseline;
  /** Error of each row; NaN where it has none. */
  score(frame: Frame): Promise<Float64Array>;
  /** Null where only a row's score is known. */
  readonly columnErrors: ((frame: Frame, rows: Int32Array) => Promise<ColumnErrors>) | null;
  /** Null where the rule was not asked for, or knows none of the columns. */
  readonly autodeploy: ((frame: Frame) => Promise<AutodeployReport>) | null;
}

/** What `profile.json` says of the detector beside it; its weights are in the file. */
export interface StoredDetector {
  readonly kind: FittedDetector['kind'];
  readonly sha256: string;
  readonly seed: number;
  readonly columns: readonly DetectorColumn[];
  /** Of the layers, the first that of the inputs, the last that of the reconstruction. */
  readonly widths: readonly number[];
  readonly training: FittedDetector['training'];
  readonly baseline: Baseline;
  readonly autodeploy: AutodeployRule | null;
}

/** What is asked of a detector beside its errors. */
interface Wanted {
  readonly autodeploy: boolean;
}

export interface StoredAt {
  readonly detector: StoredDetector;
  readonly absolute: string;
  /** As messages and reports name it. */
  readonly path: string;
}

export function storedDetector({ detector: stored, absolute, path }: StoredAt, wanted: Wanted): OpenDetector {
  const model = readModelFile(absolute, path);
  const layers = stored.widths.slice(1).map((outputs, at): Layer => {
    const names = weightNames(at);
    const last = at === stored.widths.length - 2;
    return {
      inputs: stored.widths[at]!,
      outputs,
      weights: required(floatInitializer(model, names.weights), path),
      bias: required(floatInitializer(model, names.bias), path),
      activation: stored.kind === 'pca' || last ? 'linear' : 'leaky',
    };
  });
  return openDetector({ ...stored, layers }, { from: 'profile', path, sha256: stored.sha256 }, wanted);
}

function required<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw new Error(`BUG: ${path} lacks weights that its profile speaks of`);
  return value;
}

/** @returns why not, where the reference has too little to learn from */
export function trainedDetector(
  kind: FittedDetector['kind'],
  used: readonly UsedColumn[],
  reference: Frame,
  timeParts: readonly Int32Array[],
  minRows: number,
  random: Random,
  wanted: Wanted,
): OpenDetector | string {
  const fitted = fitDetector(kind, used, reference, timeParts, minRows, random);
  if (typeof fitted === 'string') return fitted;
  return openDetector(fitted, { from: 'drift', path: null, sha256: null }, wanted);
}

type Trained = Pick<FittedDetector, 'kind' | 'columns' | 'layers' | 'baseline' | 'autodeploy'>;

function openDetector(
  trained: Trained,
  source: Pick<OpenDetector, 'from' | 'path' | 'sha256'>,
  wanted: Wanted,
): OpenDetector {
  const names = trained.columns.map(({ name }) => name);
  const rule = trained.autodeploy;
  return {
    ...source,
    kind: trained.kind,
    columns: names,
    baseline: trained.baseline,
    score: async (frame) => scoreRows(trained, frame),
    columnErrors: async (frame, rows) => ({ names, errors: columnErrorsAt(trained, frame, rows) }),
    autodeploy: wanted.autodeploy && rule ? async (frame) => judgeAutodeploy(trained, rule, frame) : null,
  };
}
