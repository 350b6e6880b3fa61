// The page of a report that is findings: a check of the user's own, or a model tried before it is shipped.
import type { Finding } from '../../core/finding.ts';
import { worstFirst } from '../../ml/findings-report.ts';
import { formatCount, plural } from '../../util/units.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { renderPage, section } from './document.ts';
import { gateBadge, gatesTable } from './gates.ts';
import { facts, findingsTable, inputFacts, metricCards, metricName, score } from './parts.ts';
import type { CheckReport, GatesResult, SmokeReport } from './types.ts';

type AnyFindings = CheckReport | SmokeReport;

/** Self-contained HTML; equal reports make equal bytes. */
export function renderFindingsPage(report: AnyFindings, gates?: GatesResult): string {
  const name = report.schema === 'mlops.smoke/1' ? 'smoke test' : 'check';
  return renderPage({
    title: `${report.stage} · ${name}`,
    header: [
      h('p', { class: 'eyebrow' }, name),
      h('h1', {}, report.stage, ' ', gateBadge(gates)),
      h('p', { class: 'lead' }, lead(report)),
    ],
    sections: [
      section('Findings', findingsTable(worstFirst(report.findings))),
      section('Numbers', numbers(report)),
      section('Gates', gatesTable(gates)),
      section('What was looked at', inputs(report)),
    ],
  });
}

/** One sentence that a hurried reader can stop after. */
function lead(report: AnyFindings): string {
  const bad = report.findings.filter(({ status }) => status === 'fail' || status === 'error');
  const warned = report.findings.filter(({ status }) => status === 'warn');
  const first = worstFirst(report.findings)[0];
  const said = (found: readonly Finding[], verb: string): string =>
    `${plural(found.length, 'finding')} ${verb}: ${first ? words(first) : ''}${found.length > 1 ? ' – and more below' : ''}.`;
  if (bad.length > 0) return said(bad, 'failed');
  if (warned.length > 0) return said(warned, 'warned');
  return report.schema === 'mlops.smoke/1'
    ? `The model loads and answers as it should, tried on ${formatCount(report.metrics.rows)} rows.`
    : 'Nothing speaks against it.';
}

function words({ subject, message }: Finding): string {
  return subject === '' ? message : `${subject}: ${message}`;
}

function numbers({ metrics }: AnyFindings): Markup | undefined {
  const shown = Object.entries(metrics).filter(([, value]) => value !== null && value !== 0);
  return metricCards(
    shown.map(([name, value]) => ({
      name: metricName(name),
      value: Number.isInteger(value) ? formatCount(value) : score(value),
    })),
  );
}

function inputs(report: AnyFindings): Child {
  if (report.schema === 'mlops.smoke/1') return inputFacts(report.inputs);
  const { check, data } = report.inputs;
  return [
    facts([['check', h('code', {}, check)]]),
    inputFacts(
      Object.fromEntries(data.map((each, at) => [data.length > 1 ? `table ${at + 1}` : 'data', each])),
    ),
  ];
}
