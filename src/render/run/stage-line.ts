// One stage, one line, and the few lines that belong under it:
//
//   ✔ judge    evaluate   0.4 s   accuracy 0.918 ±0.012   f1 0.844                gates 1/1
//   ✖ judge    evaluate   0.3 s   accuracy 0.833 ±0.016 (was 0.918)               gates 0/2
//       accuracy 0.833 is under min 0.9                                    pipeline.yaml:21
import type { GateSummary, Headline, Outcome } from '../../core/event.ts';
import { EXIT } from '../../core/failure.ts';
import type { StageName } from '../../core/ids.ts';
import type { Reason } from '../../core/verdict.ts';
import { formatMs } from '../../util/units.ts';
import { placeOf } from '../failure.ts';
import { PAGE_WIDTH, type Style } from '../terminal.ts';
import { padEnd, padStart, textWidth, visible } from '../text-width.ts';
import { gatesInWords, headlinesInWords } from './headline.ts';
import { reasonsInWords } from './reason.ts';

/** Widths that all lines of one run share. */
export interface Layout {
  readonly name: number;
  readonly action: number;
}

const UNDER = '      ';

/** Columns fit the names of the run; a very long one shifts its own line only. */
export function layoutOf(stages: readonly StageName[]): Layout {
  const widest = stages.reduce((most, stage) => Math.max(most, textWidth(stage)), 0);
  return { name: Math.min(Math.max(widest, 7), 28) + 2, action: 8 };
}

export function ranLines(
  stage: StageName,
  action: string,
  outcome: Outcome & { kind: 'ran' },
  /** Reasons without those that only repeat that an upstream stage of this run ran. */
  own: readonly Reason[],
  layout: Layout,
  style: Style,
): string[] {
  const because = own.length === 0 ? '' : `because ${reasonsInWords(own, style.symbols)}`;
  const numbers = headlinesInWords(outcome.headlines, style.symbols);
  const details = outcome.lines.map((line) => UNDER + visible(line));
  const detail =
    because && (numbers === '' || details.length > 0)
      ? style.color.dim(because)
      : numbers || style.color.dim(outcome.outs.map(visible).join(' '));
  const under = because && numbers && details.length === 0 ? [UNDER + style.color.dim(because)] : [];
  const note = outcome.recorded
    ? []
    : [UNDER + style.color.yellow('not recorded: it will run again next time')];
  return [
    stageLine(
      {
        mark: markOf(outcome.gates, style),
        stage,
        action,
        time: formatMs(outcome.ms),
        detail,
        right: gatesRight(outcome.gates, style),
      },
      layout,
      style,
    ),
    ...under,
    ...details,
    ...note,
    ...gateLines(outcome.gates, style),
  ];
}

/** A stage that did not run, but whose gates spoke. */
export function keptLines(
  stage: StageName,
  action: string,
  how: string,
  gates: GateSummary | undefined,
  headlines: readonly Headline[],
  layout: Layout,
  style: Style,
): string[] {
  const parts = {
    mark: gates ? markOf(gates, style) : style.color.dim(style.symbols.same),
    stage,
    action,
    time: how,
    detail: headlinesInWords(headlines, style.symbols),
    right: gatesRight(gates, style),
  };
  return [stageLine(parts, layout, style), ...gateLines(gates, style)];
}

/** The failed stage: what went wrong, the end of its log, what to do. The summary says where the rest is. */
export function failedLines(
  stage: StageName,
  action: string,
  outcome: Outcome & { kind: 'failed' },
  layout: Layout,
  style: Style,
): string[] {
  const { failure } = outcome;
  const [first = '', ...rest] = failure.message.split('\n').map(visible);
  const parts = {
    mark: style.color.red(style.symbols.failed),
    stage,
    action,
    time: formatMs(outcome.ms),
    detail: style.color.red(first),
    right: failure.where ? placeOf(failure.where) : '',
  };
  return [
    stageLine(parts, layout, style),
    ...rest.map((line) => UNDER + line),
    ...outcome.logTail.map((line) => `${UNDER}${style.color.dim(style.symbols.bar)} ${visible(line)}`),
    ...(failure.help ? [`${UNDER}${style.color.cyan('help:')} ${visible(failure.help)}`] : []),
  ];
}

interface LineParts {
  readonly mark: string;
  readonly stage: StageName;
  readonly action: string;
  /** A duration, or a word in its place. */
  readonly time: string;
  readonly detail: string;
  readonly right: string;
}

function stageLine(parts: LineParts, layout: Layout, style: Style): string {
  const action = padEnd(actionLabel(parts.action), layout.action);
  const name = padEnd(visible(parts.stage), layout.name - 1);
  const left = `  ${parts.mark} ${name} ${style.color.dim(action)}  ${padStart(parts.time, 6)}`;
  return joinRight(parts.detail ? `${left}   ${parts.detail}` : left, parts.right, style);
}

/** A line that says one thing of a stage, in words that start where the times stand. */
export function wordLine(
  mark: string,
  stage: StageName,
  action: string,
  what: string,
  layout: Layout,
  style: Style,
): string {
  const parts = { mark: style.color.dim(mark), stage, action, time: '', detail: '', right: '' };
  return padEnd(stageLine(parts, layout, style), layout.name + layout.action + 7) + what;
}

/** A command is what a stage usually is and needs no word; a module is named by its file. */
export function actionLabel(action: string): string {
  return action === 'cmd' ? '' : visible(action).replace(/^.*\//, '');
}

/** `right` ends where the page ends, or follows after three spaces when there is no room. */
export function joinRight(left: string, right: string, style: Style): string {
  if (right === '') return left.trimEnd();
  const page = Math.min(style.width, PAGE_WIDTH);
  return left + ' '.repeat(Math.max(3, page - textWidth(left) - textWidth(right))) + right;
}

function markOf(gates: GateSummary | undefined, style: Style): string {
  return gates && !gates.passed
    ? style.color.red(style.symbols.failed)
    : style.color.green(style.symbols.done);
}

function gatesRight(gates: GateSummary | undefined, style: Style): string {
  if (!gates) return '';
  const words = gatesInWords([gates]);
  return gates.passed ? words : style.color.red(words);
}

export function gateLines(gates: GateSummary | undefined, style: Style): string[] {
  if (!gates) return [];
  return [
    ...gates.broken.map(({ text, where }) =>
      joinRight(UNDER + style.color.red(visible(text)), style.color.dim(visible(where ?? '')), style),
    ),
    ...gates.notes.map((note) => UNDER + style.color.dim(visible(note))),
  ];
}

/** `(exit 3)`, as the shell will see it. */
export function exitInWords(name: keyof typeof EXIT): string {
  return `(exit ${EXIT[name]})`;
}
