// What a reviewer must act on: stages that failed, with the end of their log, what else went wrong, and gates that are broken.

import type { Failure } from '../../../core/failure.ts';
import { formatMs, plural } from '../../../util/units.ts';
import { folded, log, paragraph } from '../../markdown/blocks.ts';
import { someItems } from '../../markdown/fit.ts';
import { code, joined, type Markdown, md } from '../../markdown/text.ts';
import type { PipelineView, StageView } from '../types.ts';
import { hasFailed, verdictOf } from '../verdict.ts';
import { isDone } from '../words.ts';
import { fileLink, placeLink } from './file-link.ts';

/** More than a reader would go through one by one. */
const TOLD = 10;

/** `lines` is how much of each log is shown. */
export function failuresPart(view: PipelineView, lines: number): Markdown | undefined {
  const { stages, run } = view;
  const failed = stages.filter(hasFailed);
  const told = failed.slice(0, Math.min(TOLD, Math.max(1, Math.floor(lines / 5))));
  const rest = failed.slice(told.length).map(({ stage }) => code(stage));
  const blocked = stages.filter((each) => each.run?.outcome === 'blocked').map(({ stage }) => code(stage));
  const parts = [
    ...told.map((each) => failedStage(view, each, Math.min(lines, LINES))),
    ...(rest.length === 0 ? [] : [paragraph(md`✖ failed too: ${some(rest, lines)}`)]),
    ...(blocked.length === 0 ? [] : [paragraph(md`Not run because of that: ${some(blocked, lines)}`)]),
    ...(run?.failures ?? []).slice(0, TOLD).flatMap((each) => otherFailure(view, each)),
  ];
  return parts.length === 0 ? undefined : joined(parts, '\n');
}

/** Not what the verdict says already. */
function otherFailure(view: PipelineView, failure: Failure): Markdown[] {
  const said = verdictOf(view).words.endsWith(failure.message.replace(/^nothing was run: /, ''));
  const words = failureWords(view, said ? { ...failure, message: '' } : failure);
  return words.text === '' ? [] : [paragraph(said ? words : md`✖ ${words}`)];
}

const LINES = 40;
/** A longer log is one click away. */
const OPEN = 15;

function failedStage(view: PipelineView, { stage, run, why }: StageView, lines: number): Markdown {
  const after = run && run.ms > 0 ? ` after ${formatMs(run.ms)}` : '';
  const tail = run?.logTail.slice(-lines) ?? [];
  const title = `The last ${tail.length === 1 ? 'line' : `${tail.length} lines`} that it printed`;
  const what = run?.failure ? failureWords(view, withoutName(run.failure, stage, tail)) : md`${why}`;
  const head = paragraph(md`✖ **${code(stage)} failed${after}**: ${what}`);
  const shown = { title, body: log(tail), how: tail.length <= OPEN ? 'open' : 'closed' } as const;
  return tail.length === 0 ? head : joined([head, folded(shown.title, shown.body, shown.how)], '\n');
}

/** `exit code 1`: whose it is stands before it. Where its log stands too, nobody must be told how to see that. */
function withoutName(failure: Failure, stage: string, tail: readonly string[]): Failure {
  const { help, ...rest } = failure;
  const message = failure.message.replace(`${stage} failed with `, '');
  return { ...rest, message, ...(help === undefined || tail.length > 0 ? {} : { help }) };
}

function failureWords(view: PipelineView, { message, where, help }: Failure): Markdown {
  return joined(
    [
      ...(message === '' ? [] : [md`${message}`]),
      ...(where ? [fileLink(view, where.file, where.line)] : []),
      ...(help === undefined ? [] : [md`${help}`]),
    ],
    ' · ',
  );
}

export function some(items: readonly Markdown[], most: number): Markdown {
  const more = items.length - most;
  return md`${joined(items.slice(0, most), ', ')}${more > 0 ? ` and ${plural(more, 'more', 'more')}` : ''}`;
}

export function gatesPart(view: PipelineView, rows: number): Markdown | undefined {
  const broken = view.stages
    .filter(isDone)
    .flatMap(({ stage, gates }) =>
      (gates?.broken ?? []).map(
        ({ text, where }) =>
          md`✖ **${code(stage)}**: ${text}${where === undefined ? '' : md` · ${placeLink(view, where)}`}`,
      ),
    );
  return broken.length === 0 ? undefined : someItems(broken, rows);
}

/** What was decided on the way and must be known: a changed remote that was ignored, a baseline that was not found. */
export function notesPart({ run }: PipelineView, rows: number): Markdown | undefined {
  const notes = (run?.notes ?? []).map((each) => md`note: ${each}`);
  return notes.length === 0 ? undefined : someItems(notes, rows);
}

/** What their gates cannot tell. */
export function gateNotesPart({ stages }: PipelineView, rows: number): Markdown | undefined {
  const notes = stages
    .filter(isDone)
    .flatMap(({ stage, gates }) => (gates?.notes ?? []).map((each) => md`note: ${code(stage)}: ${each}`));
  return notes.length === 0 ? undefined : someItems(notes, rows);
}
