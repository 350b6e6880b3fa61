// What no single column shows: rows that no longer look like those of the reference, and columns that go together otherwise.
import { formatCount } from '../../util/units.ts';
import { percent } from '../chart/frame.ts';
import { histogram } from '../chart/histogram.ts';
import { effectStrip, shareStrip } from '../chart/strip.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { legend } from './distributions.ts';
import { domainCard } from './domain-card.ts';
import { badge, dataTable, foldedTable, pValue, score, signed } from './parts.ts';
import type {
  Attribution,
  DetectorReport,
  DriftDetails,
  DriftReport,
  ErrorHistogram,
  OutliersReport,
  PcaReport,
  SpearmanReport,
} from './types.ts';

export function columnsTogether(report: DriftReport, details: DriftDetails | undefined): Child {
  const { pca, detector, domain_classifier: domain, spearman, outliers } = report.multivariate ?? {};
  if (!pca && !detector && !domain && !spearman) return undefined;
  const pictureOf = (of: ErrorHistogram['of']) => details?.errors?.find((each) => each.of === of);
  return [
    h(
      'p',
      { class: 'soft' },
      'Each column may look as before while columns no longer go together: high temperatures, say, with snow. These checks look at whole rows and at pairs of columns.',
    ),
    pca || detector ? legend() : undefined,
    h(
      'div',
      { class: 'grid' },
      pca ? pcaCard(pca, pictureOf('pca')) : undefined,
      detector ? detectorCard(detector, pictureOf('detector')) : undefined,
      domain ? domainCard(domain) : undefined,
    ),
    h(
      'div',
      { class: 'whole' },
      spearman ? h('div', {}, pairs(spearman)) : undefined,
      outliers ? h('div', {}, strangeRows(outliers)) : undefined,
    ),
  ];
}

function verdict(drifted: boolean): Markup {
  return drifted ? badge('warn', '! moved') : badge('pass', '✔ stable');
}

function pcaCard(pca: PcaReport, picture: ErrorHistogram | undefined): Markup {
  const chunks = `${formatCount(pca.chunks)} parts of the reference, each judged by the others`;
  return h(
    'figure',
    { class: 'card' },
    h('h3', {}, 'Principal components ', verdict(pca.drifted)),
    h('figcaption', {}, `${pca.reason}.`),
    picture ? errorPicture(picture, 'Errors of rows by principal components', pca.reason) : undefined,
    attributionTable(pca.attribution),
    h(
      'small',
      { class: 'note' },
      `${pca.components} of ${pca.columns} components hold ${percent(pca.variance)} of the variance; the error of a row is what they lose of it. Limits: mean ± 3 standard deviations of ${chunks}.`,
    ),
  );
}

const KINDS: { readonly [kind in DetectorReport['kind']]: string } = {
  pca: 'Detector: principal components',
  autoencoder: 'Detector: autoencoder',
  model: 'Detector: the given model',
};

function detectorCard(detector: DetectorReport, picture: ErrorHistogram | undefined): Markup {
  const { rows_over: over, distribution } = detector;
  return h(
    'figure',
    { class: 'card' },
    h('h3', {}, `${KINDS[detector.kind]} `, verdict(detector.drifted)),
    h('figcaption', {}, `${detector.reason}.`),
    picture ? errorPicture(picture, 'Errors of rows by the detector', detector.reason) : undefined,
    attributionTable(detector.attribution),
    h(
      'small',
      { class: 'note' },
      `A row is strange over an error of ${score(over.threshold)}. Share p ${pValue(over.p)} · KS ${score(distribution.ks)}, limit ${score(distribution.limit)}, p ${pValue(distribution.p)} · mean error ${score(detector.error.reference)} → ${score(detector.error.current)}.`,
      autodeployInWords(detector),
    ),
  );
}

function autodeployInWords({ autodeploy }: DetectorReport): Child {
  if (!autodeploy) return undefined;
  const { rows_over: over, share, threshold, false_alarm: chance } = autodeploy;
  return ` By Autodeploy’s rule ${formatCount(over)} rows (${percent(share)}) are over ${score(threshold)}; without any change a batch of this size has such a row ${percent(chance)} of the time.`;
}

/** The last bin is open: it is drawn as wide as the others. */
function errorPicture({ edges, shares, threshold }: ErrorHistogram, title: string, desc: string): Markup {
  const width = edges[1]! - edges[0]!;
  const closed = [edges[0]! - width, ...edges, edges.at(-1)! + width];
  return histogram({
    title,
    desc,
    edges: closed,
    reference: shares.reference,
    current: shares.current,
    label: 'error of a row',
    mark: { at: threshold, name: 'strange from here' },
  });
}

const SHOWN = 5;

function attributionTable(attribution: readonly Attribution[]): Markup | undefined {
  const rising = attribution.filter(({ share }) => share > 0).slice(0, SHOWN);
  return dataTable(
    [
      { title: 'column', class: 'name' },
      { title: 'share of the rise', class: 'picture' },
      { title: '', class: 'num' },
    ],
    rising.map(({ column, share }) => [
      column,
      shareStrip(share, 1, `${column}: ${percent(share)} of the rise of the error`),
      percent(share).replace(' ', '\u00a0'),
    ]),
  );
}

function pairs({ top, changed, pairs: tested, floor }: SpearmanReport): Child {
  const scale = Math.max(...top.map(({ change }) => Math.abs(change)));
  return [
    h('h3', {}, 'Pairs of columns ', verdict(changed > 0)),
    h(
      'p',
      { class: 'soft' },
      `Spearman’s ρ says how far two columns rise and fall together: 1 always, 0 not at all, −1 against each other. ${formatCount(changed)} of ${formatCount(tested)} pairs changed by ${floor} or more, beyond chance.`,
    ),
    dataTable(
      [
        { title: 'pair', class: 'name' },
        { title: '' },
        { title: 'ρ before', class: 'num' },
        { title: 'ρ now', class: 'num' },
        { title: 'change against its limit', class: 'picture' },
        { title: 'p adjusted', class: 'num' },
      ],
      top.map((pair) => {
        const title = `change ${signed(pair.change)}, limit ${score(pair.limit)}`;
        return [
          pair.columns.join(' and '),
          verdict(pair.changed),
          score(pair.reference),
          score(pair.current),
          effectStrip(Math.abs(pair.change), pair.limit, scale, title),
          pValue(pair.p_adjusted),
        ];
      }),
    ),
  ];
}

function strangeRows({ rows, count, expected, threshold }: OutliersReport): Child {
  const several = rows.some(({ file }) => file !== null);
  return [
    h('h3', {}, 'Strangest rows'),
    h(
      'p',
      { class: 'soft' },
      `${formatCount(count)} current rows have an error over ${score(threshold)}; among as many of the reference it would be about ${formatCount(Math.round(expected))}. Rows are counted from 1, without the header. The report holds none of their values: look them up in the data.`,
    ),
    foldedTable(
      [
        { title: several ? 'row of file' : 'row', class: 'name' },
        { title: 'error', class: 'num' },
        { title: 'mostly because of' },
      ],
      rows.map(({ row, file, row_in_file: inFile, score: error, columns }) => [
        file === null ? formatCount(row) : [`${formatCount(inFile!)} of `, h('code', {}, file)],
        score(error),
        columns.map(({ column, share }) => `${column} (${percent(share)})`).join(', ') || '–',
      ]),
      SHOWN,
      'rows',
    ),
  ];
}
