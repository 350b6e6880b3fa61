// What is read first, and the last line: the verdict, what was compared with what, and where there is more.
import { formatMs } from '../../../util/units.ts';
import { link } from '../../markdown/blocks.ts';
import { code, joined, Markdown, md } from '../../markdown/text.ts';
import type { PipelineView } from '../types.ts';
import { isUnchanged, verdictOf } from '../verdict.ts';
import { outcomesInWords, pushedInWords } from '../words.ts';

const TONES = { good: '✔', warn: '⚠', bad: '✖' } as const;

export function verdictPart(view: PipelineView): Markdown {
  const { tone, words } = verdictOf(view);
  return md`### ${new Markdown(TONES[tone])} ${words}
`;
}

/** `bikes · try since main (1234567) · 3 ran, 1 restored in 1 m 20 s · 2 h 10 m saved by the run cache` */
export function contextPart(view: PipelineView): Markdown {
  const { name, against, run, stages } = view;
  const since = against ? comparison(view, against) : md`${ofWhat(view.at)}, with nothing to compare it with`;
  const outcomes = outcomesInWords(stages);
  const did = run ? [outcomes === '' ? 'nothing was run' : `${outcomes} in ${formatMs(run.ms)}`] : [];
  const saved =
    run && run.savedMs > 0 && !isUnchanged(view)
      ? [md`**${formatMs(run.savedMs)} saved** by the run cache`]
      : [];
  return md`${joined([md`**${code(name, NAME)}**`, since, ...did, ...saved], ' · ')}
`;
}

const NAME = 60;

/** A run on a branch of its own is counted against the commit that it started from. */
function comparison(
  { at, run }: PipelineView,
  { name, commit }: NonNullable<PipelineView['against']>,
): Markdown {
  return run && at?.endsWith(`@${commit.slice(0, 7)}`)
    ? md`what this run changed on ${ofWhat(at)}`
    : md`${ofWhat(at)} against ${named(name, commit)}`;
}

function ofWhat(at: string | null): Markdown {
  return at === null ? md`no commit yet` : code(at, NAME);
}

/** `main` (`1234567`) */
function named(name: string, commit: string): Markdown {
  const short = commit.slice(0, 7);
  return name === short ? code(short) : md`${code(name, NAME)} (${code(short)})`;
}

export function footPart({ links, run }: PipelineView): Markdown | undefined {
  const parts = [
    ...(links.page === null ? [] : [link('Full report', links.page)]),
    ...(links.job === null ? [] : [link('Job', links.job)]),
    ...(run ? [code(`mlops ${run.command}`)] : []),
    ...(run && pushedInWords(run) !== '' ? [md`${pushedInWords(run)} to ${code(run.pushed!.to)}`] : []),
  ];
  return parts.length === 0
    ? undefined
    : md`<sub>${joined(parts, ' · ')}</sub>
`;
}

/** Where what is missing here can be found. */
export function leftOutPart({ links }: PipelineView, names: readonly string[]): Markdown {
  const where =
    links.page === null
      ? md`${code('mlops report')} has them`
      : md`they are in the ${link('full report', links.page)}`;
  return md`*Left out for length: ${names.join(', ')}; ${where}.*`;
}
