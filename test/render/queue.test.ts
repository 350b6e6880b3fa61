import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EndedTicket, Ticket } from '../../src/core/experiment.ts';
import { commitOf, type RepoPath, type StageName } from '../../src/core/ids.ts';
import type { QueueEvent } from '../../src/core/queue-event.ts';
import { liveReporter, plainReporter } from '../../src/render/queue/reporter.ts';
import { renderQueue } from '../../src/render/queue/status.ts';
import { PLAIN } from '../../src/render/terminal.ts';
import { Screen } from './screen.ts';

const COMMIT = commitOf('3890c70d'.repeat(5));

function ticket(name: string, trees = 100): Ticket {
  return {
    v: 1,
    id: `mif3k2x90000-${name}`,
    name,
    baseline: COMMIT,
    commit: COMMIT,
    overrides: [{ file: 'params.yaml' as RepoPath, key: ['train', 'trees'], op: 'set', value: trees }],
    message: null,
    targets: [],
    dir: '',
    sweep: null,
    created: '2026-01-02T03:04:05.000Z',
  };
}

function over(of: Ticket, more: Partial<EndedTicket> = {}): EndedTicket {
  return {
    ...of,
    state: 'done',
    exit: 0,
    experiment: COMMIT,
    failure: null,
    started: '2026-01-02T03:04:05.000Z',
    ended: '2026-01-02T03:04:07.000Z',
    by: 'vm 1',
    ...more,
  };
}

const FAILED: Partial<EndedTicket> = {
  state: 'failed',
  exit: 1,
  experiment: null,
  failure: 'train failed with exit code 2 (mlops logs train)\nmore',
};

const [otter, heron, marten] = [ticket('calm-otter'), ticket('blue-heron', 200), ticket('odd-marten', 300)];
const EVENTS: readonly QueueEvent[] = [
  { kind: 'worker', slots: 2, waiting: 3 },
  { kind: 'began', slot: 0, ticket: otter!, waiting: 2 },
  { kind: 'began', slot: 1, ticket: heron!, waiting: 1 },
  { kind: 'ended', slot: 0, ticket: over(otter!), ms: 2000, waiting: 1 },
  { kind: 'began', slot: 0, ticket: marten!, waiting: 0 },
  { kind: 'ended', slot: 1, ticket: over(heron!, FAILED), ms: 500, waiting: 0 },
  { kind: 'returned', slot: 0, ticket: marten! },
  { kind: 'closed', ms: 4000, waiting: 1, elsewhere: 1 },
];

const CLOSING = `2 experiments in 4.0 s: 1 done, 1 failed, 1 waits, 1 runs in another worker
look: mlops exp queue logs blue-heron
next: mlops exp run --all
`;

describe('what a worker reports', () => {
  it('is a line for each end where nobody redraws', () => {
    let text = '';
    const { report } = plainReporter({ write: (each) => (text += each) }, PLAIN);
    for (const event of EVENTS) report(event);
    expect(text).toBe(`  ✔ calm-otter          2.0 s   train.trees=100
  ✖ blue-heron          0.5 s   failed   train.trees=200
      train failed with exit code 2 (mlops logs train)
  · odd-marten         waits again
${CLOSING}`);
  });

  it('of an empty queue says so', () => {
    let text = '';
    const { report } = plainReporter({ write: (each) => (text += each) }, PLAIN);
    report({ kind: 'worker', slots: 1, waiting: 0 });
    report({ kind: 'closed', ms: 3, waiting: 0, elsewhere: 0 });
    expect(text).toBe('the queue is empty\n');
  });
});

describe('the live view of slots', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function live(screen: Screen) {
    return liveReporter({
      stream: screen,
      style: { ...PLAIN, width: screen.columns },
      events: new EventEmitter(),
      now: () => Date.now(),
      raise: vi.fn(),
    });
  }

  it('shows what runs in which slot, what it said last, and what is left', () => {
    const screen = new Screen(100);
    const { report, close } = live(screen);
    for (const event of EVENTS.slice(0, 3)) report(event);
    const stage = 'train' as StageName;
    const run = (event: Extract<QueueEvent, { kind: 'run' }>['event']): void =>
      report({ kind: 'run', slot: 1, id: heron!.id, event });
    run({ kind: 'start', stage, action: 'cmd', reasons: [], attempt: 1 });
    run({ kind: 'output', stage, line: 'epoch 3 of 10', stream: 'stdout' });
    vi.advanceTimersByTime(400);
    expect(screen.text()).toBe(
      [
        '  ⠴ 0 calm-otter          0.4 s   train.trees=100',
        '  ⠴ 1 blue-heron          0.4 s   train.trees=200   train: epoch 3 of 10',
        '    0 experiments ended · 1 waits',
        '',
      ].join('\n'),
    );
    report(EVENTS[3]!);
    report(EVENTS[4]!);
    vi.advanceTimersByTime(80);
    expect(screen.text()).toContain('    1 experiment ended · 0 wait · about 2 s left');
    close();
    expect(screen.text().trim()).toBe('');
    expect(screen.cursorShown).toBe(true);
  });

  it('prints no line for an end, but for a failure; a table says the rest in the end', () => {
    const screen = new Screen(100);
    const { report, close } = live(screen);
    for (const event of EVENTS.slice(0, 4)) report(event);
    vi.advanceTimersByTime(80);
    expect(screen.text()).not.toContain('✔');
    for (const event of EVENTS.slice(4)) report(event);
    close();
    expect(screen.text()).toBe(`  ✖ blue-heron          0.5 s   failed   train.trees=200
      train failed with exit code 2 (mlops logs train)
  · odd-marten         waits again
  ✔ calm-otter          2.0 s   train.trees=100
${CLOSING}`);
  });

  it('fits a terminal that is too low and too narrow', () => {
    const screen = new Screen(40);
    screen.rows = 8;
    const { report } = live(screen);
    for (let slot = 0; slot < 9; slot++)
      report({ kind: 'began', slot, ticket: ticket(`experiment-${slot}`), waiting: 0 });
    vi.advanceTimersByTime(80);
    const lines = screen.text().trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[3]).toBe('    and 6 more running');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(40);
  });
});

describe('exp queue status', () => {
  it('lists what runs, waits and has ended', () => {
    const running = { ...otter!, slot: 0, pid: 4242, host: 'vm', since: '2026-01-02T03:04:05.000Z' };
    const state = { waiting: [heron!], running: [running], ended: [over(marten!, FAILED)], damaged: ['x'] };
    const search = {
      objective: { file: 'm.json', key: 'loss' },
      direction: 'min' as const,
      told: 2,
      limit: 40,
      best: { value: 0.25, name: 'seek-1' },
      why: null,
    };
    expect(renderQueue(state, [search], { now: new Date('2026-01-02T03:05:05.000Z'), style: PLAIN })).toBe(
      `experiment   state        time   where                                              tries
calm-otter   running   1 m 0 s   slot 0, pid 4242 on vm                             train.trees=100
blue-heron   waiting                                                                train.trees=200
odd-marten   failed      2.0 s   train failed with exit code 2 (mlops logs train)   train.trees=300
search for the least m.json:loss: 2 of 40 trials done, best 0.250 (seek-1)
the ticket x cannot be read
`,
    );
  });
});
