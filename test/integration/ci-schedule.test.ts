// The workflows that a schedule or a person starts, on the ground of ci-ground.ts.
import { describe, expect, it } from 'vitest';
import { startFileServer } from '../file-server.ts';
import { minio, openGround, useCloud } from './ci-ground.ts';

const cloud = useCloud();

describe.skipIf(minio === undefined)('on a schedule, and by hand', () => {
  it('drift-watch.yml opens one issue, keeps it up to date, and closes it', async () => {
    const ground = await openGround(cloud(), 'drift');
    const { developer, github } = ground;
    const share = async (message: string): Promise<void> => {
      await developer.mlops('add', 'data/2015.csv');
      await developer.commit(message);
      await developer.mlops('push');
      await developer.git('push', '-q', 'origin', 'HEAD:main');
    };
    await developer.mlops('demo', 'next');
    const good = developer.read('data/2015.csv');
    developer.edit('data/2015.csv', (text) =>
      text.replace(/,(yes|no)$/gm, (_, word) => (word === 'yes' ? ',no' : ',yes')),
    );
    await share('a year when it was the other way round');

    const first = await ground.run('drift-watch.yml', ground.scheduleEvent());
    expect(first.conclusion, first.jobs[0]!.log).toBe('failure');
    expect(github.state.issues.map(({ state }) => state)).toEqual(['open']);
    expect(github.state.issues[0]!.body).toMatch(/retrain|block/i);
    await ground.run('drift-watch.yml', ground.scheduleEvent());
    expect(github.state.issues).toHaveLength(1);

    developer.write('data/2015.csv', good);
    await share('the year as it was');
    const last = await ground.run('drift-watch.yml', ground.scheduleEvent());
    expect(last.conclusion, last.jobs[0]!.log).toBe('success');
    expect(github.state.issues.map(({ state }) => state)).toEqual(['closed']);
  });

  it('retrain.yml brings new data in, and opens one pull request with what follows', async () => {
    const ground = await openGround(cloud(), 'retrain');
    const { developer, github } = ground;
    const elsewhere = await startFileServer();
    elsewhere.files.set('/stations.csv', Buffer.from('station\nSEA\n'));
    await developer.mlops('import', `${elsewhere.url}/stations.csv`, '-o', 'data/stations.csv');
    developer.edit('params.json', (text) => text.replace('"depth": 8', '"depth": 7'));
    await developer.commit('stations; and shallow trees, not run yet');
    await developer.mlops('push');
    await developer.git('push', '-q', 'origin', 'HEAD:main');
    elsewhere.files.set('/stations.csv', Buffer.from('station\nSEA\nPDX\n'));
    const main = ground.git('rev-parse', 'main');
    for (let times = 0; times < 2; times++) {
      const run = await ground.run('retrain.yml', ground.scheduleEvent());
      expect(run.conclusion, run.jobs[0]!.log).toBe('success');
    }
    expect(github.state.pulls).toHaveLength(1);
    const { head, base } = github.state.pulls[0]!;
    expect(base.branch).toBe('main');
    expect(ground.git('rev-parse', 'main')).toBe(main);
    expect(ground.git('diff', '--name-only', main, head.branch)).toContain('pipeline.lock');
    await developer.git('fetch', '-q', 'origin', head.branch);
    await developer.git('switch', '-q', '--detach', 'FETCH_HEAD');
    await developer.mlops('pull');
    expect(developer.read('data/stations.csv')).toContain('PDX');
    expect(await developer.mlops('status')).toContain('4 stages, all fresh');
  });

  it('sweep.yml shares the trials out among runners, and draws one table of all', async () => {
    const ground = await openGround(cloud(), 'sweep');
    const { name: _, payload, ...main } = ground.scheduleEvent();
    const inputs = { overrides: '-S train.trees=10,20,30 -S train.depth=3,4' };
    const run = await ground.run('sweep.yml', {
      ...main,
      name: 'workflow_dispatch',
      payload: { ...payload, inputs },
    });
    expect(run.conclusion, run.jobs.map(({ log }) => log).join('\n')).toBe('success');
    const refs = ground.git('for-each-ref', '--format=%(refname)', 'refs/mlops/exp').split('\n');
    expect(refs.map((ref) => ref.split('-').at(-1)).sort()).toEqual(['1', '2', '3', '4', '5', '6']);
    const table = run.jobs.at(-1)!.summary;
    expect(table.match(/sweep-\d+-\d/g)).toHaveLength(6);
  });
});
