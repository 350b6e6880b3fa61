// Tickets in this process, as a worker runs them.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import type { Override, Ticket } from '../../src/core/experiment.ts';
import { failure, MlopsError } from '../../src/core/failure.ts';
import type { RepoPath } from '../../src/core/ids.ts';
import { BaselineRecords } from '../../src/experiments/baseline-records.ts';
import { listExperiments } from '../../src/experiments/refs.ts';
import {
  type OpenAt,
  runTicket,
  type TicketOutcome,
  type TrialOptions,
} from '../../src/experiments/trial.ts';
import { commitWorkspace } from '../../src/experiments/workspace-commit.ts';
import { runGit } from '../../src/git/repository.ts';
import { Project } from '../../src/project.ts';
import { Room } from '../../src/run/room.ts';
import { selectStages } from '../../src/run/select.ts';

const FOREVER = new AbortController().signal;

class Bench {
  readonly top = mkdtempSync(join(tmpdir(), 'mlops-trial-'));
  readonly events: RunEvent[] = [];
  readonly project: Project;
  readonly baselines: BaselineRecords;

  constructor(files: { readonly [path: string]: string }) {
    onTestFinished(() => rmSync(this.top, { recursive: true, force: true, maxRetries: 5 }));
    for (const [path, text] of Object.entries(files)) writeFileSync(join(this.top, path), text);
    this.git('init', '-q', '-b', 'main');
    this.git('add', '-A');
    this.git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '-qm', 'first');
    this.project = new Project({ ...this.#place(), cwd: this.top });
    this.baselines = new BaselineRecords(this.project.repo);
  }

  git(...args: readonly string[]): string {
    const { code, stdout, stderr } = runGit(this.top, args);
    expect(code, stderr).toBe(0);
    return stdout.toString();
  }

  async ticket(id: string, depth: number): Promise<Ticket> {
    const selection = selectStages(this.project.pipeline, [], '', 'upstream');
    const at = await commitWorkspace(this.project.runContext(), selection, [], []);
    const override: Override = { file: 'params.yaml' as RepoPath, key: ['depth'], op: 'set', value: depth };
    const overrides = [override];
    return {
      v: 1,
      id,
      name: id,
      ...at,
      overrides,
      message: null,
      targets: [],
      dir: '',
      sweep: null,
      created: '',
    };
  }

  run(ticket: Ticket, options: Partial<TrialOptions> = {}): Promise<TicketOutcome> {
    const { repo, config } = this.project;
    const open: OpenAt = (place) => new Project({ ...place, config, self: [] }).runContext();
    return runTicket(open, repo, ticket, {
      worktree: join(repo.commonDir, 'mlops/exp', ticket.id),
      env: process.env,
      signal: FOREVER,
      report: (event) => this.events.push(event),
      baselines: this.baselines,
      refs: undefined,
      jobs: 1,
      ...options,
    });
  }

  leftOver(): string[] {
    return ['.git/mlops/exp', '.git/worktrees']
      .map((dir) => join(this.top, dir))
      .flatMap((dir) => (existsSync(dir) ? readdirSync(dir) : []));
  }

  #place() {
    return {
      env: process.env,
      signal: FOREVER,
      self: [],
      report: (event: RunEvent) => this.events.push(event),
    };
  }
}

function pipeline(command: string, more = ''): { readonly [path: string]: string } {
  return {
    'pipeline.yaml': `stages:\n  train:\n    cmd: ${JSON.stringify(command)}\n    params: [depth]\n    outs: [model.txt]\n${more}`,
    'params.yaml': 'depth: 1\n',
  };
}

it('says which ticket an experiment came from, and gives stages the environment of its slot', async () => {
  const bench = new Bench(
    pipeline('echo "$MLOPS_SLOT $CUDA_VISIBLE_DEVICES $MLOPS_EXP_NAME" > slot.txt; cp params.yaml model.txt'),
  );
  const env = { ...process.env, MLOPS_SLOT: '2', CUDA_VISIBLE_DEVICES: '1' };
  const outcome = await bench.run(await bench.ticket('t1', 5), { env });
  expect(outcome).toMatchObject({ state: 'done', exit: 0 });
  const [experiment] = listExperiments(bench.project.repo);
  expect(experiment).toMatchObject({ name: 't1', ticket: 't1', ended: 'ok', message: 'depth=5' });
  expect(outcome).toMatchObject({ experiment: experiment!.commit });
  expect(bench.git('show', `${experiment!.commit}:slot.txt`)).toBe('2 1 t1\n');
  expect(bench.leftOver()).toEqual([]);
});

it('answers with the words of a failure, and with the stage', async () => {
  const bench = new Bench(pipeline('exit 7'));
  const outcome = await bench.run(await bench.ticket('t1', 5));
  expect(outcome).toEqual({
    state: 'failed',
    exit: 1,
    failure: 'train failed with exit code 7 (mlops logs train)',
  });
  expect(listExperiments(bench.project.repo)).toEqual([]);
  expect(bench.leftOver()).toEqual([]);
});

it('answers that it was killed when it is stopped, before or while a stage runs', async () => {
  const bench = new Bench(pipeline('echo begun; sleep 100'));
  const ticket = await bench.ticket('t1', 5);
  const stop = new AbortController();
  const reason = new MlopsError(failure('terminated', 'killed by hand'));
  const outcome = await bench.run(ticket, {
    signal: stop.signal,
    report: (event) => {
      if (event.kind === 'output') stop.abort(reason);
    },
  });
  expect(outcome).toMatchObject({ state: 'killed', exit: 143 });
  expect(await bench.run(ticket, { signal: stop.signal })).toMatchObject({ state: 'killed', exit: 143 });
  expect(listExperiments(bench.project.repo)).toEqual([]);
  expect(bench.leftOver()).toEqual([]);
});

it('replaces what an earlier one left in its place', async () => {
  const bench = new Bench(pipeline('ls > model.txt'));
  const ticket = await bench.ticket('t1', 5);
  const place = join(bench.project.repo.commonDir, 'mlops/exp/t1');
  bench.git('worktree', 'add', '-q', '--detach', place);
  writeFileSync(join(place, 'left.txt'), 'from before');
  expect(await bench.run(ticket)).toMatchObject({ state: 'done' });
  const [experiment] = listExperiments(bench.project.repo);
  expect(bench.git('ls-tree', '--name-only', experiment!.commit)).not.toContain('left.txt');
  expect(bench.leftOver()).toEqual([]);
});

it('lets stages of several tickets run at once only as far as their common room goes', async () => {
  const marks = 'for i in 1 2 3 4 5; do ls "$MARKS" > /dev/null; done';
  const bench = new Bench(
    pipeline(
      `touch "$MARKS/$MLOPS_EXP_NAME"; ls "$MARKS" | wc -l >> "$MARKS.log"; ${marks}; rm "$MARKS/$MLOPS_EXP_NAME"; cp params.yaml model.txt`,
      '    resources: {gpus: 1}\n',
    ),
  );
  const folder = mkdtempSync(join(tmpdir(), 'mlops-marks-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}.log`, { force: true });
  });
  const room = new Room({ jobs: 4, cpus: 4, memory: 1e9, gpus: 1 });
  const tickets = await Promise.all([1, 2, 3, 4].map((depth) => bench.ticket(`t${depth}`, depth)));
  const env = { ...process.env, MARKS: folder };
  const outcomes = await Promise.all(tickets.map((ticket) => bench.run(ticket, { env, room })));
  expect(outcomes.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
  expect(readFileSync(`${folder}.log`, 'utf8').trim().split(/\s+/)).toEqual(['1', '1', '1', '1']);
});
