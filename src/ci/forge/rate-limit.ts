// How long an API asks to be left alone. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api and
// https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers.

/** A secondary limit that names no time: GitHub's pages say a minute. */
const UNSAID_MS = 60_000;
/** Longer is no rate limit, and no date that can be written. */
const LONGEST_MS = 365 * 24 * 3_600_000;

/** Undefined: the answer is no rate limit. `now`: milliseconds since 1970, as the return value counts from there. */
export function limitedUntil({ status, headers }: Response, words: string, now: number): number | undefined {
  if (status !== 429 && status !== 403) return undefined;
  const after = headers.get('retry-after');
  if (after !== null) return Math.min(afterOf(after, now), now + LONGEST_MS);
  const reset =
    Number(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? Number.NaN) * 1000;
  if (headers.get('x-ratelimit-remaining') === '0' || status === 429)
    return Number.isFinite(reset) ? Math.min(reset, now + LONGEST_MS) : now + UNSAID_MS;
  return /\bsecondary rate\b/i.test(words) ? now + UNSAID_MS : undefined;
}

/** Seconds, or a date: RFC 9110 §10.2.3. */
function afterOf(text: string, now: number): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return now + seconds * 1000;
  const date = Date.parse(text);
  return Number.isFinite(date) ? date : now + UNSAID_MS;
}
