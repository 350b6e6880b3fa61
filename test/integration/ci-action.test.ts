// The workflows that users copy, step by step from their own YAML: a bare repository behind a Git server, MinIO that gives roles to
// jobs, and GitHub's API, which checks what it is asked and what it answers against its public description.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, openGround, startCloud } from './ci-ground.ts';
import { findProgram, howToGet, MINIO } from './s3-programs.ts';

const minio = findProgram(MINIO);
if (minio === undefined) console.warn(howToGet(MINIO));

describe.skipIf(minio === undefined)('pull-request.yml', () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startCloud(minio!);
  });
  afterAll(() => cloud?.stop());

  it('reports a change once, and the second time says what was saved', async () => {
    const ground = await openGround(cloud, 'change');
    const { developer, github } = ground;
    await developer.git('switch', '-q', '-c', 'deeper');
    developer.edit('params.json', (text) => text.replace('"depth": 6', '"depth": 7'));
    await developer.commit('deeper trees');
    const pull = await ground.pull('deeper');
    const first = await ground.run('pull-request.yml', ground.pullEvent(pull));
    console.log(
      first.jobs[0]!.log,
      first.jobs[0]!.summary,
      first.jobs[0]!.annotations,
      JSON.stringify(first.jobs[0]!.steps, null, 1),
    );
    console.log(github.state, github.log);
    expect(first.conclusion).toBe('success');
  });
});
