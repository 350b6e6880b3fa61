import { describe, expect, it } from 'vitest';
import type { ProgressEvent, RunEvent } from '../../src/core/event.ts';
import { startProgress } from '../../src/util/progress.ts';

function watched(total?: { items?: number; bytes?: number }) {
  const clock = { ms: 5000 };
  const events: ProgressEvent[] = [];
  const report = (event: RunEvent): void => void (event.kind === 'progress' && events.push(event));
  const progress = startProgress(report, 'hash', total, () => clock.ms);
  return { clock, events, progress };
}

describe('progress', () => {
  it('says where it stands at the beginning, ten times a second, and at the end', () => {
    const { clock, events, progress } = watched({ items: 2000, bytes: 10_000 });
    for (let i = 0; i < 1000; i++) {
      progress.moved(10);
      progress.done();
      clock.ms += 1;
    }
    progress.finish();
    expect(events.map(({ ms }) => ms)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    expect(events.map(({ done }) => done.items)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000,
    ]);
    expect(events.map(({ finished }) => finished).lastIndexOf(false)).toBe(9);
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  });

  it('says at once that all is through, as what comes then may take long', () => {
    const { clock, events, progress } = watched({ items: 2 });
    clock.ms += 1;
    progress.done();
    progress.done();
    expect(events.map(({ done }) => done.items)).toEqual([0, 2]);
    expect(events.at(-1)!.finished).toBe(false);
  });

  it('counts several at once, and takes back what an attempt had counted', () => {
    const { events, progress } = watched();
    progress.done(300);
    progress.moved(70);
    progress.moved(-50);
    progress.finish();
    expect(events.at(-1)).toMatchObject({ done: { items: 300, bytes: 20 }, total: {}, finished: true });
  });

  it('ends once, and says nothing after', () => {
    const { clock, events, progress } = watched({ items: 2 });
    progress.finish();
    progress.finish();
    clock.ms += 1000;
    progress.done();
    expect(events).toHaveLength(2);
  });

  it('has another name for each piece of work', () => {
    const [one, other] = [watched(), watched()];
    expect(one.events[0]!.id).not.toBe(other.events[0]!.id);
  });
});
