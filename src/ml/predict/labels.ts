// The classes a model knows, in the order of its scores, and which of two is the positive one.
import { fail } from '../../core/failure.ts';
import type { Label, LabelsFrom, Mapping } from '../evaluate/report.ts';
import { classNamesIn } from '../onnx/class-names.ts';
import type { OnnxModel } from '../onnx/read.ts';
import { LABELS_KEY } from '../onnx/write.ts';
import { zipMapLabels, zipMapsOf } from '../onnx/zipmap.ts';
import type { PredictOptions } from './options.ts';

export interface KnownLabels {
  readonly labels: readonly Label[];
  readonly from: LabelsFrom;
}

/** What the model itself says: ZipMap, then the nodes that make its answers, then our metadata. */
export function modelLabels(model: OnnxModel, path: string): KnownLabels | undefined {
  const zipMap = zipMapsOf(model)[0];
  const ofZipMap = zipMap && zipMapLabels(zipMap);
  if (ofZipMap?.length) return { labels: ofZipMap, from: 'model' };
  const ofNodes = classNamesIn(model);
  if (ofNodes) return { labels: ofNodes, from: 'model' };
  const written = model.metadata.get(LABELS_KEY);
  if (written === undefined) return undefined;
  try {
    const labels: unknown = JSON.parse(written);
    if (Array.isArray(labels) && labels.every((each) => typeof each === 'string' || Number.isInteger(each)))
      return { labels, from: 'metadata' };
  } catch {
    // Falls through to the one message for every malformed list.
  }
  return fail('config', `${LABELS_KEY} in ${path} is not a JSON list of labels`);
}

/**
 * The `labels` option, else what the model says, else 0…width−1 for a target of whole numbers. Never taken from the
 * data: which classes happen to occur there does not say which column of the scores is which.
 */
export function knownLabels(
  fromModel: KnownLabels | undefined,
  options: PredictOptions,
  width: number | null,
  wholeTarget: boolean,
  /** Labels that come with the scores show a wrong order by themselves. */
  checkedLater: boolean,
  path: string,
): KnownLabels {
  const known: KnownLabels | undefined =
    options.labels !== 'auto'
      ? { labels: options.labels, from: 'option' }
      : (fromModel ??
        (wholeTarget && width !== null
          ? { labels: Array.from({ length: Math.max(2, width) }, (_, index) => index), from: 'target-range' }
          : undefined));
  if (!known)
    return fail('config', `${path} does not say what its classes are called`, {
      help: 'add them in the order of its scores: labels: [no, yes]',
    });
  const { labels } = known;
  if (known.from === 'option' && !checkedLater && fromModel && fromModel.from !== 'predictions')
    refuseOtherOrder(labels, fromModel.labels, path);
  if (new Set(labels.map(String)).size !== labels.length)
    fail('config', `labels: one stands twice: ${labels.join(', ')}`);
  if (labels.length < 2) fail('config', `${path} knows one class only: ${labels.join(', ')}`);
  if (width !== null && width !== labels.length && !(width === 1 && labels.length === 2))
    fail('config', `${path} gives ${width} scores a row, but there are ${labels.length} labels`, {
      help: `labels (${known.from}): ${labels.join(', ')}`,
    });
  return known;
}

/** Other names for the model's classes are fine; the same names in another order would give every score to a wrong class. */
function refuseOtherOrder(given: readonly Label[], own: readonly Label[], path: string): void {
  const a = given.map(String);
  const b = own.map(String);
  if (a.join('\n') === b.join('\n') || a.toSorted().join('\n') !== b.toSorted().join('\n')) return;
  fail(
    'config',
    `labels: ${a.join(', ')} is another order than the scores of ${path} have: ${b.join(', ')}`,
    {
      help: 'leave labels: out, the model says them itself',
    },
  );
}

export interface Positive {
  readonly index: number;
  readonly from: NonNullable<Mapping['positive_from']>;
}

/** Of two labels: the option, else 1 or true by convention, else the last one, which is a guess and said to be one. */
export function positiveOf(labels: readonly Label[], option: Label | null): Positive {
  const texts = labels.map(String);
  if (option !== null) {
    const index = texts.indexOf(String(option));
    if (index < 0)
      fail('config', `positive: "${option}" is not one of the labels`, {
        help: `labels: ${texts.join(', ')}`,
      });
    return { index, from: 'option' };
  }
  const sorted = texts.map((text) => text.toLowerCase()).sort();
  const conventional = [
    ['0', '1'],
    ['-1', '1'],
    ['false', 'true'],
  ].find(([a, b]) => sorted[0] === a && sorted[1] === b)?.[1];
  if (conventional === undefined) return { index: 1, from: 'guess' };
  return { index: texts.findIndex((text) => text.toLowerCase() === conventional), from: 'convention' };
}
