// What stands last in the log of a job, outside of what its host folds away: how it stands, what was saved, what is left to do.
import { formatMs } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';
import type { PipelineView } from './types.ts';
import { isUnchanged, renderPipelineStatus, verdictOf } from './verdict.ts';
import { outcomesInWords, pushedInWords, savedInWords } from './words.ts';

/** Of files to be committed. */
const NAMED = 3;

/**
 *   ✔ Gates 8/8 hold
 *   1 ran, 3 restored, 4.2 s in all · 2 h 10 m saved by the run cache · pushed 2 objects (1.2 MB) and 1 run to s3://models
 *   to commit: pipeline.lock, reports/judge.json
 *
 * `changed`: files that the run changed and Git keeps.
 */
export function renderJobEnd(view: PipelineView, changed: readonly string[], style: Style): string {
  const { run } = view;
  const outcomes = outcomesInWords(view.stages) || 'nothing was run';
  const facts = [
    ...(run ? [`${outcomes}, ${formatMs(run.ms)} in all`] : []),
    ...(isUnchanged(view) ? [] : [savedInWords(view)]), // the verdict says it then
    ...(run && pushedInWords(run) !== '' ? [`${pushedInWords(run)} to ${run.pushed!.to}`] : []),
  ].filter((each) => each !== '');
  const lines = [
    `${mark(view, style)} ${renderPipelineStatus(view)}`,
    facts.join(` ${style.symbols.dot} `),
    ...(changed.length > 0 && run?.exit === 'ok' ? [`to commit: ${named(changed)}`] : []),
  ];
  return lines.map((line) => `${visible(line)}\n`).join('');
}

function mark(view: PipelineView, { symbols }: Style): string {
  return { good: symbols.done, warn: '!', bad: symbols.failed }[verdictOf(view).tone];
}

function named(paths: readonly string[]): string {
  const more = paths.length - NAMED;
  return [...paths.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
