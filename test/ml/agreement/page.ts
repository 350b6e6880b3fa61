// docs/agreement.md out of the rows. Differences are rounded up to a power of ten: the last bits differ between machines.
import type { Agreement } from './agreement.ts';

export function agreementPage(rows: readonly Agreement[]): string {
  const parts = [...new Set(rows.map(({ part }) => part))];
  return `${INTRODUCTION}\n${parts.map((part) => section(part, rows)).join('\n')}`;
}

const INTRODUCTION = `# Agreement with other tools

Every number that mlops computes and that another tool computes too, beside that tool. The scripts made the reference numbers, which are
kept beside them; \`npm test\` compares all of them and fails where one is further away than the tolerance. This page is written by
\`npx vitest run test/ml/agreement -u\`, never by hand. Differences are the largest of all cases, rounded up to a power of ten.
`;

function section(part: string, rows: readonly Agreement[]): string {
  const lines = rows
    .filter((row) => row.part === part)
    .map(
      ({ subject, tool, cases, measure, worst, tolerance, script }) =>
        `| ${subject} | ${tool} | ${cases} | ${upTo(worst)} ${measure} | ${short(tolerance)} | \`${script}\` |`,
    );
  return `## ${part}\n\n| number | reference | cases | largest difference | tolerance | made by |\n| --- | --- | --- | --- | --- | --- |\n${lines.join('\n')}\n`;
}

/** Bits below 1e-12 are noise, not news. */
function upTo(worst: number): string {
  return worst < 1e-12 ? '≤ 1e-12' : `≤ ${short(10 ** Math.ceil(Math.log10(worst)))}`;
}

function short(value: number): string {
  return value >= 0.001 && value < 1000 ? String(Number(value.toPrecision(6))) : value.toExponential();
}
