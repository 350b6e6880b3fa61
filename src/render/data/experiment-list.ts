// Names of experiments, under the commit that each started from.
import type { Style } from '../terminal.ts';
import { padEnd, textWidth, visible } from '../text-width.ts';

export interface ListedBaseline {
  readonly commit: string;
  /** Of its message; undefined where it is not known. */
  readonly subject: string | undefined;
  /** Nothing leads to it any more. */
  readonly gone: boolean;
  readonly experiments: readonly {
    readonly name: string;
    readonly commit: string;
    readonly words: string | undefined;
  }[];
}

export function renderExperimentList(listed: readonly ListedBaseline[], style: Style): string {
  if (listed.length === 0) return 'no experiments';
  const { color } = style;
  return listed
    .flatMap(({ commit, subject, gone, experiments }) => {
      const said = gone ? 'baseline gone' : visible(subject ?? '');
      const wide = experiments.reduce((widest, { name }) => Math.max(widest, textWidth(name)), 0);
      return [
        `${color.yellow(commit.slice(0, 7))} ${gone ? color.dim(said) : said}`.trimEnd(),
        ...experiments.map(({ name, commit: id, words }) => {
          const first = words === undefined || words === name ? '' : visible(words.split('\n')[0]!);
          return `  ${padEnd(name, wide)}  ${color.dim(id.slice(0, 7))}  ${first}`.trimEnd();
        }),
      ];
    })
    .join('\n');
}
