// What went wrong in a run, on its page: each failure with what to do, and the end of its log.
import type { Failure } from '../../core/failure.ts';
import { type Child, h, type Markup } from '../markup.ts';
import type { PipelineView, StageView } from './types.ts';
import { hasFailed } from './verdict.ts';

export function troublePart({ stages, run }: PipelineView): Child {
  return [
    ...stages.filter(hasFailed).map(failedStage),
    ...(run?.failures ?? []).map((each) => h('p', {}, words(each))),
  ];
}

function failedStage({ stage, run, why }: StageView): Markup {
  const tail = run?.logTail ?? [];
  return h(
    'div',
    {},
    h(
      'p',
      {},
      run?.failure?.message.startsWith(`${stage} `) ? undefined : [h('b', {}, stage), ': '],
      run?.failure ? words(run.failure) : why,
    ),
    tail.length === 0
      ? undefined
      : h(
          'details',
          {},
          h('summary', {}, 'The end of its log'),
          h(
            'div',
            { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Log of ${stage}` },
            h('pre', {}, tail.join('\n')),
          ),
        ),
  );
}

function words({ message, where, help }: Failure): Child {
  const place = where && (where.line === undefined ? where.file : `${where.file}:${where.line}`);
  return [
    message,
    place ? [' · ', h('code', {}, place)] : undefined,
    help === undefined ? undefined : ` · ${help}`,
  ];
}

/** A changed remote that was ignored, a baseline that was not found. */
export function notesList({ run }: PipelineView): Markup | undefined {
  const notes = run?.notes ?? [];
  return notes.length === 0
    ? undefined
    : h(
        'ul',
        {},
        notes.map((each) => h('li', {}, each)),
      );
}
