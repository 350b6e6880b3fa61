// Two programs do the same thing at the same time: in one repository, and from two clones onto one remote. Neither loses
// what the other wrote, and the death of one is no matter to the other.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chance, draw, LONG } from './chance.ts';
import { danglingRuns, type Files, filesIn, inspect, lacks, lockedArtifacts } from './checker.ts';
import { ok, openGround, type Place } from './ground.ts';
import { storeHolding } from './keeping.ts';
import { openS3, type S3Ground } from './s3-place.ts';

const ROUNDS = LONG ? 100 : 8;
const ground = openGround('few');
let s3: S3Ground;
beforeAll(async () => {
  s3 = await openS3(ground);
});
afterAll(async () => {
  await s3.close();
  ground.remove();
});

describe('two at once', () => {
  it('add: both are declared, ignored and stored', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const place = await ground.take('fresh');
      const ended = await Promise.all(['data/raw', 'data/many'].map((path) => place.mlops(['add', path])));
      expect(ended.map(({ exit }) => exit)).toEqual([0, 0]);
      for (const path of ['data/raw', 'data/many']) {
        expect(place.read('pipeline.yaml')).toContain(`${path}:`);
        expect(place.read('.gitignore')).toContain(path);
      }
      expect(stillLacking(place, storeHolding(place).objects)).toEqual([]);
      place.remove();
    }
  });

  it('repro: every stage runs once, and both end well', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const place = await ground.take('added');
      const ended = await Promise.all([place.mlops(['repro']), place.mlops(['repro'])]);
      expect(ended.map(({ exit, said }) => (exit === 0 ? '' : said))).toEqual(['', '']);
      const ran = ended.reduce((sum, { said }) => sum + Number(/(\d+) ran/.exec(said)?.[1] ?? 0), 0);
      expect(ran).toBe(3);
      expect(stillLacking(place, storeHolding(place).objects)).toEqual([]);
      place.remove();
    }
  });

  it('pull: both end well', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const place = await ground.take('cloned');
      const ended = await Promise.all([place.mlops(['pull']), place.mlops(['pull'])]);
      expect(ended.map(({ exit, said }) => (exit === 0 ? '' : said))).toEqual(['', '']);
      expect(stillLacking(place, storeHolding(place).objects)).toEqual([]);
      place.remove();
    }
  });
});

describe.each(['a folder', 'S3'])('two clones that push to %s', (kind) => {
  /** Two clones with something in common and something of their own, one remote, and what it holds. */
  const clones = async (): Promise<{
    readonly both: readonly [Place, Place];
    readonly remote: () => Files;
  }> => {
    const from = kind === 'S3' ? s3.ground : ground;
    const both = [await from.take('made'), await from.take('made')] as const;
    const [a, b] = both;
    b.write({ 'params.yaml': 'words: 2\n', 'data/many/more.txt': 'only here\n' });
    await ok(b, ['repro']);
    if (kind === 'S3') Object.assign(b.env, a.env);
    const settings =
      kind === 'S3'
        ? a.read('.git/mlops/local.yaml')
        : `remotes:\n  o:\n    url: ${a.dir}/remote\nremote: o\n`;
    b.write({ '.git/mlops/local.yaml': settings });
    return { both, remote: () => (kind === 'S3' ? s3.files(a) : filesIn(a.remote)) };
  };
  const wholeFor = (remote: Files, places: readonly Place[]): string[] => {
    const held = inspect(remote, 'unseen');
    return [
      ...held.problems,
      ...danglingRuns(held),
      ...places.flatMap((place) => stillLacking(place, held.objects)),
    ];
  };

  it('both arrive', async () => {
    for (let round = 0; round < ROUNDS / 2; round++) {
      const { both, remote } = await clones();
      const ended = await Promise.all(both.map((place) => place.mlops(['push'])));
      expect(ended.map(({ exit, said }) => (exit === 0 ? '' : said))).toEqual(['', '']);
      expect(wholeFor(remote(), both)).toEqual([]);
      for (const place of both) place.remove();
    }
  });

  it('one dies, the other arrives, and the dead one when it comes again', async () => {
    for (const at of draw(chance(`push ${kind}`), ROUNDS / 2, 20, 120)) {
      const { both, remote } = await clones();
      const [a, b] = both;
      const [, second] = await Promise.all([
        a.mlops(['push'], { fault: { at, what: 'die' } }),
        b.mlops(['push']),
      ]);
      expect(second).toMatchObject({ exit: 0 });
      expect(wholeFor(remote(), [b])).toEqual([]);
      await ok(a, ['push']);
      expect(wholeFor(remote(), both)).toEqual([]);
      for (const place of both) place.remove();
    }
  });
});

function stillLacking(place: Place, objects: ReadonlyMap<string, Buffer>): string[] {
  return [...lockedArtifacts(place.read('pipeline.lock'))].flatMap(([path, artifact]) =>
    lacks({ objects }, artifact, path),
  );
}
