// biome-ignore-all lint/suspicious/noControlCharactersInRegex: terminals speak in control characters
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import { createReporter } from '../../src/render/run/create-reporter.ts';
import { createLiveReporter } from '../../src/render/run/live.ts';
import { createPlainReporter } from '../../src/render/run/plain.ts';
import { PLAIN } from '../../src/render/terminal.ts';
import { expectGolden } from './golden.ts';
import { Screen } from './screen.ts';
import { done, FAILED, FIRST_RUN, gates, path, ran, stage, summary, TOUR } from './tour.ts';

function plain(events: readonly RunEvent[]): string {
  let text = '';
  const reporter = createPlainReporter({ write: (each) => (text += each) }, PLAIN);
  for (const event of events) reporter.report(event);
  reporter.close();
  return text;
}

describe('plain lines of a run', () => {
  it('read as the tour promises', () => {
    const text = Object.entries(TOUR)
      .map(([title, events]) => `# ${title}\n${plain(events)}\n`)
      .join('');
    expectGolden('run.txt', text);
  });

  it('say the number of fresh stages once when nothing else happened', () => {
    expect(plain(TOUR['nothing to do']!)).toBe('4 fresh, nothing to do (0.06 s)\n');
  });

  it('count stages that do not fit on a line', () => {
    const names = Array.from({ length: 60 }, (_, at) => `stage-number-${at}`);
    const lines = plain([
      ...names.map((name) => done(name, 'cmd', { kind: 'fresh' })),
      done('last', 'cmd', ran(100, [])),
    ]);
    expect(lines).toMatch(/stage-number-0 .* and \d+ more {3}fresh\n/);
    expect(Math.max(...lines.split('\n').map((line) => line.length))).toBeLessThanOrEqual(92);
  });

  it('show a fresh stage whose gate says no', () => {
    const lines = plain([
      done('judge', 'evaluate', { kind: 'fresh', gates: gates(0, 1, { broken: [{ text: 'f1 is low' }] }) }),
      summary({ fresh: 1, rejected: [stage('judge')] }),
    ]);
    expect(lines).toContain('✖ judge');
    expect(lines).toContain('      f1 is low');
    expect(lines).toContain('gate failed: judge (exit 3)');
  });

  it('keep control characters of names and logs out of the terminal', () => {
    const text = plain([
      ...FAILED,
      done('evil\u001b[2J\u0007', 'cmd', ran(1, [path('a\u001b]0;title\u0007b')])),
    ]);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('explain a rerun by what changed, not by what this run itself wrote', () => {
    const events: RunEvent[] = [
      done('train', 'cmd', ran(100, ['models'], { reasons: [{ kind: 'forced' }] })),
      done(
        'judge',
        'cmd',
        ran(100, ['r.json'], {
          reasons: [
            {
              kind: 'changed',
              field: ['deps', 'models/a.onnx'],
              was: { file: 'a', bytes: 1 },
              now: { file: 'b', bytes: 2 },
            },
          ],
        }),
      ),
    ];
    expect(plain(events)).toContain('because forced');
    expect(plain(events)).toContain('0.1 s   r.json');
  });
});

describe('JSON lines', () => {
  it('are the events, one a line, on stdout', () => {
    let out = '';
    const reporter = createReporter({
      mode: 'json',
      out: { write: (text) => (out += text) },
      err: { write: () => expect.unreachable() },
      env: {},
    });
    for (const event of FIRST_RUN) reporter.report(event);
    reporter.close();
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(FIRST_RUN);
  });
});

describe('the live view', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function live(screen: Screen, events = new EventEmitter(), raise = vi.fn()) {
    const reporter = createLiveReporter({
      stream: screen,
      style: { ...PLAIN, width: screen.columns || PLAIN.width },
      events,
      now: () => Date.now(),
      raise,
    });
    return { reporter, events, raise };
  }
  const start = (name: string): RunEvent => ({
    kind: 'start',
    stage: stage(name),
    action: 'cmd',
    reasons: [],
    attempt: 1,
  });
  const output = (name: string, line: string): RunEvent => ({
    kind: 'output',
    stage: stage(name),
    line,
    stream: 'stdout',
  });

  it.each(Object.entries(TOUR))('ends with the text of plain output: %s', (_title, events) => {
    const screen = new Screen(140);
    const { reporter } = live(screen);
    for (const event of events) {
      if (event.kind === 'done' && event.outcome.kind === 'ran') {
        reporter.report(start(event.stage));
        reporter.report(output(event.stage, 'working '.repeat(40)));
        vi.advanceTimersByTime(500);
      }
      reporter.report(event);
    }
    reporter.close();
    expect(screen.text()).toBe(plain(events));
    expect(screen.cursorShown).toBe(true);
  });

  it('shows what runs, how long, and its last line', () => {
    const screen = new Screen(60);
    const { reporter } = live(screen);
    reporter.report(start('train'));
    reporter.report(output('train', 'epoch 1'));
    reporter.report(output('train', 'epoch 2 \u001b[31mof\u001b[0m 10 with a very long line that is cut'));
    vi.advanceTimersByTime(2400);
    expect(screen.text()).toMatch(/^ {2}⠋ train {15}2\.4 s {3}epoch 2 of 10 with a v.*…\n$/);
    expect(screen.cursorShown).toBe(false);
    reporter.close();
  });

  it('leaves no trace of running lines when the terminal becomes narrower', () => {
    const screen = new Screen(100);
    const { reporter } = live(screen);
    reporter.report(start('train'));
    reporter.report(output('train', 'x'.repeat(200)));
    vi.advanceTimersByTime(200);
    screen.resize(30);
    vi.advanceTimersByTime(200);
    reporter.report(done('train', 'cmd', ran(400, [])));
    reporter.close();
    expect(screen.text()).toBe('  ✔ train               0.4 s\n'.replace(/(.{30})(?=.)/, '$1\n'));
  });

  it('stands on a terminal that does not know its size', () => {
    const screen = new Screen(0);
    screen.rows = 0;
    const { reporter } = live(screen);
    reporter.report(start('train'));
    vi.advanceTimersByTime(400);
    reporter.report(done('train', 'cmd', ran(400, [])));
    reporter.close();
    expect(screen.text()).toBe('  ✔ train               0.4 s\n');
  });

  it('counts what does not fit on a low terminal', () => {
    const screen = new Screen(80);
    screen.rows = 8;
    const { reporter } = live(screen);
    for (let at = 0; at < 20; at++) reporter.report(start(`s${at}`));
    vi.advanceTimersByTime(100);
    expect(screen.text().trimEnd().split('\n')).toHaveLength(5);
    expect(screen.text()).toContain('and 16 more running');
    reporter.close();
  });

  it('draws at most once a frame however much a stage prints', () => {
    const screen = new Screen(80);
    const { reporter } = live(screen);
    reporter.report(start('train'));
    const before = screen.writes.length;
    for (let at = 0; at < 10_000; at++) reporter.report(output('train', `line ${at}`));
    vi.advanceTimersByTime(80);
    expect(screen.writes.length - before).toBe(1);
    reporter.close();
  });

  it('gives the cursor back on a signal, and lets the signal through when nobody else listens', () => {
    const screen = new Screen(80);
    const { events, raise, reporter } = live(screen);
    events.emit('SIGTERM');
    expect(screen.cursorShown).toBe(true);
    expect(raise).toHaveBeenCalledWith('SIGTERM');
    reporter.close();
    expect(events.eventNames()).toEqual([]);
  });

  it('leaves ending the run to whoever listens for the signal too', () => {
    const { events, raise, reporter } = live(new Screen(80));
    events.on('SIGINT', () => {});
    events.emit('SIGINT');
    expect(raise).not.toHaveBeenCalled();
    reporter.close();
  });
});
