import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../../src/core/experiment.ts';
import { dropRefs } from '../../../src/experiments/queue/drop-refs.ts';
import { enqueue } from '../../../src/experiments/queue/enqueue.ts';
import { finish, tidy } from '../../../src/experiments/queue/finish.ts';
import { clearLeftovers } from '../../../src/experiments/queue/leftovers.ts';
import {
  idsIn,
  logFile,
  openQueue,
  QUEUE_REFS,
  ticketFile,
  worktreeOf,
} from '../../../src/experiments/queue/queue.ts';
import { removeTickets } from '../../../src/experiments/queue/remove.ts';
import { retry } from '../../../src/experiments/queue/retry.ts';
import { findTicket, queueState } from '../../../src/experiments/queue/state.ts';
import { Line, type Taken } from '../../../src/experiments/queue/take.ts';
import { readEnded, readTicket, writeTicket } from '../../../src/experiments/queue/ticket-file.ts';
import { writeExperiment } from '../../../src/experiments/refs.ts';
import { addWorktree } from '../../../src/git/worktree.ts';
import { treeOf } from '../../../src/git/write-commit.ts';
import { thisProcess } from '../../../src/util/process.ts';
import { ended, type Ground, openGround } from './ground.ts';

function names(state: readonly Ticket[]): string[] {
  return state.map(({ name }) => name);
}

/** A slot runs one at a time. */
let slots = 0;

function line(ground: Ground, queue = ground.queue): Line {
  return new Line(queue, undefined, () => {});
}

async function takeAll(from: Line): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (let next = await from.take(slots++); next; next = await from.take(slots++)) taken.push(next);
  return taken;
}

describe('the queue', () => {
  it('keeps the order in which experiments were queued, and a ref for each', async () => {
    const ground = openGround();
    await ground.add('zoe', 'adam');
    await ground.add('mid');
    expect(names(queueState(ground.queue).waiting)).toEqual(['zoe', 'adam', 'mid']);
    expect(ground.refs()).toHaveLength(3);
    expect(ground.git('rev-parse', ground.refs()[0]!).trim()).toBe(ground.commit);
  });

  it('gives names that nobody has, and refuses those that somebody has, whatever their case', async () => {
    const ground = openGround();
    await ground.add('Calm-Otter');
    await expect(ground.add('new', 'calm-otter')).rejects.toThrow(
      'there is an experiment calm-otter already',
    );
    await expect(ground.add('twin', 'TWIN')).rejects.toThrow('already');
    await expect(ground.add('a b')).rejects.toThrow('cannot be called');
    expect(names(queueState(ground.queue).waiting)).toEqual(['Calm-Otter']);
    expect(ground.refs()).toHaveLength(1);
    const given = await enqueue(
      ground.queue,
      undefined,
      Array.from({ length: 300 }, () => ground.wish(null)),
    );
    expect(new Set(names(given).map((name) => name.toLowerCase())).size).toBe(300);
  });

  it('refuses the name of an experiment', async () => {
    const ground = openGround();
    experimentOf(ground, { ...(await ground.add('first'))[0]!, id: 'other' });
    const [ticket] = queueState(ground.queue).waiting;
    rmSync(ticketFile(ground.queue, 'waiting', ticket!.id));
    await expect(ground.add('FIRST')).rejects.toThrow('already');
  });

  it('lets a worker elsewhere that has the same process number take one as well', async () => {
    const ground = openGround();
    await ground.add('one', 'two');
    const elsewhere = openQueue(ground.queue.repo, { ...thisProcess(), host: 'elsewhere', bootId: 'other' });
    const here = await line(ground).take(0);
    const there = await line(ground, elsewhere).take(0);
    expect([here, there].map((taken) => taken?.ticket.name)).toEqual(['one', 'two']);
    for (const taken of [here, there]) taken?.claim.release();
  });

  it('gives each ticket to one taker', async () => {
    const ground = openGround();
    await ground.add('a', 'b', 'c');
    const other = openQueue(ground.queue.repo);
    const [one, two] = await Promise.all([takeAll(line(ground)), takeAll(line(ground, other))]);
    expect([...one, ...two].map(({ ticket }) => ticket.name).sort()).toEqual(['a', 'b', 'c']);
    expect(names(queueState(ground.queue).running)).toEqual(['a', 'b', 'c']);
    for (const { claim } of [...one, ...two]) claim.release();
    expect(names(queueState(ground.queue).waiting)).toEqual(['a', 'b', 'c']);
    expect(readdirSync(ground.queue.work.dir).filter((file) => file.startsWith('exp'))).toEqual([]);
  });

  it('sees what was queued after it looked', async () => {
    const ground = openGround();
    await ground.add('a');
    const one = line(ground);
    await one.take(0);
    expect(await one.take(1)).toBeUndefined();
    await ground.add('b');
    expect((await one.take(1))?.ticket.name).toBe('b');
  });

  it('leaves to a worker on another machine what it runs, until it has been silent for a minute', async () => {
    const ground = openGround();
    await ground.add('a');
    const far = openQueue(ground.queue.repo, { ...thisProcess(), host: 'far', bootId: 'other' });
    expect(await takeAll(line(ground, far))).toHaveLength(1);
    expect(queueState(ground.queue).running).toMatchObject([
      { name: 'a', host: 'far', slot: expect.any(Number) },
    ]);
    expect(await line(ground).take(0)).toBeUndefined();
    const claim = readdirSync(far.work.dir).find((file) => file.startsWith('exp'))!;
    utimesSync(join(far.work.dir, claim), new Date(0), new Date(Date.now() - 61_000));
    expect((await line(ground).take(0))?.ticket.name).toBe('a');
  });

  it('passes over a ticket that cannot be read, says so once, and can remove it', async () => {
    const ground = openGround();
    const [a] = await ground.add('a', 'b');
    writeFileSync(ticketFile(ground.queue, 'waiting', a!.id), '{"v":1');
    const said: string[] = [];
    const one = new Line(ground.queue, undefined, (event) => {
      if (event.kind === 'warning') said.push(event.text);
    });
    expect((await one.take(0))?.ticket.name).toBe('b');
    expect(await one.take(0)).toBeUndefined();
    expect(said).toHaveLength(1);
    expect(queueState(ground.queue).damaged).toEqual([a!.id]);
  });

  it.each([
    ['no name', { name: 3 }],
    ['a name that leaves its folder', { name: '../../x' }],
    ['no commit', { commit: 'HEAD' }],
    ['a later version', { v: 2 }],
    ['another id', { id: 'x' }],
  ])('takes a ticket with %s for damaged', async (_, change) => {
    const ground = openGround();
    const [a] = await ground.add('a');
    writeFileSync(ticketFile(ground.queue, 'waiting', a!.id), JSON.stringify({ ...a, ...change }));
    expect(readTicket(ground.queue, a!.id)).toBe('damaged');
  });
});

describe('the end of an experiment', () => {
  it('leaves the ended file and no more', async () => {
    const ground = openGround();
    await ground.add('a');
    const { ticket, claim } = (await line(ground).take(0))!;
    await addWorktree(ground.queue.repo, worktreeOf(ground.queue, ticket.id), ground.commit, ground.commit);
    finish(ground.queue, ended(ticket));
    claim.release();
    dropRefs(ground.queue, [ticket.id]);
    expect(idsIn(ground.queue, 'waiting')).toEqual([]);
    expect(readEnded(ground.queue, ticket.id)).toMatchObject({ state: 'done', name: 'a' });
    expect(ground.refs()).toEqual([]);
    expect(ground.git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  });

  /** A worker dies with its claim, so here claims are only released. */
  it.each([
    ['after the ended file', 0],
    ['after the waiting file went', 1],
    ['after the ref went', 2],
    ['after the worktree went', 3],
  ])('is finished by the next one when its worker died %s', async (_, steps) => {
    const ground = openGround();
    const [ticket] = await ground.add('a');
    const worktree = worktreeOf(ground.queue, ticket!.id);
    await addWorktree(ground.queue.repo, worktree, ground.commit, ground.commit);
    writeTicket(ground.queue, 'ended', ended(ticket!));
    if (steps > 0) rmSync(ticketFile(ground.queue, 'waiting', ticket!.id));
    if (steps > 1) ground.git('update-ref', '-d', QUEUE_REFS + ticket!.id);
    if (steps > 2) rmSync(worktree, { recursive: true });
    await clearLeftovers(ground.queue);
    expect(await line(ground).take(0)).toBeUndefined();
    expect(idsIn(ground.queue, 'waiting')).toEqual([]);
    expect(readEnded(ground.queue, ticket!.id)).toMatchObject({ state: 'done' });
    expect(ground.refs()).toEqual([]);
    expect(existsSync(worktree)).toBe(false);
  });

  it('is found in the experiment when its worker died before the ended file', async () => {
    const ground = openGround();
    const [ticket] = await ground.add('a');
    mkdirSync(join(ground.queue.shared, 'logs/exp'), { recursive: true });
    writeFileSync(logFile(ground.queue, ticket!.id), '');
    const experiment = experimentOf(ground, ticket!);
    expect((await line(ground).take(0))?.ran).toMatchObject({ commit: experiment.commit, name: 'a' });
  });

  it('of a failure keeps the commit for a retry', async () => {
    const ground = openGround();
    const [ticket] = await ground.add('a');
    finish(ground.queue, ended(ticket!, { state: 'failed', exit: 1, experiment: null, failure: 'no' }));
    await clearLeftovers(ground.queue);
    expect(ground.refs()).toEqual([QUEUE_REFS + ticket!.id]);
    await retry(ground.queue, undefined, readEnded(ground.queue, ticket!.id)!);
    const taken = (await line(ground).take(0))!;
    expect(taken.ticket).toEqual(ticket);
    expect(idsIn(ground.queue, 'ended')).toEqual([]);
    tidy(ground.queue, ended(taken.ticket));
    expect(ground.refs()).toEqual([]);
  });

  it('keeps the commit also while what is written of the end cannot be read', async () => {
    const ground = openGround();
    const [ticket] = await ground.add('a');
    finish(ground.queue, ended(ticket!, { state: 'failed', exit: 1, experiment: null, failure: 'no' }));
    writeFileSync(ticketFile(ground.queue, 'ended', ticket!.id), '{"v":');
    await clearLeftovers(ground.queue);
    expect(ground.refs()).toEqual([QUEUE_REFS + ticket!.id]);
  });

  it('is no retry when there is a result, or another has its name', async () => {
    const ground = openGround();
    const [a, b] = await ground.add('a', 'b');
    finish(ground.queue, ended(a!));
    await expect(retry(ground.queue, undefined, readEnded(ground.queue, a!.id)!)).rejects.toThrow(
      'has its result',
    );
    finish(ground.queue, ended(b!, { state: 'failed', experiment: null, failure: 'no' }));
    await ground.add('B');
    await expect(retry(ground.queue, undefined, readEnded(ground.queue, b!.id)!)).rejects.toThrow('already');
    expect(readEnded(ground.queue, b!.id)).toBeDefined();
  });

  it('waits for who is putting its files away before it is retried', async () => {
    const ground = openGround();
    await ground.add('a');
    const { ticket, claim } = (await line(ground).take(0))!;
    const failed = ended(ticket, { state: 'failed', experiment: null, failure: 'no' });
    writeTicket(ground.queue, 'ended', failed);
    const retried = retry(ground.queue, undefined, failed);
    tidy(ground.queue, failed);
    claim.release();
    await retried;
    expect(names(queueState(ground.queue).waiting)).toEqual(['a']);
  });
});

describe('leftovers', () => {
  it('refs without a ticket go, those of tickets stay', async () => {
    const ground = openGround();
    const [ticket] = await ground.add('a');
    ground.git('update-ref', `${QUEUE_REFS}mif3k2x90000-lost`, ground.commit);
    await clearLeftovers(ground.queue);
    expect(ground.refs()).toEqual([QUEUE_REFS + ticket!.id]);
  });

  it('what Git keeps of a worktree goes, also where its removal was cut off', async () => {
    const ground = openGround();
    const [a, b] = await ground.add('a', 'b');
    const kept = join(ground.queue.repo.commonDir, 'worktrees');
    for (const { id, commit } of [a!, b!]) {
      await addWorktree(ground.queue.repo, worktreeOf(ground.queue, id), commit, commit);
      rmSync(worktreeOf(ground.queue, id), { recursive: true });
      rmSync(ticketFile(ground.queue, 'waiting', id));
    }
    rmSync(join(kept, a!.id, 'gitdir'));
    await clearLeftovers(ground.queue);
    expect(existsSync(kept) ? readdirSync(kept) : []).toEqual([]);
  });

  it('worktrees of what runs stay', async () => {
    const ground = openGround();
    await ground.add('a');
    const { ticket } = (await line(ground).take(0))!;
    const worktree = worktreeOf(ground.queue, ticket.id);
    await addWorktree(ground.queue.repo, worktree, ground.commit, ground.commit);
    renameSync(ticketFile(ground.queue, 'waiting', ticket.id), join(ground.queue.dir, 'elsewhere'));
    await clearLeftovers(ground.queue);
    expect(existsSync(worktree)).toBe(true);
  });
});

describe('removal', () => {
  it('takes what waits and what has ended, with refs and logs, and leaves what runs', async () => {
    const ground = openGround();
    const [a, b, c] = await ground.add('a', 'b', 'c');
    const first = (await line(ground).take(0))!;
    finish(ground.queue, ended(b!, { state: 'failed', experiment: null, failure: 'no' }));
    mkdirSync(join(ground.queue.shared, 'logs/exp'), { recursive: true });
    writeFileSync(logFile(ground.queue, b!.id), 'said\n');
    expect(await removeTickets(ground.queue, [a!, b!, c!])).toEqual([a]);
    expect(queueState(ground.queue)).toMatchObject({ waiting: [], running: [{ name: 'a' }], ended: [] });
    expect(ground.refs()).toEqual([QUEUE_REFS + a!.id]);
    expect(existsSync(logFile(ground.queue, b!.id))).toBe(false);
    first.claim.release();
  });
});

describe('a name', () => {
  it('means what runs or waits before what has ended, and the last of these', async () => {
    const ground = openGround();
    const [old] = await ground.add('a');
    finish(ground.queue, ended(old!, { state: 'failed', experiment: null, failure: 'old' }));
    const [later] = await ground.add('a');
    finish(ground.queue, ended(later!, { state: 'failed', ended: '2026-02-01T00:00:00.000Z' }));
    expect(findTicket(queueState(ground.queue), 'A')).toMatchObject({
      kind: 'ended',
      ticket: { id: later!.id },
    });
    await ground.add('a');
    expect(findTicket(queueState(ground.queue), 'a')).toMatchObject({ kind: 'waiting' });
    expect(() => findTicket(queueState(ground.queue), 'aa')).toThrow('the queue has no "aa"');
  });
});

function experimentOf(ground: Ground, { id, name, baseline }: Ticket) {
  const tree = treeOf(ground.queue.repo, ground.commit);
  return writeExperiment(
    ground.queue.repo,
    tree,
    {
      v: 1,
      name,
      baseline,
      baselineTree: tree,
      patch: null,
      overrides: [],
      ticket: id,
      sweep: null,
      ended: 'ok',
      ms: 1,
      started: '2026-01-02T03:04:05.000Z',
    },
    'tried',
  );
}
