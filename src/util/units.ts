// Amounts as people write and read them. Parsing accepts what pipeline.yaml does; formatting is for the screen only.

const SIZES: { readonly [unit: string]: number } = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};
const TIMES: { readonly [unit: string]: number } = {
  '': 1000,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `4GiB`, `500 MB`, `1024` → bytes; undefined when it is not a size. */
export function parseBytes(text: string | number): number | undefined {
  return parseWith(SIZES, String(text));
}

/** `2h`, `90s`, `1h30m`, `30` (seconds) → milliseconds; undefined when it is not a duration. */
export function parseDuration(text: string | number): number | undefined {
  const parts = String(text)
    .trim()
    .toLowerCase()
    .match(/[\d.]+\s*[a-z]*/g);
  if (!parts || parts.join('').replace(/\s/g, '') !== String(text).toLowerCase().replace(/\s/g, ''))
    return undefined;
  const each = parts.map((part) => parseWith(TIMES, part));
  return each.includes(undefined) ? undefined : each.reduce<number>((sum, ms) => sum + ms!, 0);
}

function parseWith(units: { readonly [unit: string]: number }, text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const factor =
    match && Object.hasOwn(units, match[2]!.toLowerCase()) ? units[match[2]!.toLowerCase()] : undefined;
  return match && factor !== undefined ? Math.round(Number(match[1]) * factor) : undefined;
}

/** 1_900_000 → `1.9 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** 340 → `0.3 s`; 83_000 → `1 m 23 s`. */
export function formatMs(ms: number): string {
  if (ms < 100) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} m`;
}

/** 17379 → `17,379`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : many}`;
}

/** `just now`, `5 min ago`, `3 h ago`, `2 d ago`; after a month the day. */
export function formatAgo(iso: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(iso)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return minutes < 31 * 24 * 60 ? `${Math.floor(minutes / (24 * 60))} d ago` : iso.slice(0, 10);
}
