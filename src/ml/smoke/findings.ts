// What a smoke test found, as findings. None of it depends on the moment.
import type { Finding } from '../../core/finding.ts';
import { formatBytes, formatCount } from '../../util/units.ts';
import type { Frame } from '../frame/frame.ts';
import type { ModelFile } from '../predict/model.ts';
import type { Answers } from './answers.ts';
import type { SmokeOptions } from './options.ts';

export function sizeFinding(bytes: number, { model, limits: { size } }: SmokeOptions): Finding {
  const over = size !== null && bytes > size;
  return {
    check: 'size',
    subject: model,
    status: over ? 'fail' : 'pass',
    message: `${formatBytes(bytes)}${size === null ? '' : `, allowed ${formatBytes(size)}`}`,
    value: bytes,
    limit: size,
  };
}

/** An answer that is no number, for a row that has all its values, would be served as such. */
export function answersFinding(together: Answers, { path }: ModelFile, frame: Frame): Finding {
  const strange = [...together].find(([, answer]) =>
    answer.some((each) => typeof each === 'number' && !Number.isFinite(each)),
  );
  const missing = [...frame.columns.values()].some(({ nulls }) => nulls > 0);
  const status = strange === undefined ? 'pass' : missing ? 'warn' : 'fail';
  const message = strange
    ? `output "${strange[0]}" is no finite number for some row${missing ? '; some rows have missing values' : ''}`
    : `answered ${formatCount(frame.rows)} rows`;
  return { check: 'answers', subject: path, status, message, value: frame.rows, limit: null };
}

export function differenceFinding(
  check: string,
  what: string,
  difference: number,
  { model, tolerance }: SmokeOptions,
): Finding {
  const finite = Number.isFinite(difference);
  return {
    check,
    subject: model,
    status: difference <= tolerance ? 'pass' : 'fail',
    message: finite
      ? `${what} differ by at most ${difference.toPrecision(2)}, allowed ${tolerance}`
      : `${what} differ: another label, another shape, or no number on one side`,
    value: finite ? difference : null,
    limit: tolerance,
  };
}

/** Reached only when they held. */
export function withinFindings({ limits }: SmokeOptions, { path }: ModelFile): readonly Finding[] {
  const held = (check: string, limit: number | null, inWords: string): Finding[] =>
    limit === null
      ? []
      : [{ check, subject: path, status: 'pass', message: `within ${inWords}`, value: null, limit }];
  return [
    ...held('load', limits.loadMs, `${limits.loadMs} ms`),
    ...held('latency', limits.latencyMs, `${limits.latencyMs} ms for 95 of 100 rows`),
    ...held('memory', limits.memory, formatBytes(limits.memory ?? 0)),
  ];
}
