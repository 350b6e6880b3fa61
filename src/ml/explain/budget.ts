// How often the model will be asked, counted before it is.
import { fail } from '../../core/failure.ts';
import { formatCount } from '../../util/units.ts';
import { dependenceCalls } from './dependence.ts';
import type { ExplainOptions, Method } from './options.ts';
import type { ExplainReport } from './report.ts';
import { type ShapInput, shapCalls } from './shap.ts';

export interface Size {
  /** Rows of the data. */
  readonly rows: number;
  readonly groups: number;
  /** Rows of the background. */
  readonly background: number;
  /** Single rows to be explained. */
  readonly chosen: number;
}

export interface Budget {
  readonly calls: ExplainReport['calls'];
  readonly shap: ShapInput['method'];
}

/** Orders that are walked where no number is given; with fewer than two there is no error to tell. */
const MOST_ORDERS = 10;
const FEWEST_ORDERS = 2;

function mostThatFit(fits: (permutations: number) => boolean): number {
  let permutations = MOST_ORDERS;
  while (permutations > FEWEST_ORDERS && !fits(permutations)) permutations--;
  return permutations;
}

/** More coalitions than these are not listed in memory. */
const MOST_EXACT = 16;

/** @throws MlopsError with what to lower when it is more than `max_calls` */
export function budgetOf(size: Size, options: ExplainOptions): Budget {
  const others = Object.fromEntries(
    options.methods
      .filter((method) => method !== 'shap')
      .map((method) => [method, callsOf(method, size, options)]),
  );
  const explained = Math.min(size.rows, options.shap.rows) + size.chosen;
  const spent = Object.values(others).reduce((sum, each) => sum + each, size.rows);
  const exact: ShapInput['method'] = { kind: 'exact' };
  const cost = (method: ShapInput['method']): number =>
    size.background + explained * shapCalls(method, size.groups, size.background);
  const room = options.max_calls - spent;
  const sampled: ShapInput['method'] = {
    kind: 'permutation',
    permutations:
      options.shap.permutations ??
      mostThatFit((permutations) => cost({ kind: 'permutation', permutations }) <= room),
  };
  const fits = size.groups <= MOST_EXACT && cost(exact) <= room;
  const shap =
    options.shap.method === 'permutation' || (options.shap.method === 'auto' && !fits) ? sampled : exact;
  const byMethod = {
    predictions: size.rows,
    ...others,
    ...(options.methods.includes('shap') ? { shap: cost(shap) } : {}),
  };
  const planned = Object.values(byMethod).reduce((sum, each) => sum + each, 0);
  const calls = { planned, by_method: byMethod, max: options.max_calls };
  if (planned > options.max_calls || (shap.kind === 'exact' && size.groups > 30)) refuse(calls);
  return { calls, shap };
}

function callsOf(method: Method, { rows, groups, chosen }: Size, options: ExplainOptions): number {
  const dependence = dependenceCalls(options, rows);
  const { columns, pairs } = options.pdp;
  switch (method) {
    case 'importance':
      return Math.min(rows, options.importance.rows) * (1 + groups * options.importance.repeats);
    case 'pdp':
      return (
        (typeof columns === 'number' ? Math.min(columns, groups) : columns.length) * dependence.one +
        pairs.length * dependence.pair
      );
    case 'lime':
      return chosen * options.lime.samples;
    case 'anchors':
      return chosen * options.anchors.most;
    // The tree learns from the predictions that are made anyway.
    case 'surrogate':
    case 'shap':
      return 0;
  }
}

/** `planned model calls: 1,234 (shap 1,000, pdp 234)`. */
export function budgetInWords({ planned, by_method, max }: ExplainReport['calls']): string {
  const parts = Object.entries(by_method)
    .filter(([, each]) => each > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([method, each]) => `${method} ${formatCount(each)}`);
  return `planned model calls: ${formatCount(planned)} rows (${parts.join(', ')}), at most ${formatCount(max)}`;
}

const LOWER: { readonly [method: string]: string } = {
  importance: 'importance: {rows, repeats}',
  shap: 'shap: {rows, permutations}, background: {rows}',
  pdp: 'pdp: {columns, points, rows}',
  lime: 'lime: {samples}',
  anchors: 'anchors: {calls}',
  predictions: 'the rows of data (where:)',
};

function refuse(calls: ExplainReport['calls']): never {
  const [most] = Object.entries(calls.by_method).sort((a, b) => b[1] - a[1])[0]!;
  fail('config', `${budgetInWords(calls)}: too many`, {
    help: `lower ${LOWER[most]}, explain fewer rows, or raise max_calls: ${calls.planned}`,
  });
}
