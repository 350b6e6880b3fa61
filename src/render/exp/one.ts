// `exp show NAME`: what it was, what it changed, how it did, how long it took, and what may be done with it.
import { type EndedTicket, type Experiment, overrideWords, type Ticket } from '../../core/experiment.ts';
import { formatAgo, formatMs, plural } from '../../util/units.ts';
import { type Form, tableIn } from '../data/form.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';
import { stateText } from './cells.ts';

export interface AboutExperiment {
  readonly experiment: Experiment;
  readonly stages: readonly {
    readonly stage: string;
    readonly ms: number | null;
    readonly ran: 'here' | 'before' | 'unknown';
  }[];
  /** Undefined: its baseline is not here. */
  readonly files:
    | readonly { readonly path: string; readonly kind: 'added' | 'changed' | 'removed' }[]
    | undefined;
  /** Against its baseline, in words; empty when that is not here. */
  readonly differences: string;
  readonly now: Date;
}

export function renderExperiment(about: AboutExperiment, form: Form, style: Style): string {
  const title = (text: string): string => (form === 'md' ? `**${text}**\n\n` : `${style.color.bold(text)}\n`);
  const { name } = about.experiment;
  const parts = [
    head(about, form, style),
    about.differences === ''
      ? 'the commit it started from is not here: git fetch --unshallow\n'
      : `${about.differences.trimEnd()}\n`,
    ...(about.stages.length > 0 ? [title('stages') + stages(about, form, style)] : []),
    ...(about.files?.length ? [title('files') + files(about.files, form, style)] : []),
    `next: mlops exp apply ${name} ${style.symbols.dot} mlops exp branch ${name} NAME\n`,
  ];
  return parts.join('\n');
}

export type AboutTicket = { readonly now: Date } & (
  | { readonly state: 'waiting' | 'running'; readonly ticket: Ticket }
  | { readonly state: 'failed' | 'killed'; readonly ticket: EndedTicket }
);

/** One that is no experiment (yet): where it stands, and why it came to nothing. */
export function renderTicket({ now, ...entry }: AboutTicket, { color, symbols }: Style): string {
  const { name, created, overrides, message, baseline } = entry.ticket;
  const words = overrides.map((each) => visible(overrideWords(each))).join(' ');
  const facts = [stateText(entry.state, symbols), formatAgo(created, now), `on ${baseline.slice(0, 7)}`];
  const failure = entry.state === 'failed' || entry.state === 'killed' ? entry.ticket.failure : null;
  const verbs = {
    waiting: ['remove'],
    running: ['logs', 'kill'],
    failed: ['logs', 'retry'],
    killed: ['logs', 'retry'],
  };
  const next = verbs[entry.state].map((verb) => `mlops exp queue ${verb} ${name}`).join(` ${symbols.dot} `);
  const lines = [
    `${color.bold(name)}   ${facts.join(` ${symbols.dot} `)}`,
    ...(message === null ? [] : [visible(message)]),
    words,
    ...(failure === null ? [] : [color.red(visible(failure))]),
    '',
    `next: ${next}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function head({ experiment, now }: AboutExperiment, form: Form, style: Style): string {
  const { name, ended, started, ms, baseline, commit, overrides, message } = experiment;
  const { color, symbols } = style;
  const state = stateText(ended === 'gate' ? 'gate' : 'done', symbols);
  const facts = [
    state,
    formatAgo(started, now),
    formatMs(ms),
    `on ${baseline.slice(0, 7)}`,
    `commit ${commit.slice(0, 7)}`,
  ];
  const words = overrides.map((each) => visible(overrideWords(each))).join(' ');
  const lines = [
    `${form === 'md' ? `**${name}**` : color.bold(name)}   ${facts.join(` ${symbols.dot} `)}`,
    ...visible(message.replaceAll('\n', '\u2028')).split('\u2028'),
    ...(words !== '' && words !== message ? [words] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function stages(about: AboutExperiment, form: Form, style: Style): string {
  const ran = { here: '', before: 'was there before', unknown: 'not known here' };
  const rows = about.stages.map((each) => [
    each.stage,
    each.ms === null ? '' : formatMs(each.ms),
    ran[each.ran],
  ]);
  const columns = [{ title: 'stage' }, { title: 'time', align: 'right' as const }, { title: '' }];
  return tableIn(form, columns, rows, style);
}

/** More are only counted. */
const SHOWN = 20;

function files(all: NonNullable<AboutExperiment['files']>, form: Form, style: Style): string {
  const signs = { added: '+', changed: '~', removed: '-' };
  const rows = all.slice(0, SHOWN).map(({ path, kind }) => [signs[kind], path]);
  const more = all.length > SHOWN ? `and ${plural(all.length - SHOWN, 'more file')}\n` : '';
  return tableIn(form, [{ title: '' }, { title: form === 'md' ? 'path' : '' }], rows, style) + more;
}
