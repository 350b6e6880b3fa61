// Few requests for many pieces of one file: pieces that lie close together are read in one go.

export interface Span {
  readonly start: number;
  /** Not included. */
  readonly end: number;
}

export interface Joined<T extends Span> extends Span {
  readonly parts: readonly T[];
}

/** `spans` ascend by their start and may overlap. A join is longer than `most` only where a single span is. */
export function coalesce<T extends Span>(
  spans: readonly T[],
  { gap, most }: { readonly gap: number; readonly most: number },
): Joined<T>[] {
  const joined: { start: number; end: number; parts: T[] }[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && span.start - last.end <= gap && Math.max(span.end, last.end) - last.start <= most) {
      last.end = Math.max(last.end, span.end);
      last.parts.push(span);
    } else joined.push({ start: span.start, end: span.end, parts: [span] });
  }
  return joined;
}
