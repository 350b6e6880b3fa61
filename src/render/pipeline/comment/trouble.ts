// What a reviewer must act on: stages that failed, with the end of their log, what else went wrong, and gates that are broken.

import type { Failure } from '../../../core/failure.ts';
import { formatMs, plural } from '../../../util/units.ts';
import { folded, log, paragraph } from '../../markdown/blocks.ts';
import { someItems } from '../../markdown/fit.ts';
import { code, joined, type Markdown, md } from '../../markdown/text.ts';
import type { PipelineView, StageView } from '../types.ts';
import { hasFailed } from '../verdict.ts';
import { isDone } from '../words.ts';

/** More than a reader would go through one by one. */
const TOLD = 10;

/** `lines` is how much of each log is shown. */
export function failuresPart({ stages, run }: PipelineView, lines: number): Markdown | undefined {
  const failed = stages.filter(hasFailed);
  const told = failed.slice(0, Math.min(TOLD, Math.max(1, Math.floor(lines / 5))));
  const rest = failed.slice(told.length).map(({ stage }) => code(stage));
  const blocked = stages.filter((each) => each.run?.outcome === 'blocked').map(({ stage }) => code(stage));
  const parts = [
    ...told.map((each) => failedStage(each, Math.min(lines, LINES))),
    ...(rest.length === 0 ? [] : [paragraph(md`❌ failed too: ${some(rest, lines)}`)]),
    ...(blocked.length === 0 ? [] : [paragraph(md`Not run because of that: ${some(blocked, lines)}`)]),
    ...(run?.failures ?? []).slice(0, TOLD).map((each) => paragraph(md`❌ ${failureWords(each)}`)),
  ];
  return parts.length === 0 ? undefined : joined(parts, '\n');
}

const LINES = 40;

function failedStage({ stage, run, why }: StageView, lines: number): Markdown {
  const after = run && run.ms > 0 ? ` after ${formatMs(run.ms)}` : '';
  const what = run?.failure ? failureWords(run.failure) : md`${why}`;
  const tail = run?.logTail.slice(-lines) ?? [];
  const title = `The last ${tail.length === 1 ? 'line' : `${tail.length} lines`} that it printed`;
  const head = paragraph(md`❌ **${code(stage)} failed${after}**: ${what}`);
  return tail.length === 0 ? head : joined([head, folded(title, log(tail))], '\n');
}

function failureWords({ message, where, help }: Failure): Markdown {
  return joined(
    [
      md`${message}`,
      ...(where ? [code(where.line === undefined ? where.file : `${where.file}:${where.line}`)] : []),
      ...(help === undefined ? [] : [md`${help}`]),
    ],
    ' · ',
  );
}

export function some(items: readonly Markdown[], most: number): Markdown {
  const more = items.length - most;
  return md`${joined(items.slice(0, most), ', ')}${more > 0 ? ` and ${plural(more, 'more', 'more')}` : ''}`;
}

export function gatesPart({ stages }: PipelineView, rows: number): Markdown | undefined {
  const broken = stages
    .filter(isDone)
    .flatMap(({ stage, gates }) =>
      (gates?.broken ?? []).map(
        ({ text, where }) =>
          md`❌ **${code(stage)}**: ${text}${where === undefined ? '' : md` · ${code(where)}`}`,
      ),
    );
  return broken.length === 0 ? undefined : someItems(broken, rows);
}

/** What was decided on the way and must be known: a changed remote that was ignored, a baseline that was not found. */
export function notesPart({ run, stages }: PipelineView, rows: number): Markdown | undefined {
  const notes = [
    ...(run?.notes ?? []).map((each) => md`ℹ️ ${each}`),
    ...stages.flatMap(({ stage, gates }) =>
      (gates?.notes ?? []).map((each) => md`ℹ️ ${code(stage)}: ${each}`),
    ),
  ];
  return notes.length === 0 ? undefined : someItems(notes, rows);
}
