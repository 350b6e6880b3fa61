import { expect, it } from 'vitest';
import { limitedUntil } from '../../../src/ci/forge/rate-limit.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECONDS = NOW / 1000;

it.each([
  ['seconds', 429, { 'retry-after': '30' }, '', 30],
  ['a date', 503, { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, '', undefined],
  ['a date with a limit', 429, { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, '', 30],
  ['more than a date holds', 429, { 'retry-after': '1e30' }, '', 365 * 24 * 3600],
  ['words', 429, { 'retry-after': 'soon' }, '', 60],
  ['GitHub’s reset', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${SECONDS + 90}` }, '', 90],
  [
    'GitHub’s reset, where calls are left',
    403,
    { 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': `${SECONDS + 90}` },
    '',
    undefined,
  ],
  ['GitLab’s reset', 429, { 'ratelimit-remaining': '0', 'ratelimit-reset': `${SECONDS + 5}` }, '', 5],
  ['no time', 429, {}, '', 60],
  ['a secondary limit', 403, {}, 'You have exceeded a secondary rate limit', 60],
  ['a missing right', 403, {}, 'Resource not accessible by integration', undefined],
  [
    'no trouble',
    200,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${SECONDS + 90}` },
    '',
    undefined,
  ],
] as const)('reads %s', (_, status, headers, words, seconds) => {
  const until = limitedUntil(new Response('', { status, headers }), words, NOW);
  expect(until).toBe(seconds === undefined ? undefined : NOW + seconds * 1000);
});
