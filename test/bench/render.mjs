// Figures → a table in the terminal, and the measured part of docs/benchmarks.md.
import { BUSY } from './quiet.mjs';

/** A figure of fewer turns is marked. */
const TURNS = 3;

/** One case as soon as it is done, with the spread of its samples. */
export function printCase({ rows, busy }) {
  console.log(`  others used at most ${Math.round(100 * busy)} % of the cores when a turn began`);
  for (const { work, tools } of rows)
    for (const [tool, { seconds, least, most, samples, peakMiB }] of Object.entries(tools))
      console.log(
        `  ${work} · ${tool}: ${time(seconds)} (${time(least)} – ${time(most)}, ${samples} samples${peakMiB ? `, ${memory(peakMiB)}` : ''})`,
      );
}

export function printTable(done) {
  const lines = [HEAD, ...done.flatMap(cells)].map((line) => line.map((cell) => cell.replaceAll('`', '')));
  const widths = HEAD.map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  console.log(
    `\n${lines
      .map((line) =>
        line
          .map((cell, at) => cell.padEnd(widths[at]))
          .join('  ')
          .trimEnd(),
      )
      .join('\n')}`,
  );
}

export function markdown({ setting, cases }) {
  const { machine: of, versions } = setting;
  const installed = Object.entries(versions).filter(([, version]) => version !== null);
  const absent = Object.entries(versions).filter(([, version]) => version === null);
  return `
Machine: ${of.cores} cores (${of.cpu}), ${of.memoryGiB} GiB memory, ${of.fileSystem}, ${of.system}.
Versions: ${installed.map(([tool, version]) => `${tool} ${version}`).join(', ')}.
${absent.length ? `Not installed, hence not measured: ${absent.map(([tool]) => tool).join(', ')}.\n` : ''}
${[HEAD, HEAD.map(() => '---'), ...cases.flatMap(cells)].map((line) => `| ${line.join(' | ')} |`).join('\n')}

${spread(cases)}
`;
}

const HEAD = ['work', 'mlops', 'peers', 'peer ÷ mlops', 'goal', ''];

function cells({ rows, missing, failed, name }) {
  if (missing) return [[name, 'not measured', missing, '', '', '']];
  return rows.map(({ work, tools, notes, goal, memoryMB }) => {
    const { mlops, ...peers } = tools;
    const others = Object.entries(peers);
    const wrong = Object.keys(failed ?? {}).filter((tool) => tool !== 'mlops' && !tools[tool]);
    return [
      work,
      mlops ? measured(mlops, notes.mlops) : 'failed',
      [
        ...others.map(([tool, of]) => `${tool} ${measured(of, notes[tool])}`),
        ...wrong.map((tool) => `${tool} failed`),
      ].join('; ') || '–',
      mlops
        ? others.map(([tool, of]) => `${tool} ${ratio(of.seconds / mlops.seconds)}`).join('; ') || '–'
        : '',
      [goal?.text, memoryMB && `≤ ${memoryMB.toLocaleString('en')} MB`].filter(Boolean).join(', ') || '–',
      [verdict(mlops, goal), memoryVerdict(mlops, memoryMB)].filter(Boolean).join('; '),
    ];
  });
}

function verdict(mlops, goal) {
  if (!goal) return '';
  if (!mlops || goal.seconds === null) return 'not judged';
  return mlops.seconds <= goal.seconds ? 'met' : '**missed**';
}

function memoryVerdict(mlops, memoryMB) {
  if (!memoryMB || !mlops?.peakMiB) return '';
  return mlops.peakMiB * 2 ** 20 <= memoryMB * 1e6 ? 'memory met' : 'memory **missed**';
}

/** How calm it was, and how far apart the samples of mlops lay. */
function spread(cases) {
  const canaries = cases.map(({ canary }) => canary);
  const disturbed = cases
    .filter(({ busy }) => busy > BUSY)
    .map(({ name, busy }) => `${name} (${Math.round(100 * busy)} %)`);
  const wide = cases.flatMap(({ rows = [] }) =>
    rows
      .filter(({ tools: { mlops } }) => mlops && mlops.most > 1.5 * mlops.least)
      .map(({ work, tools }) => `${work} (${time(tools.mlops.least)} – ${time(tools.mlops.most)})`),
  );
  return [
    `The canary took ${time(Math.min(...canaries))} to ${time(Math.max(...canaries))}.`,
    ...(disturbed.length
      ? [`Other programs used the cores when a turn of these cases began: ${disturbed.join(', ')}.`]
      : []),
    ...(wide.length
      ? [`The slowest sample of mlops took over 1.5 × the quickest in: ${wide.join('; ')}.`]
      : []),
  ].join('\n');
}

function measured({ seconds, peakMiB, samples }, note) {
  const beside = [peakMiB && memory(peakMiB), samples < TURNS && `${samples === 1 ? 'once' : 'twice'}`, note];
  const told = beside.filter(Boolean).join(', ');
  return `${time(seconds)}${told ? ` (${told})` : ''}`;
}

function time(seconds) {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

function memory(mib) {
  return `${Math.round(mib)} MiB`;
}

function ratio(factor) {
  return `${factor < 10 ? factor.toFixed(1) : Math.round(factor)} ×`;
}
