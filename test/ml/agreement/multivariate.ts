// Reconstruction errors beside NannyML, rank correlations beside scipy.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Frame, partOf } from '../../../src/ml/frame/frame.ts';
import { encodeRows, fitFrequencyEncoder } from '../../../src/ml/multivariate/frequency-encoder.ts';
import { standardError, threeSigma } from '../../../src/ml/multivariate/parts.ts';
import {
  lostNorms,
  momentsOf,
  principalComponents,
} from '../../../src/ml/multivariate/principal-components.ts';
import { mean } from '../../../src/ml/stats/moments.ts';
import { correlation, ranks } from '../../../src/ml/stats/spearman.ts';
import { categorical, numeric } from '../drift/columns.ts';
import { type Agreement, agreementOf, type Compared } from './agreement.ts';

const HERE = join(import.meta.dirname, '../../../fixtures/ml/multivariate');
const SCRIPT = 'fixtures/ml/multivariate/make.py';

type Cells = readonly (number | string | null)[];
interface Case {
  readonly size: number;
  readonly share: number;
  readonly columns: { readonly [side in 'reference' | 'current']: { readonly [name: string]: Cells } };
  readonly components: number;
  readonly variance: number;
  readonly reference: Parts;
  readonly current: Parts;
  readonly limits: readonly [number, number];
}
interface Parts {
  readonly values: readonly number[];
  readonly sampling_errors: readonly number[];
}

function read<T>(name: string): {
  readonly versions: { readonly [tool: string]: string };
  readonly cases: readonly T[];
} {
  return JSON.parse(readFileSync(join(HERE, `${name}.json`), 'utf8'));
}

function frameOf(columns: Case['columns']['reference']): Frame {
  const made = Object.entries(columns).map(([name, cells]) => {
    const text = cells.some((cell) => typeof cell === 'string');
    const column = text
      ? categorical(name, cells as readonly (string | null)[])
      : numeric(
          name,
          Float64Array.from(cells, (cell) => (cell as number | null) ?? Number.NaN),
        );
    return [name, column] as const;
  });
  return { rows: Object.values(columns)[0]!.length, columns: new Map(made) };
}

function pairsOf(ours: ArrayLike<number>, theirs: ArrayLike<number>): Compared[] {
  return Array.from(theirs, (each, i) => ({ ours: ours[i]!, theirs: each }));
}

/** Everything that NannyML says of one case. */
function compare(each: Case) {
  const frames = { reference: frameOf(each.columns.reference), current: frameOf(each.columns.current) };
  const encoders = [...frames.reference.columns.values()].map((column) =>
    fitFrequencyEncoder(column, column.kind === 'categorical'),
  );
  const model = principalComponents(
    momentsOf(encodeRows(encoders, frames.reference), encoders.length),
    each.share,
  );
  const partsOf = (frame: Frame) =>
    Array.from({ length: frame.rows / each.size }, (_, i) =>
      lostNorms(
        model,
        encodeRows(encoders, partOf(frame, [...frame.columns.keys()], i * each.size, (i + 1) * each.size)),
      ),
    );
  const parts = { reference: partsOf(frames.reference), current: partsOf(frames.current) };
  const limits = threeSigma(Float64Array.from(parts.reference, mean));
  return {
    model: [
      { ours: model.components, theirs: each.components },
      { ours: model.variance, theirs: each.variance },
    ],
    errors: (['reference', 'current'] as const).flatMap((side) =>
      pairsOf(parts[side].map(mean), each[side].values),
    ),
    sampling: (['reference', 'current'] as const).flatMap((side) =>
      pairsOf(parts[side].map(standardError), each[side].sampling_errors),
    ),
    limits: pairsOf([limits.lower, limits.upper], each.limits),
  };
}

export async function agreements(): Promise<readonly Agreement[]> {
  const { versions, cases } = read<Case>('reconstruction');
  const nannyml = cases.map(compare);
  const about = { part: 'drift', script: SCRIPT, tolerance: 1e-9, measure: 'relative' as const };
  const of = (subject: string, key: keyof ReturnType<typeof compare>) =>
    agreementOf(
      { ...about, subject, tool: `NannyML ${versions['nannyml']}` },
      nannyml.flatMap((each) => each[key]),
    );
  const spearman = read<{
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly rho: number;
  }>('spearman');
  return [
    of('PCA: components and their variance', 'model'),
    of('PCA: reconstruction error of a chunk', 'errors'),
    of('PCA: sampling error of a chunk', 'sampling'),
    of('PCA: alert limits', 'limits'),
    agreementOf(
      { ...about, subject: 'Spearman’s ρ, ties included', tool: `scipy ${spearman.versions['scipy']}` },
      spearman.cases.map(({ x, y, rho }) => ({
        ours: correlation(ranks(Float64Array.from(x)), ranks(Float64Array.from(y))) ?? Number.NaN,
        theirs: rho,
      })),
    ),
  ];
}
