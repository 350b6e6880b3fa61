/**
 * Runs `work` over `items`, at most `limit` at once, results in the order of the items. The first error stops
 * new work, waits for what is running, and is thrown. An aborted signal does the same with its reason.
 */
export async function pool<T, R>(
  items: Iterable<T>,
  limit: number,
  work: (item: T, index: number) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const results: R[] = [];
  const iterator = items[Symbol.iterator]();
  let index = 0;
  let failed: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (!failed) {
      if (signal?.aborted) {
        failed ??= { error: signal.reason };
        return;
      }
      const next = iterator.next();
      if (next.done) return;
      const at = index++;
      try {
        results[at] = await work(next.value, at);
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, limit) }, lane));
  if (failed) throw failed.error;
  return results;
}
