// What people see of long work. The clock is the fake one of the timers: nothing here waits.
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Amount, RunEvent, Task } from '../../src/core/event.ts';
import { createReporter } from '../../src/render/run/create-reporter.ts';
import { createLiveReporter } from '../../src/render/run/live.ts';
import { createPlainReporter } from '../../src/render/run/plain.ts';
import type { Reporter } from '../../src/render/run/reporter.ts';
import { PLAIN, styleOf } from '../../src/render/terminal.ts';
import { type Progress, startProgress } from '../../src/util/progress.ts';
import { expectGolden } from './golden.ts';
import { Screen } from './screen.ts';
import { done, ran, stage } from './tour.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1e6 }));
afterEach(() => void vi.useRealTimers());

const now = (): number => Date.now();

function begin(reporter: Reporter, task: Task, total: Partial<Amount>): Progress {
  return startProgress(reporter.report, task, total, now);
}

/** Time goes by while `each` is done every 50 ms. */
function work(ms: number, each: () => void): void {
  for (let at = 0; at < ms; at += 50) {
    each();
    vi.advanceTimersByTime(50);
  }
}

function onScreen(columns: number, env: Record<string, string> = { NO_COLOR: '1' }) {
  const screen = new Screen(columns);
  const reporter = createLiveReporter({
    stream: screen,
    style: styleOf(screen, env, 'linux'),
    events: new EventEmitter(),
    now,
    raise: () => {},
  });
  return { screen, reporter };
}

describe('long work on a terminal', () => {
  it('shows what is done, how fast, and how long it will take', () => {
    const { screen, reporter } = onScreen(100);
    const frames: string[] = [];
    const look = (title: string): void => void frames.push(`# ${title}\n${screen.text()}`);
    const hashing = begin(reporter, 'hash', { items: 30_000, bytes: 3e9 });
    const files = (count: number) => () => {
      hashing.done(count);
      hashing.moved(count * 1e5);
    };
    work(450, files(100));
    look('before half a second there is nothing to see');
    work(550, files(100));
    look('after a second');
    work(4000, files(100));
    look('after five seconds');
    work(2000, () => {});
    look('a stall shows as speed');
    work(4000, () => {});
    look('and then there is no telling');
    work(1000, files(1100));
    hashing.finish();
    vi.advanceTimersByTime(400);
    look('when it is over nothing stays');
    const large = begin(reporter, 'push', { items: 1, bytes: 1e12 });
    work(3000, () => large.moved(5e6));
    look('one large file is its bytes');
    large.finish();
    vi.advanceTimersByTime(400);
    const sweeping = begin(reporter, 'gc', {});
    work(1000, () => sweeping.done(1000));
    look('where no total is known');
    reporter.close();
    look('at the end');
    expectGolden('progress-live.txt', frames.join('\n'));
  });

  it.each([100, 80, 70, 55, 30, 12])('fits a terminal of %i columns', (columns) => {
    const { screen, reporter } = onScreen(columns);
    const fetching = begin(reporter, 'fetch', { items: 30_000, bytes: 3e9 });
    work(2000, () => {
      fetching.done(100);
      fetching.moved(1e7);
    });
    const lines = screen.text().trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]!.length).toBeLessThan(columns);
    expect(lines[0]).toMatch(columns > 12 ? /fetching.*1\d s left$/ : /fetchi…$/);
    expect(lines[0]!.includes('MB/s')).toBe(columns >= 80);
    expect(lines[0]!.includes('3.0 GB')).toBe(columns >= 70);
    expect(lines[0]!.includes('30,000 objects')).toBe(columns >= 50);
    reporter.close();
    expect(screen.text()).toBe('');
    expect(screen.cursorShown).toBe(true);
  });

  it('is right about the time of a large file among many small ones', () => {
    const { screen, reporter } = onScreen(100);
    const storing = begin(reporter, 'store', { items: 2001, bytes: 1e10 + 2e6 });
    work(2000, () => {
      storing.done(50);
      storing.moved(50_000);
    });
    for (const left of [/1 m 3[0-3] s left/, /1 m 2[0-3] s left/]) {
      work(10_000, () => storing.moved(5e6));
      expect(screen.text()).toMatch(left);
    }
    reporter.close();
  });

  it('keeps its line apart from running stages, and from work beside it', () => {
    const { screen, reporter } = onScreen(100);
    reporter.report({ kind: 'start', stage: stage('train'), action: 'cmd', reasons: [], attempt: 1 });
    const fetching = begin(reporter, 'fetch', { items: 10, bytes: 1e9 });
    const hashing = begin(reporter, 'hash', { items: 100 });
    work(1000, () => {
      fetching.moved(1e7);
      hashing.done();
    });
    expect(screen.text()).toMatch(
      /^ {2}\S train +1\.0 s\n {2}\S fetching +0\/10 objects .* left\n {2}\S hashing +19\/100 files .* left\n$/,
    );
    reporter.report(done('train', 'cmd', ran(1000, [])));
    hashing.finish();
    work(500, () => fetching.moved(1e7));
    expect(screen.text()).toMatch(/^ {2}✔ train +1\.0 s\n {2}\S fetching .*\n$/);
    fetching.finish();
    reporter.report({ kind: 'fetched', objects: 10, bytes: 1e9 });
    reporter.close();
    expect(screen.text()).toBe('  ✔ train               1.0 s\n  ↓ 10 objects, 1.0 GB, verified\n');
  });

  it('adds up work of one kind: side by side, and short pieces in a row', () => {
    const { screen, reporter } = onScreen(100);
    const pair = [1, 2].map(() => begin(reporter, 'hash', { items: 50 }));
    work(600, () => pair.map((each) => each.done()));
    expect(screen.text()).toMatch(/^ {2}\S hashing +22\/100 files .*\n$/);
    for (const each of pair) each.finish();
    for (let at = 0; at < 20; at++) {
      const one = begin(reporter, 'hash', { items: 5 });
      work(200, () => one.done());
      one.finish();
      vi.advanceTimersByTime(50);
    }
    expect(screen.text()).toMatch(/^ {2}\S hashing +104\/104 files .*\n$/);
    reporter.close();
  });

  it('says nothing of short work between which others work', () => {
    const { screen, reporter } = onScreen(100);
    for (let at = 0; at < 20; at++) {
      begin(reporter, 'hash', { items: 1, bytes: 10 }).finish();
      vi.advanceTimersByTime(250);
    }
    expect(screen.writes).toEqual([]);
    reporter.close();
    expect(screen.writes).toEqual([]);
  });

  it('draws also while the work never lets a timer through', () => {
    const { screen, reporter } = onScreen(100);
    const storing = begin(reporter, 'store', { items: 2000, bytes: 2e6 });
    for (let at = 0; at < 1000; at++) {
      vi.setSystemTime(Date.now() + 1); // no timer fires
      storing.done();
    }
    expect(screen.text()).toMatch(/storing .*\b1,000\/2,000 files/);
    expect(screen.writes.length).toBeLessThanOrEqual(10);
    reporter.close();
  });

  it('is not shown any more when the view is closed', () => {
    const { screen, reporter } = onScreen(100);
    const late = begin(reporter, 'push', { items: 10 });
    reporter.close();
    work(2000, () => late.done());
    expect(screen.text()).toBe('');
  });

  it('uses no colour where none is wanted', () => {
    const shown = (env: Record<string, string>): string => {
      const { screen, reporter } = onScreen(100, env);
      const hashing = begin(reporter, 'hash', { items: 100 });
      work(1000, () => hashing.done());
      reporter.close();
      return screen.writes.join('');
    };
    expect(shown({})).toContain('[36m⠋');
    expect(shown({ NO_COLOR: '1' })).not.toMatch(/\[\d+m/);
  });
});

describe('long work without a terminal', () => {
  function piped() {
    const lines: string[] = [];
    const stream = { write: (text: string) => lines.push(`${(Date.now() - 1e6) / 1000} s  ${text}`) };
    return { lines, reporter: createPlainReporter(stream, PLAIN, now) };
  }

  it('is a line every ten seconds, also of work that hangs', () => {
    const { lines, reporter } = piped();
    const pushing = begin(reporter, 'push', { items: 3000, bytes: 3e9 });
    work(25_000, () => {
      pushing.done();
      pushing.moved(1e6);
    });
    vi.advanceTimersByTime(20_000);
    pushing.finish();
    vi.advanceTimersByTime(60_000);
    reporter.close();
    expectGolden('progress-plain.txt', lines.join(''));
  });

  it('is silent for ten seconds', () => {
    const { lines, reporter } = piped();
    const pushing = begin(reporter, 'push', { items: 300, bytes: 3e6 });
    work(9900, () => pushing.done());
    pushing.finish();
    reporter.close();
    vi.advanceTimersByTime(60_000);
    expect(lines).toEqual([]);
  });

  it('is no line too many: ten seconds lie between any two, whatever is worked on', () => {
    const { lines, reporter } = piped();
    const [hashing, fetching] = [begin(reporter, 'hash', {}), begin(reporter, 'fetch', {})];
    work(39_900, () => [hashing, fetching].map((each) => each.done()));
    reporter.close();
    expect(lines.map((line) => line.split('  ')[0])).toEqual(['10 s', '20 s', '30 s']);
    expect(lines[0]).toMatch(/· hashing 199 files, 20 files\/s\n· fetching 199 objects, 20 objects\/s\n$/);
  });
});

describe('long work as JSON lines', () => {
  it('is told from half a second on', () => {
    const events: (RunEvent & { kind: 'progress' })[] = [];
    const reporter = createReporter({
      mode: 'json',
      out: { write: (text) => events.push(JSON.parse(text)) },
      err: { write: () => expect.unreachable() },
      env: {},
    });
    begin(reporter, 'hash', { items: 1 }).finish();
    const checkout = begin(reporter, 'checkout', { items: 10, bytes: 100 });
    work(1000, () => checkout.moved(5));
    checkout.finish();
    expect(events.map(({ ms }) => ms)).toEqual([500, 600, 700, 800, 900, 1000]);
    expect(events.at(-1)).toEqual({
      kind: 'progress',
      id: expect.any(String),
      task: 'checkout',
      done: { items: 0, bytes: 100 },
      total: { items: 10, bytes: 100 },
      ms: 1000,
      finished: true,
    });
  });
});
