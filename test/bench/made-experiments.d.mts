/** `dir` is a Git repository without commits; returns the baseline. */
export function makeExperiments(dir: string, count: number, seed?: number): string;
