// The page of a validation: what is wrong first, then every column, then what each feature tells of the target.
import { formatCount, plural } from '../../util/units.ts';
import { percent } from '../chart/frame.ts';
import { effectStrip } from '../chart/strip.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { renderPage, section } from './document.ts';
import { gateBadge, gatesTable } from './gates.ts';
import { badge, dataTable, facts, inputFacts, metricCards, score, unavailableTable } from './parts.ts';
import type { Anomaly, ColumnRecord, GatesResult, ValidateReport } from './types.ts';

/** Self-contained HTML; equal reports make equal bytes. */
export function renderValidatePage(report: ValidateReport, gates?: GatesResult): string {
  return renderPage({
    title: `${report.stage} · validation`,
    header: [
      h(
        'p',
        { class: 'eyebrow' },
        report.environment === null ? 'Validation' : `Validation · ${report.environment}`,
      ),
      h('h1', {}, report.stage, ' ', gateBadge(gates)),
      h('p', { class: 'lead' }, verdict(report)),
      acceptance(report),
    ],
    sections: [
      // The anomalies themselves follow below.
      section('Gates', gatesTable(gates && { ...gates, notes: [] })),
      section('In numbers', cards(report)),
      section('Anomalies', anomalyTable(report.findings)),
      section('Columns', columnTable(report.columns)),
      section('What single features tell of the target', predictive(report)),
      section('Not computed', unavailableTable(report.unavailable)),
      section('What was looked for', method(report)),
      section('What was looked at', inputFacts({ ...report.inputs })),
    ],
  });
}

function verdict({ summary, inputs }: ValidateReport): string {
  const bad = summary.fail + summary.error;
  const rows = plural(inputs.data.rows, 'row');
  const warned = summary.warn > 0 ? `, and ${plural(summary.warn, 'thing')} to look at` : '';
  return bad === 0
    ? `Nothing is wrong with ${rows}: ${plural(summary.checks, 'check')} held${warned}.`
    : `${plural(bad, 'anomaly', 'anomalies')} in ${rows}${warned}. Data that are not what they should be make models that are not what they seem.`;
}

/** What to do: mend the data, or say in the schema that this is how they are now. */
function acceptance({ findings, inputs }: ValidateReport): Markup | undefined {
  if (inputs.schema === null || !findings.some(({ accept }) => accept !== null)) return undefined;
  const command = `mlops schema update ${inputs.schema.path} ${inputs.data.path}`;
  return h(
    'p',
    {},
    'Mend the data; or, where this is how they are now, accept with ',
    h('code', {}, command),
  );
}

function cards({ summary, metrics, inputs }: ValidateReport): Markup | undefined {
  const share = (name: string): string | undefined => {
    const value = metrics[name];
    return typeof value === 'number' ? percent(value) : undefined;
  };
  const all: readonly (readonly [string, string | undefined, string])[] = [
    ['anomalies', formatCount(summary.fail + summary.error), 'break the gate'],
    ['warnings', formatCount(summary.warn), 'told, break no gate'],
    ['checks', formatCount(summary.checks), 'made'],
    ['rows', formatCount(inputs.data.rows), ''],
    ['missing cells', share('missing_share'), 'of all cells'],
    ['duplicate rows', share('duplicate_share'), 'repeat an earlier one'],
    ['shared rows', share('shared_share'), 'are in the other data too'],
  ];
  return metricCards(
    all.flatMap(([name, value, note]) =>
      value === undefined ? [] : [{ name, value, ...(note === '' ? {} : { notes: [note] }) }],
    ),
  );
}

function anomalyTable(findings: readonly Anomaly[]): Child {
  if (findings.length === 0) return h('p', {}, 'None.');
  return dataTable(
    [{ title: 'where', class: 'name' }, { title: '' }, { title: 'what was found' }, { title: 'lines' }],
    findings.map((each) => [
      each.subject,
      badge(each.status),
      [`${each.message}. `, h('small', {}, each.check), unexpected(each), acceptedAs(each)],
      places(each),
    ]),
  );
}

function acceptedAs({ accept }: Anomaly): Child {
  return accept === null
    ? undefined
    : h('small', { class: 'note' }, 'To accept it: ', h('code', {}, `--accept ${accept}`));
}

function unexpected({ unexpected: values, check }: Anomaly): Child {
  if (check !== 'ENUM_TYPE_UNEXPECTED_STRING_VALUES') return undefined;
  if (values.length === 0)
    return h('small', { class: 'note' }, 'Values that only few rows have are not named here.');
  const shown = values.map(([value, rows]) => `${value} (${formatCount(rows)})`).join(', ');
  return h('small', { class: 'note' }, `New: ${shown}`);
}

function places({ places: all, count }: Anomaly): Child {
  const shown = all.reduce((sum, { lines }) => sum + lines.length, 0);
  return all.map(({ file, lines }, at) => [
    at > 0 ? h('br') : undefined,
    h('code', { title: file }, `${all.length > 1 ? `${file.split('/').at(-1)}:` : ''}${lines.join(', ')}`),
    count !== null && count > shown && at === all.length - 1 ? ' …' : '',
  ]);
}

const ROLES: { readonly [role in ColumnRecord['role']]: string } = {
  column: '',
  target: 'target',
  extra: 'not in the schema',
  absent: 'not in the data',
  elsewhere: 'of another environment',
};

function columnTable(columns: readonly ColumnRecord[]): Markup | undefined {
  return dataTable(
    [
      { title: 'column', class: 'name' },
      { title: '' },
      { title: 'type' },
      { title: 'missing', class: 'num' },
      { title: 'checks', class: 'num' },
      { title: '' },
    ],
    columns.map((each) => [
      each.column,
      each.checks === 0 && each.status === 'skipped'
        ? badge('skipped', '– not asked for')
        : badge(each.status),
      each.type,
      each.missing === null ? '–' : percent(each.missing),
      formatCount(each.checks),
      ROLES[each.role],
    ]),
  );
}

/** Features beyond these tell less. */
const SHOWN = 20;

function predictive({
  predictive: all,
  method: { limits, target, target_rows: rows },
}: ValidateReport): Child {
  if (all.length === 0 || limits.target === null) return undefined;
  const limit = limits.target;
  const table = dataTable(
    [
      { title: 'feature', class: 'name' },
      { title: 'tells', class: 'num' },
      { title: '', class: 'picture' },
    ],
    all
      .slice(0, SHOWN)
      .map(({ column, score: value }) => [
        column,
        score(value),
        value === null
          ? ''
          : effectStrip(value, limit, 1, `${column}: ${score(value)} of 1, suspicious from ${limit} on`),
      ]),
  );
  return [
    h(
      'p',
      { class: 'soft' },
      `How much of ${target} one feature alone tells, on rows that the small tree had not seen (${formatCount(rows ?? 0)} rows looked at): 0 is nothing, 1 is all. A feature at 1 is often known only once the answer is.`,
    ),
    table,
    all.length > SHOWN ? h('p', { class: 'soft' }, `${all.length - SHOWN} more tell less.`) : undefined,
  ];
}

const LIMITS: readonly (readonly [keyof ValidateReport['method']['limits'], string])[] = [
  ['duplicates', 'rows that repeat an earlier one'],
  ['shared', 'rows that are also in the other data'],
  ['conflicts', 'rows with equal features and another target'],
  ['target', 'a feature that alone tells the target'],
  ['id', 'values of a feature that differ in all rows'],
  ['late', 'rows older than the newest of the other data'],
];

function method({
  method: { limits, warn, keys, target, time, exclude, min_count },
  now,
}: ValidateReport): Markup {
  return facts([
    ...LIMITS.map(([key, words]): readonly [string, Child] => [
      words,
      limits[key] === null ? 'not looked for' : `allowed up to ${percent(limits[key])}`,
    ]),
    ['only warns', warn.join(', ')],
    ['target', target ?? ''],
    ['keys', keys.join(', ')],
    ['time', time ?? ''],
    ['now', now ?? ''],
    ['no features', exclude.join(', ')],
    ['values named', `from ${formatCount(min_count)} rows on`],
  ]);
}
