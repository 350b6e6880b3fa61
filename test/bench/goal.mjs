// Goals of a row. `limit` gets the medians of the row, tool → seconds, and those of all rows of the case, phase → tool →
// seconds; it answers seconds, undefined where what the goal is about did not run.

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

/** As quick as the quickest other tool. */
export function quickest() {
  return {
    text: '≤ the quickest peer',
    limit: ({ mlops, ...peers }) =>
      Object.keys(peers).length ? Math.min(...Object.values(peers)) : undefined,
  };
}

/** So many times what `mlops` itself takes in another phase, where the work is a tenth. */
export function linear(factor, phase) {
  return {
    text: `≤ ${factor} × a tenth of it`,
    limit: (_, all) => all[phase]?.mlops && all[phase].mlops * factor,
  };
}
