// Any order in which stages end gives every stage exactly once, never before what it needs, never over the limits.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StageName } from '../../src/core/ids.ts';
import { type Limits, Room, type ScheduledStage } from '../../src/run/room.ts';
import { Schedule } from '../../src/run/schedule.ts';

const LIMITS: Limits = { jobs: 3, cpus: 4, memory: 100, gpus: 1 };

interface Plan {
  readonly stages: readonly ScheduledStage[];
  readonly upstream: ReadonlyMap<StageName, ReadonlySet<StageName>>;
}

/** A graph without cycles: a stage needs only earlier ones. */
const plans: fc.Arbitrary<Plan> = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(20), { maxLength: 3 }),
      cpus: fc.nat(5),
      memory: fc.constantFrom(0, 30, 60, 200),
      gpus: fc.constantFrom(0, 0, 1),
      mutex: fc.subarray(['disk', 'net'], { maxLength: 1 }),
    }),
    { minLength: 1, maxLength: 15 },
  )
  .map((drawn) => {
    const name = (at: number): StageName => `s${at}` as StageName;
    return {
      stages: drawn.map(({ cpus, memory, gpus, mutex }, at) => ({
        name: name(at),
        resources: { cpus, memory, gpus },
        mutex,
      })),
      upstream: new Map(
        drawn.map(({ needs }, at) => [
          name(at),
          new Set(at === 0 ? [] : needs.map((each) => name(each % at))),
        ]),
      ),
    };
  });

type Ending = 'done' | 'failed' | 'again';

/** Plays the schedule as `repro` does; `draw` decides who ends next and how. */
class Play {
  readonly schedule: Schedule;
  readonly begun: StageName[] = [];
  readonly done = new Set<StageName>();
  readonly blocked: StageName[] = [];
  readonly running = new Map<StageName, ScheduledStage>();
  readonly #plan: Plan;

  constructor(plan: Plan, shared?: Room) {
    this.#plan = plan;
    this.schedule = new Schedule(plan.stages, plan.upstream, LIMITS, shared);
  }

  advance(): void {
    for (let name = this.schedule.takeReady(); name; name = this.schedule.takeReady()) {
      for (const each of this.#plan.upstream.get(name) ?? []) expect(this.done).toContain(each);
      this.schedule.enqueue(name);
    }
    for (let name = this.schedule.takeRunnable(); name; name = this.schedule.takeRunnable()) {
      this.begun.push(name);
      this.running.set(name, this.#plan.stages.find((stage) => stage.name === name)!);
      checkLimits([...this.running.values()]);
    }
  }

  end(name: StageName, how: Ending): void {
    this.running.delete(name);
    if (how === 'again') {
      this.begun.splice(this.begun.indexOf(name), 1);
      this.schedule.enqueue(name);
    } else if (how === 'done') {
      this.done.add(name);
      this.schedule.done(name);
    } else this.blocked.push(...this.schedule.failed(name));
  }
}

function checkLimits(now: readonly ScheduledStage[]): void {
  expect(now.length).toBeLessThanOrEqual(LIMITS.jobs);
  const groups = now.flatMap((stage) => stage.mutex);
  expect(new Set(groups).size).toBe(groups.length);
  if (now.length > 1)
    for (const kind of ['cpus', 'memory', 'gpus'] as const) {
      const asked = now.filter((stage) => stage.resources[kind]);
      // One that asks for more than there is runs, but nobody else who asks for the same runs beside it.
      const sum = asked.reduce((total, stage) => total + stage.resources[kind]!, 0);
      if (asked.length > 1) expect(sum).toBeLessThanOrEqual(LIMITS[kind]);
    }
}

const endings = fc.infiniteStream(
  fc.record({ who: fc.nat(), how: fc.constantFrom<Ending>('done', 'done', 'done', 'failed', 'again') }),
);

describe('the schedule', () => {
  it('begins every stage once, in order and within limits, and ends', () => {
    fc.assert(
      fc.property(plans, endings, (plan, drawn) => {
        const play = new Play(plan);
        play.advance();
        for (const { who, how } of drawn) {
          if (play.schedule.finished) break;
          const names = [...play.running.keys()];
          expect(names.length, 'something runs until all is done').toBeGreaterThan(0);
          play.end(names[who % names.length]!, how);
          play.advance();
        }
        expect([...play.begun, ...play.blocked].sort()).toEqual(
          plan.stages.map((stage) => stage.name).sort(),
        );
      }),
    );
  });

  it('keeps the limits also across schedules that share a room, and all of them end', () => {
    fc.assert(
      fc.property(plans, plans, endings, (one, two, drawn) => {
        const room = new Room({ ...LIMITS, jobs: 3 });
        const plays = [new Play(one, room), new Play(two, room)];
        let woken = 0;
        room.watch(() => woken++);
        for (const play of plays) play.advance();
        for (const { who, how } of drawn) {
          if (plays.every(({ schedule }) => schedule.finished)) break;
          const running = plays.flatMap((each) =>
            [...each.running.keys()].map((stage) => ({ play: each, name: stage })),
          );
          expect(running.length, 'something runs until all is done').toBeGreaterThan(0);
          const { play, name } = running[who % running.length]!;
          const before = woken;
          play.end(name, how);
          expect(woken).toBe(before + 1);
          for (const each of plays) each.advance();
          checkLimits(plays.flatMap((each) => [...each.running.values()]));
        }
        for (const [at, plan] of [one, two].entries())
          expect([...plays[at]!.begun, ...plays[at]!.blocked].sort()).toEqual(
            plan.stages.map((stage) => stage.name).sort(),
          );
      }),
    );
  });

  it('gives back what it took of a room when it ends early', () => {
    const room = new Room(LIMITS);
    const stage = { name: 'a' as StageName, resources: {}, mutex: ['disk'] };
    const first = new Schedule([stage], new Map(), LIMITS, room);
    first.enqueue(first.takeReady()!);
    expect(first.takeRunnable()).toBe('a');
    const second = new Schedule([{ ...stage }], new Map(), LIMITS, room);
    second.enqueue(second.takeReady()!);
    expect(second.takeRunnable()).toBeUndefined();
    first.vacate();
    expect(second.takeRunnable()).toBe('a');
  });

  it('closes, when cancelled, what was not taken; what was taken is closed by who took it', () => {
    fc.assert(
      fc.property(plans, fc.nat(10), (plan, taken) => {
        const schedule = new Schedule(plan.stages, plan.upstream, LIMITS);
        const visiting: StageName[] = [];
        for (let at = 0; at < taken; at++) {
          const name = schedule.takeReady();
          if (name) visiting.push(name);
        }
        const [lined] = visiting;
        if (lined) schedule.enqueue(lined);
        const running = schedule.takeRunnable();
        const cancelled = schedule.cancel();
        expect(schedule.takeReady() ?? schedule.takeRunnable()).toBeUndefined();
        const open = visiting.filter((name) => name !== lined || name === running);
        expect([...cancelled, ...open].sort()).toEqual(plan.stages.map((stage) => stage.name).sort());
        for (const name of open) schedule.done(name);
        expect(schedule.finished).toBe(true);
        expect(schedule.takeReady()).toBeUndefined();
      }),
    );
  });

  it('goes down a chain of 20,000 stages', () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `s${at}` as StageName);
    const schedule = new Schedule(
      names.map((name) => ({ name, resources: {}, mutex: [] })),
      new Map(names.map((name, at) => [name, new Set(at === 0 ? [] : [names[at - 1]!])])),
      LIMITS,
    );
    expect(schedule.takeReady()).toBe('s0');
    expect(schedule.failed('s0' as StageName)).toHaveLength(19_999);
    expect(schedule.finished).toBe(true);
  });
});
