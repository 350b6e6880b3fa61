// Cases whose remote is the S3 server of this test.

import { basename } from 'node:path';
import { type Fault, type LoggedRequest, startS3 } from '../s3-server/server.ts';
import { danglingRuns, danglingTrees, type Files, inspect, lacks, lockedArtifacts } from './checker.ts';
import { type Broken, COMMANDS } from './commands.ts';
import { type Ground, ok, type Place } from './ground.ts';
import { storeHolding } from './keeping.ts';

const BUCKET = 'bucket';

/** How the server answers one request of a case; undefined: as it should. */
export type Spoil = (request: string) => Fault | undefined;

export interface S3Ground {
  /** As the ground it stands on, but remotes are on the server, each case under a prefix of its own. */
  readonly ground: Ground;
  /** Requests of a case so far, in words that are the same for every case: `GetObject objects/ab/cd…`. */
  requests(place: Place): readonly string[];
  spoil(place: Place, spoil: Spoil): void;
  /** What the case's remote holds, by name. */
  files(place: Place): Files;
  close(): Promise<void>;
}

export async function openS3(ground: Ground): Promise<S3Ground> {
  const server = await startS3({ buckets: [BUCKET] });
  const bucket = server.buckets.get(BUCKET)!;
  const sent = new Map<string, string[]>();
  const spoils = new Map<string, Spoil>();
  server.faults = (request) => {
    const [prefix, name] = nameOf(request);
    sent.set(prefix, [...(sent.get(prefix) ?? []), name]);
    return spoils.get(prefix)?.(name);
  };
  const prefixOf = (place: Place): string => basename(place.dir);
  const point = (place: Place): Place => {
    place.env['AWS_ACCESS_KEY_ID'] = server.keys.accessKeyId;
    place.env['AWS_SECRET_ACCESS_KEY'] = server.keys.secretAccessKey;
    const url = `s3://${BUCKET}/${prefixOf(place)}`;
    // The clone's own settings: the workspace is the same in every case.
    place.write({
      '.git/mlops/local.yaml': `remotes:\n  s3:\n    url: ${url}\n    endpoint: ${server.url}\nremote: s3\n`,
    });
    return place;
  };
  let filling: Promise<ReturnType<typeof namesBelow>> | undefined;
  const namesBelow = (place: Place) =>
    [...bucket].flatMap(([key, object]) => {
      const root = `${prefixOf(place)}/`;
      return key.startsWith(root) ? [[key.slice(root.length), object] as const] : [];
    });
  const fill = async () => {
    const place = point(await ground.take('made'));
    await ok(place, ['push']);
    return namesBelow(place);
  };
  return {
    ground: {
      ...ground,
      take: async (state) => {
        const place = point(await ground.take(state));
        if (state === 'cloned' || state === 'pushed') {
          filling ??= fill();
          for (const [name, object] of await filling) bucket.set(`${prefixOf(place)}/${name}`, object);
        }
        return place;
      },
    },
    requests: (place) => sent.get(prefixOf(place)) ?? [],
    spoil: (place, spoil) => void spoils.set(prefixOf(place), spoil),
    files: (place) =>
      new Map(namesBelow(place).map(([name, { bytes }]) => [name.replace(/^v1\//, ''), () => bytes])),
    close: () => server.close(),
  };
}

/** The case that sent it, and what it asks for. */
function nameOf({ operation, key, query }: LoggedRequest): readonly [prefix: string, name: string] {
  const path = key === '' ? (query.get('prefix') ?? '') : key;
  const [, prefix = '', name = ''] = /^([^/]*)\/?(?:v1\/)?(.*)$/.exec(path) ?? [];
  const part = query.get('partNumber') ?? query.get('continuation-token') ?? '';
  return [prefix, `${operation} ${name}${part === '' ? '' : ` ${part}`}`];
}

export const S3_COMMANDS = ['push to S3', 'pull from S3', 'repro --pull from S3'] as const;

export function s3Command(s3: S3Ground, name: (typeof S3_COMMANDS)[number]): Broken {
  const [push, pull] = ['push', 'pull'].map((each) => COMMANDS.find((command) => command.name === each)!);
  const holding = (place: Place) => inspect(s3.files(place), 'unseen');
  const together = (place: Place): string[] => {
    const held = holding(place);
    return [...held.problems, ...danglingTrees(held), ...danglingRuns(held)];
  };
  const complete = (place: Place): string[] => {
    const held = holding(place);
    return [...lockedArtifacts(place.read('pipeline.lock'))].flatMap(([path, artifact]) =>
      lacks(held, artifact, path),
    );
  };
  switch (name) {
    case 'push to S3':
      return { ...push!, name, check: (place) => [...together(place), ...complete(place)], always: together };
    case 'pull from S3':
      return { ...pull!, name };
    case 'repro --pull from S3':
      // It brings what the stages need, no more.
      return { ...pull!, name, args: ['repro', '--pull'], check: (place) => storeHolding(place).problems };
  }
}
