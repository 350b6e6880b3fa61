// What training code imports: `import { openLog } from 'mlops/log'`. Steps go to a history file as they come, last
// values to a summary when the run ends:
//
//   metrics/train.jsonl   {"step":0,"train/loss":0.7}
//                         {"step":1,"train/loss":null,"not_finite":{"train/loss":"NaN"}}
//   metrics/train.json    {"train":{"loss":…}}, over several lines, keys sorted
//
// The bytes follow from the calls alone: no clock, no machine. docs/python/mlops_log.py writes the same ones; a test
// holds the two together. Types for users stand in types/log.d.ts.
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, rmSync } from 'node:fs';
import { fail } from './core/failure.ts';
import { historyLine, isStep, numberOrNull, oddOnes, readHistoryLine } from './core/history-line.ts';
import { writeAtomic, writeWhole } from './util/atomic-write.ts';
import { byCodeUnit } from './util/compare.ts';
import { orAbsent } from './util/errno.ts';

export interface LogOptions {
  readonly resume?: boolean | number;
}

/** The history up to where the log goes on. */
interface Kept {
  readonly text: string;
  readonly next: number;
  readonly last: Map<string, number>;
}

export function openLog(path: string, { resume = false }: LogOptions = {}): Log {
  const stem = path.replace(/\.jsonl?$/, '');
  return new Log(stem, keep(`${stem}.jsonl`, resume));
}

class Log {
  readonly history: string;
  readonly summary: string;
  readonly #fd: number;
  readonly #last: Map<string, number>;
  #pending: Map<string, number> = new Map();
  #next: number;
  #bytes: number;
  #ended = false;

  constructor(stem: string, kept: Kept) {
    this.history = `${stem}.jsonl`;
    this.summary = `${stem}.json`;
    // Half a run has no summary that could pass for a whole one's.
    rmSync(this.summary, { force: true });
    // A new file, never the old one's bytes: those may be linked with a store.
    writeAtomic(this.history, kept.text);
    this.#fd = openSync(this.history, 'a');
    this.#last = kept.last;
    this.#next = kept.next;
    this.#bytes = Buffer.byteLength(kept.text);
  }

  get next(): number {
    return this.#next;
  }

  metric(name: string, value: number): void {
    this.#set(this.#pending, name, value);
  }

  metrics(values: { readonly [name: string]: number }): void {
    for (const [name, value] of Object.entries(values)) this.metric(name, value);
  }

  final(name: string, value: number): void {
    this.#set(this.#last, name, value);
  }

  step(at: number = this.#next): number {
    this.#check();
    if (!isStep(at) || at < this.#next)
      fail('usage', `step ${at} cannot be: the next one is ${this.#next}`, {
        help: 'steps are integers and rise',
      });
    if (this.#pending.size > 0) this.#append(historyLine({ step: at, values: this.#pending }));
    for (const [name, value] of this.#pending) this.#last.set(name, value);
    this.#pending = new Map();
    this.#next = at + 1;
    return at;
  }

  end(): void {
    if (this.#ended) return;
    if (this.#pending.size > 0) this.step();
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    this.#ended = true;
    writeAtomic(this.summary, `${pretty(nested(this.#last))}\n`);
  }

  #set(values: Map<string, number>, name: string, value: number): void {
    this.#check();
    const problem = this.#known(name)
      ? undefined
      : nameProblem(name, [...this.#last.keys(), ...this.#pending.keys()]);
    if (problem !== undefined) fail('usage', `a metric cannot be called ${JSON.stringify(name)}: ${problem}`);
    if (typeof value !== 'number')
      fail('usage', `metric "${name}" has to be a number, not ${value === null ? 'null' : typeof value}`);
    values.set(name, value);
  }

  #known(name: string): boolean {
    return this.#last.has(name) || this.#pending.has(name);
  }

  #check(): void {
    if (this.#ended) fail('usage', `the log ${this.history} was ended`, { help: 'go on with resume: true' });
  }

  /** A line is there whole or not at all, also on a disk that fills up. */
  #append(text: string): void {
    const bytes = Buffer.from(text);
    try {
      writeWhole(this.#fd, bytes);
    } catch (error) {
      ftruncateSync(this.#fd, this.#bytes);
      throw error;
    }
    this.#bytes += bytes.length;
  }
}

/** Names that only parts of would tell apart, `a/b` and `a.b`, or a value that is a group as well, `a` and `a/b`. */
function nameProblem(name: unknown, others: readonly string[]): string | undefined {
  if (typeof name !== 'string' || !/^[^/\p{Cc}\p{Cs}]+(\/[^/\p{Cc}\p{Cs}]+)*$/u.test(name))
    return 'it takes words, with "/" between them';
  if (name === 'step' || /^not_finite(\/|$)/.test(name)) return 'the log uses that name itself';
  const path = `${name.replaceAll('/', '.')}.`;
  const clash = others.find((other) => {
    const theirs = `${other.replaceAll('/', '.')}.`;
    return other !== name && (theirs.startsWith(path) || path.startsWith(theirs));
  });
  return clash === undefined ? undefined : `there is "${clash}"`;
}

interface Group extends Map<string, Group | string> {}

/** `train/loss` is `loss` in `train`; leaves are JSON already. */
function nested(values: Map<string, number>): Group {
  const top: Group = new Map();
  const put = (path: readonly string[], text: string): void => {
    let group = top;
    for (const part of path.slice(0, -1)) {
      if (!group.has(part)) group.set(part, new Map());
      group = group.get(part) as Group;
    }
    group.set(path.at(-1)!, text);
  };
  for (const [name, value] of values) put(name.split('/'), numberOrNull(value));
  for (const [name, word] of oddOnes(values)) put(['not_finite', ...name.split('/')], `"${word}"`);
  return top;
}

function pretty(group: Group, indent = ''): string {
  if (group.size === 0) return '{}';
  const inside = `${indent}  `;
  const fields = [...group]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(
      ([key, value]) =>
        `${inside}${JSON.stringify(key)}: ${typeof value === 'string' ? value : pretty(value, inside)}`,
    );
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

/** The whole lines of steps before `resume`. What a killed run left of a line is dropped. */
function keep(file: string, resume: LogOptions['resume']): Kept {
  const last: Map<string, number> = new Map();
  if (resume === false) return { text: '', next: 0, last };
  if (typeof resume === 'number' && !isStep(resume)) fail('usage', `a log cannot go on at step ${resume}`);
  const lines = orAbsent(() => readFileSync(file, 'utf8'), '').split('\n');
  lines.pop();
  let next = 0;
  let kept = 0;
  for (const text of lines) {
    const { step, values } = readHistoryLine(text, next) ?? notOurs(file, kept + 1, text);
    if (typeof resume === 'number' && step >= resume) break;
    for (const [name, value] of values) last.set(name, value);
    next = step + 1;
    kept++;
  }
  const text = lines.slice(0, kept).map((each) => `${each}\n`);
  return { text: text.join(''), next: typeof resume === 'number' ? resume : next, last };
}

function notOurs(file: string, lineNumber: number, text: string): never {
  return fail('config', `${file} cannot be gone on with: this line is no step`, {
    where: { file, line: lineNumber, text },
    help: 'start anew, without resume',
  });
}
