// Where the files of a commit are shown.
import { expect, it } from 'vitest';
import { filesUrl } from '../../src/ci/files-url.ts';
import type { CommitId } from '../../src/core/ids.ts';

const commit = 'a'.repeat(40) as CommitId;
const repository = { slug: 'octo/rides', url: 'https://host/octo/rides', apiUrl: 'https://host/api' };

it('links to files where the host shows them', () => {
  expect(filesUrl({ host: 'github', repository }, commit)).toBe(`https://host/octo/rides/blob/${commit}/`);
  expect(filesUrl({ host: 'gitlab', repository }, commit)).toBe(`https://host/octo/rides/-/blob/${commit}/`);
});

it('links to none where nobody knows', () => {
  expect(filesUrl({ host: 'shell', repository }, commit)).toBeUndefined();
  expect(filesUrl({ host: 'github', repository: undefined }, commit)).toBeUndefined();
  expect(filesUrl({ host: 'github', repository }, undefined)).toBeUndefined();
});
