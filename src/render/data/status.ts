// `mlops status`: what repro would do with each stage and why, and which data changed.
import type { Outcome } from '../../core/event.ts';
import type { StageName } from '../../core/ids.ts';
import type { Reason, Verdict } from '../../core/verdict.ts';
import { formatCount, plural } from '../../util/units.ts';
import { PLACES } from '../run/group.ts';
import { reasonInWords, reasonsInWords } from '../run/reason.ts';
import { actionLabel, layoutOf } from '../run/stage-line.ts';
import type { Style } from '../terminal.ts';
import { padEnd, visible } from '../text-width.ts';

export interface StageStatus {
  readonly stage: StageName;
  readonly action: string;
  /** Of a dry run. */
  readonly outcome: Outcome;
}

export interface DataStatus {
  readonly path: string;
  readonly change: 'new' | 'modified' | 'absent';
}

export interface StatusOptions {
  /** Every reason on a line of its own. */
  readonly why: boolean;
}

export function renderStatus(
  stages: readonly StageStatus[],
  data: readonly DataStatus[],
  { why }: StatusOptions,
  style: Style,
): string {
  const layout = layoutOf(stages.map(({ stage }) => stage));
  const lines = stages.flatMap((each) => {
    const { mark, word, reasons } = stateOf(each.outcome, style);
    const name = padEnd(visible(each.stage), layout.name - 1);
    const action = style.color.dim(padEnd(actionLabel(each.action), layout.action));
    const shown = why || reasons.length === 0 ? '' : `   ${reasonsInWords(reasons, style.symbols)}`;
    return [
      `  ${mark} ${name} ${action}  ${word}${shown}`,
      ...(why ? reasons.map((reason) => `      ${reasonInWords(reason, style.symbols)}`) : []),
    ];
  });
  const changes = data.map(
    ({ path, change }) => `  ${DATA_MARKS[change]} ${visible(path)}  ${DATA_WORDS[change]}`,
  );
  return [...lines, ...changes, closing(stages, style)].map((line) => `${line}\n`).join('');
}

/** The same for programs: a verdict as the engine has it, or the kind of outcome that is none. */
export function statusJson(stages: readonly StageStatus[], data: readonly DataStatus[]) {
  return {
    schema: 'mlops.status/1',
    stages: stages.map(({ stage, action, outcome }) => ({
      stage,
      action,
      verdict: outcome.kind === 'planned' ? outcome.verdict : { kind: outcome.kind },
      ...(outcome.kind === 'failed' ? { failure: outcome.failure } : {}),
    })),
    data,
  };
}

const DATA_MARKS = { new: '+', modified: '~', absent: '-' } as const;
const DATA_WORDS = {
  new: 'not recorded yet',
  modified: 'changed; the next repro records it, mlops checkout takes it back',
  absent: 'not here: mlops pull',
} as const;

interface State {
  readonly mark: string;
  readonly word: string;
  readonly reasons: readonly Reason[];
}

function stateOf(outcome: Outcome, style: Style): State {
  const { color, symbols } = style;
  if (outcome.kind === 'planned') return verdictState(outcome.verdict, style);
  if (outcome.kind === 'failed')
    return { mark: color.red(symbols.failed), word: visible(outcome.failure.message), reasons: [] };
  if (outcome.kind === 'blocked')
    return { mark: color.dim(symbols.same), word: `blocked by ${visible(outcome.by)}`, reasons: [] };
  return { mark: color.dim(symbols.same), word: outcome.kind, reasons: [] };
}

function verdictState(verdict: Verdict, { color, symbols }: Style): State {
  switch (verdict.kind) {
    case 'held':
      return { mark: color.dim(symbols.same), word: 'frozen', reasons: [] };
    case 'fresh':
      return { mark: color.green(symbols.done), word: 'fresh', reasons: [] };
    case 'restorable': {
      const word = `restorable from the ${PLACES[verdict.from]}`;
      return { mark: color.cyan(symbols.restored), word, reasons: verdict.reasons };
    }
    case 'stale':
      return { mark: color.yellow(symbols.planned), word: 'stale', reasons: verdict.reasons };
    case 'waiting':
      return {
        mark: color.dim(symbols.same),
        word: `judged after ${verdict.on.map(visible).join(', ')}`,
        reasons: [],
      };
  }
}

function closing(stages: readonly StageStatus[], { color }: Style): string {
  const settled = stages.filter(
    ({ outcome }) =>
      outcome.kind === 'planned' && (outcome.verdict.kind === 'fresh' || outcome.verdict.kind === 'held'),
  );
  if (stages.length === 0) return 'no stages yet';
  return settled.length === stages.length
    ? `${plural(stages.length, 'stage')}, all fresh`
    : `${formatCount(settled.length)} of ${plural(stages.length, 'stage')} fresh   ${color.dim('next: mlops repro')}`;
}
