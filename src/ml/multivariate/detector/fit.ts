// A detector from reference rows: three quarters of them teach it, the rest say what errors are usual.
import type { Random } from '../../../util/random.ts';
import type { Frame } from '../../frame/frame.ts';
import { sampleRows } from '../../stats/sample.ts';
import { partsAmong } from '../parts.ts';
import { sampled } from '../sampled.ts';
import type { UsedColumn } from '../used-column.ts';
import { type AutodeployRule, fitAutodeploy } from './autodeploy.ts';
import { type Baseline, baselineOf } from './baseline.ts';
import { type DetectorColumn, encode, fitDetectorColumn, layoutOf } from './encoder.ts';
import type { Layer } from './network.ts';
import { pcaNetwork } from './pca-network.ts';
import { columnMeans, scoreRows } from './score.ts';
import { trainAutoencoder } from './train.ts';

export interface FittedDetector {
  readonly kind: 'pca' | 'autoencoder';
  readonly columns: readonly DetectorColumn[];
  readonly layers: readonly Layer[];
  readonly training: { readonly rows: number; readonly epochs: number | null };
  readonly baseline: Baseline;
  readonly autodeploy: AutodeployRule | null;
}

/** More rows would teach no more in the time that there is. */
const MOST_ROWS = 20_000;
const TAUGHT = 0.75;

/**
 * @param timeParts row indexes of `frame` in parts of its time, or none
 * @returns why not, where there is too little to learn from
 */
export function fitDetector(
  kind: FittedDetector['kind'],
  used: readonly UsedColumn[],
  frame: Frame,
  timeParts: readonly Int32Array[],
  minRows: number,
  random: Random,
): FittedDetector | string {
  const needed = Math.ceil(minRows / (1 - TAUGHT));
  if (frame.rows < needed) return `${frame.rows} rows teach no detector: ${needed} are needed`;
  const rows = sampleRows(frame.rows, MOST_ROWS, random);
  const taught = new Set(sampleRows(rows.length, Math.floor(TAUGHT * rows.length), random));
  const names = used.map(({ name }) => name);
  const train = sampled(
    frame,
    names,
    rows.filter((_, at) => taught.has(at)),
  );
  const held = rows.filter((_, at) => !taught.has(at));
  const heldOut = sampled(frame, names, held);
  const columns = used.flatMap(({ name }) => fitDetectorColumn(train.columns.get(name)!) ?? []);
  const layout = layoutOf(columns);
  if (columns.length < 2)
    return `needs two columns that vary, there ${columns.length === 1 ? 'is one' : 'are none'}`;
  const block = encode(layout, train);
  const learnt =
    kind === 'pca'
      ? { layers: pcaNetwork(block, layout.width), epochs: null }
      : trainAutoencoder(block, layout.columnOf, random);
  const detector = { columns, layers: learnt.layers };
  const errors = scoreRows(detector, heldOut);
  const parts = partsAmong(held, timeParts);
  return {
    kind,
    ...detector,
    training: { rows: train.rows, epochs: learnt.epochs },
    baseline: baselineOf(errors, columnMeans(detector, heldOut), parts, null),
    autodeploy: fitAutodeploy(detector, train),
  };
}
