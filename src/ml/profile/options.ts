// What `profile` may be asked, and its defaults.
import type { JsonObject } from '../../core/json.ts';
import {
  count,
  described,
  integer,
  list,
  map,
  object,
  orNothing,
  type Shape,
  text,
  word,
} from '../../core/shape.ts';
import {
  type ColumnOverrides,
  type DataSource,
  overrideKeys,
  sourceOf,
  sourceShape,
} from '../frame/source.ts';

export const profileShape: Shape = object(
  {
    data: described('Data to be the reference of later drift checks.', sourceShape),
    columns: described('How single columns are read.', map(object(overrideKeys))),
    exclude: described('Columns left out.', list(text)),
    bins: count(2, 100),
    sample: described('Rows kept; drift compares with these.', count(1)),
    min_rows: count(1),
    time: object({
      column: orNothing('a column', text),
      chunk: orNothing('"500 rows", a duration such as P7D', text),
    }),
    detector: described(
      'Trained on the rows, so that later rows can be compared as wholes.',
      orNothing('pca, autoencoder', word('pca', 'autoencoder')),
    ),
    seed: integer,
    profile: described('Directory that is written; profiles/<stage> where not given.', text),
  },
  ['data'],
);

export interface ProfileOptions {
  readonly data: DataSource;
  readonly columns: ColumnOverrides;
  readonly exclude: readonly string[];
  readonly bins: number;
  readonly sample: number;
  readonly minRows: number;
  readonly time: { readonly column: string | null; readonly chunk: string | null };
  readonly detector: 'pca' | 'autoencoder' | null;
  readonly seed: number;
}

/** Exact KS is possible up to this many rows, and its limits no longer move with more. */
const SAMPLE_ROWS = 10_000;

/** Fills in the defaults. `json` fits `profileShape`. */
export function profileOptionsOf(json: JsonObject): ProfileOptions {
  const time = (json['time'] ?? {}) as { column?: string | null; chunk?: string | null };
  return {
    data: sourceOf(json['data']!),
    columns: (json['columns'] ?? {}) as unknown as ColumnOverrides,
    exclude: (json['exclude'] ?? []) as readonly string[],
    bins: (json['bins'] ?? 10) as number,
    sample: (json['sample'] ?? SAMPLE_ROWS) as number,
    minRows: (json['min_rows'] ?? 30) as number,
    time: { column: time.column ?? null, chunk: time.chunk ?? null },
    detector: (json['detector'] ?? null) as ProfileOptions['detector'],
    seed: (json['seed'] ?? 0) as number,
  };
}
