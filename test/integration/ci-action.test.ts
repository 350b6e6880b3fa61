// The workflows that users copy, step by step from their own YAML: a bare repository behind a Git server, MinIO that gives roles to
// jobs, and GitHub's API, which checks what it is asked and what it answers against its public description.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkflowDone } from '../actions-runner/run-workflow.ts';
import { type Ground, minio, openGround, useCloud } from './ci-ground.ts';
import { setBucketPolicy } from './minio-admin.ts';

const cloud = useCloud();

describe.skipIf(minio === undefined)('pull-request.yml', () => {
  it('reports a change, pushes lock and objects; the second time it changes nothing and says what was saved', async () => {
    const ground = await openGround(cloud(), 'change');
    const { github } = ground;
    await branch(ground, 'shallow', ({ edit }) =>
      edit('params.json', (text) => text.replace('"depth": 8', '"depth": 7')),
    );
    const pull = await ground.pull('shallow');
    const first = await ground.run('pull-request.yml', ground.pullEvent(pull));
    const [job] = first.jobs;
    expect(first.conclusion, job!.log).toBe('success');

    const outputs = job!.steps[1]!.outputs;
    expect(JSON.parse(outputs['changed-stages']!)).toEqual(['prepare', 'train', 'judge', 'watch']);
    expect(outputs['lock-changed']).toBe('true');
    expect(JSON.parse(outputs['metrics']!)).toContainEqual(expect.objectContaining({ key: 'accuracy' }));
    expect(job!.summary).toContain('3 ran, 1 restored');
    expect(job!.annotations).toEqual([]);

    expect(github.state.comments).toHaveLength(1);
    expect(github.state.comments[0]!.body).toContain('`train.depth` | `8` → `7`');
    expect(github.state.comments[0]!.body).toMatch(/\[Full report\]\(<https:.*\/artifacts\/\d+>\)/);
    const pushed = ground.git('rev-parse', 'shallow');
    expect(ground.git('rev-parse', `${pushed}^`)).toBe(pull.head.sha);
    expect(ground.git('show', `${pushed}:pipeline.lock`)).not.toBe(
      ground.git('show', `${pull.head.sha}:pipeline.lock`),
    );
    expect(github.state.statuses.map(({ sha, state }) => [sha, state])).toEqual([
      [pull.head.sha, 'success'],
      [pushed, 'success'],
    ]);
    expect((await ground.keys('team/v1/runs/pr-1/')).length).toBeGreaterThan(0);
    const runsOfMain = await ground.keys('team/v1/runs/main/');
    expect(holdersOf(ground, first)).toEqual([]);

    await ground.developer.git('pull', '-q', '--rebase', 'origin', 'shallow');
    const second = await ground.run('pull-request.yml', ground.pullEvent(await ground.pull('shallow')));
    expect(second.conclusion, second.jobs[0]!.log).toBe('success');
    expect(second.jobs[0]!.steps[1]!.outputs['lock-changed']).toBe('false');
    expect(ground.git('rev-parse', 'shallow')).toBe(pushed);
    expect(github.state.comments).toHaveLength(1);
    expect(github.state.comments[0]!.body).toMatch(/\d s saved/);
    expect(second.jobs[0]!.log).toMatch(/restored from the (remote|store)/);
    expect(await ground.keys('team/v1/runs/main/')).toEqual(runsOfMain);
  });

  it('turns red where a gate says no, and says so in comment and status', async () => {
    const ground = await openGround(cloud(), 'gate');
    await branch(ground, 'stump', ({ edit }) =>
      edit('params.json', (text) => text.replace('"trees": 100', '"trees": 1')),
    );
    const run = await ground.run('pull-request.yml', ground.pullEvent(await ground.pull('stump')));
    expect(run.conclusion).toBe('failure');
    expect(ground.github.state.statuses.map(({ state }) => state)).toContain('failure');
    expect(ground.github.state.comments[0]!.body).toContain('gates 0/3');
    expect(run.jobs[0]!.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', file: 'pipeline.yaml' }),
    );
  });

  it('posts the report of a stage that failed, with its line', async () => {
    const ground = await openGround(cloud(), 'failing');
    await branch(ground, 'broken', ({ edit }) =>
      edit('src/train.mjs', (text) => `throw new Error('no trees today');\n${text}`),
    );
    const run = await ground.run('pull-request.yml', ground.pullEvent(await ground.pull('broken')));
    expect(run.conclusion).toBe('failure');
    expect(ground.github.state.comments[0]!.body).toContain('no trees today');
    expect(ground.github.state.statuses.at(-1)!.state).toMatch(/failure|error/);
    const lines = ground.developer.read('pipeline.yaml').split('\n');
    const at = lines.findIndex((text) => text.startsWith('  train:'));
    const { line } = run.jobs[0]!.annotations.find(
      ({ level, file }) => level === 'error' && file === 'pipeline.yaml',
    )!;
    expect([at + 1, at + 2]).toContain(Number(line));
  });

  it('runs for a fork without secrets, and lets fork-comment.yml post', async () => {
    const ground = await openGround(cloud(), 'fork');
    await setBucketPolicy(cloud().s3, 'fork', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: ['*'] },
          Action: ['s3:ListBucket'],
          Resource: ['arn:aws:s3:::fork'],
        },
        {
          Effect: 'Allow',
          Principal: { AWS: ['*'] },
          Action: ['s3:GetObject'],
          Resource: ['arn:aws:s3:::fork/*'],
        },
      ],
    });
    const before = await ground.keys('');
    await branch(ground, 'eve', ({ edit }) =>
      edit('params.json', (text) => text.replace('"depth": 8', '"depth": 7')),
    );
    const pull = await ground.pull('eve', 'eve/weather');
    const run = await ground.run('pull-request.yml', ground.pullEvent(pull));
    expect(run.conclusion, run.jobs[0]!.log).toBe('success');
    expect(run.jobs[0]!.log).toContain('restored from the remote');
    expect(ground.github.state.comments).toEqual([]);
    expect(await ground.keys('')).toEqual(before);

    const comment = await ground.run('fork-comment.yml', ground.afterRun(run, pull));
    expect(comment.conclusion, comment.jobs[0]!.log).toBe('success');
    expect(ground.github.state.comments.map(({ on }) => on)).toEqual([pull.number]);
    expect(ground.github.state.comments[0]!.body).toContain('#artifacts>)');
    expect(ground.github.state.statuses.map(({ sha, state }) => [sha, state])).toEqual([
      [pull.head.sha, 'success'],
    ]);
  });

  it('runs for pushes to main, whose results everybody believes', async () => {
    const ground = await openGround(cloud(), 'main');
    const { developer, github } = ground;
    developer.edit('params.json', (text) => text.replace('"depth": 8', '"depth": 7'));
    await developer.commit('shallow');
    await developer.git('push', '-q', 'origin', 'HEAD:main');
    const event = ground.pushEvent();
    const run = await ground.run('pull-request.yml', event);
    expect(run.conclusion, run.jobs[0]!.log).toBe('success');
    expect(github.state.comments).toEqual([]);
    expect(github.state.statuses[0]).toMatchObject({ sha: event.sha, state: 'success' });
    await developer.git('pull', '-q', '--rebase', 'origin', 'main');
    await developer.mlops('pull');
    expect(await developer.mlops('status')).toContain('4 stages, all fresh');
  });

  it('leaves a report of a job that was cancelled in the middle', async () => {
    const ground = await openGround(cloud(), 'cancelled');
    const cancel = new AbortController();
    const trains = createServer((_, response) => {
      cancel.abort();
      response.end();
    }).listen(0, '127.0.0.1');
    await once(trains, 'listening');
    const { port } = trains.address() as AddressInfo;
    const slow = `await fetch('http://127.0.0.1:${port}'); await new Promise((done) => setTimeout(done, 60_000));`;
    await branch(ground, 'slow', ({ edit }) => edit('src/train.mjs', (text) => `${slow}\n${text}`));
    const event = ground.pullEvent(await ground.pull('slow'));
    const run = await ground.run('pull-request.yml', event, { cancel: cancel.signal });
    trains.close();
    expect(run.conclusion).toBe('cancelled');
    expect(run.jobs[0]!.log, 'it was told, and ended by itself').toContain('\nreport: ');
    expect(ground.github.state.comments[0]!.body).toMatch(/cancelled/i);
  });
});

/** A branch of the developer with one commit. */
async function branch(
  { developer }: Ground,
  name: string,
  change: (files: { edit(path: string, how: (text: string) => string): void }) => void,
): Promise<void> {
  await developer.git('switch', '-q', '-c', name);
  change({ edit: (path, how) => developer.edit(path, how) });
  await developer.commit(name);
}

/** Where a token of the run lies in plain sight: in its log, and in what it leaves in its folders. */
function holdersOf({ host, github }: Ground, run: WorkflowDone): string[] {
  const tokens = [github.token, 'ghs_SSS', ...(host.idToken ? [host.idToken.token] : [])];
  const folder = join(host.folder, 'runs', String(run.runId));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const texts = files.map(
    (each) =>
      [join(each.parentPath, each.name), readFileSync(join(each.parentPath, each.name), 'latin1')] as const,
  );
  return [...texts, ...run.jobs.map(({ id, log }) => [`log of ${id}`, log] as const)]
    .filter(([, text]) => tokens.some((token) => text.includes(token)))
    .map(([where]) => where);
}
