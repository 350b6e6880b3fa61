// Goals of a row. `limit` gets the medians of the row, tool → seconds, and answers seconds; undefined where the peer
// that the goal is about did not run.

/** At most so many seconds. */
export function seconds(limit) {
  return { text: `≤ ${limit} s`, limit: () => limit };
}

/** As quick as another tool, and so many milliseconds. */
export function over(tool, ms) {
  return { text: `≤ ${tool} + ${ms} ms`, limit: (of) => of[tool] && of[tool] + ms / 1000 };
}

/** So many times what another tool takes. */
export function times(factor, tool) {
  return { text: `≤ ${factor} × ${tool}`, limit: (of) => of[tool] && of[tool] * factor };
}
