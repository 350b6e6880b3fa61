/** Tool → samples to tool → their medians, with the extremes: how far a figure may be trusted. */
export function medians(samples) {
  return Object.fromEntries(
    Object.entries(samples).map(([tool, taken]) => {
      const seconds = taken.map((each) => each.seconds).sort((a, b) => a - b);
      const peaks = taken
        .flatMap(({ peakMiB }) => (peakMiB === undefined ? [] : [peakMiB]))
        .sort((a, b) => a - b);
      return [
        tool,
        {
          seconds: middle(seconds),
          least: seconds[0],
          most: seconds.at(-1),
          samples: seconds.length,
          ...(peaks.length && { peakMiB: middle(peaks) }),
        },
      ];
    }),
  );
}

function middle(sorted) {
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
