// What the HPARAMS tab is told: the columns of its table once for all runs, and each run's values.
// Reference: tensorboard/plugins/hparams/{api,plugin_data}.proto
import type { Json } from '../../core/json.ts';
import { byCodeUnit } from '../../util/compare.ts';
import { ProtoWriter } from '../../util/protobuf.ts';
import { type ExportedRun, endOf, metricPoints } from '../exported.ts';
import { hparams } from './events.ts';
import {
  ANY,
  ENTRY,
  EXPERIMENT,
  HPARAM,
  HPARAM_TYPE,
  HPARAMS,
  INTERVAL,
  LIST,
  METRIC,
  METRIC_NAME,
  SESSION_END,
  SESSION_START,
  STATUS,
} from './schema.ts';

type Plain = string | number | boolean;
type HparamType = 'string' | 'number' | 'boolean';
type HparamTypes = ReadonlyMap<string, HparamType>;

export function experimentInfo(runs: readonly ExportedRun[], columns: HparamTypes): ProtoWriter {
  const experiment = new ProtoWriter();
  for (const [name, type] of [...columns].sort(([a], [b]) => byCodeUnit(a, b)))
    experiment.message(EXPERIMENT.hparams, column(name, type, runs));
  // Of metrics with a history that have a value of the whole run too, that one is the column.
  for (const name of [...new Set(runs.flatMap(finals))].sort(byCodeUnit))
    experiment.message(EXPERIMENT.metrics, metricColumn(name));
  return hparams('_hparams_/experiment', new ProtoWriter().message(HPARAMS.experiment, experiment));
}

/** `columns` are those that `hparamTypes` found over all runs of the table. */
export function sessionStart(run: ExportedRun, columns: HparamTypes): ProtoWriter {
  const start = new ProtoWriter();
  for (const name of [...run.params.keys()].sort(byCodeUnit)) {
    const value = anyOf(plainAs(columns.get(name)!, run.params.get(name)!));
    start.message(SESSION_START.hparams, new ProtoWriter().text(ENTRY.key, name).message(ENTRY.value, value));
  }
  start.text(SESSION_START.groupName, run.name).double(SESSION_START.startSeconds, run.started / 1000);
  return hparams('_hparams_/session_start_info', new ProtoWriter().message(HPARAMS.sessionStart, start));
}

export function sessionEnd(run: ExportedRun): ProtoWriter {
  const end = new ProtoWriter()
    .int(SESSION_END.status, STATUS.success)
    .double(SESSION_END.endSeconds, endOf(run) / 1000);
  return hparams('_hparams_/session_end_info', new ProtoWriter().message(HPARAMS.sessionEnd, end));
}

/** Names of what a run came to; of a run that has histories only, those. */
function finals(run: ExportedRun): string[] {
  const points = metricPoints(run);
  const told = [...run.metrics.keys()].map((name) => (points.has(`final/${name}`) ? `final/${name}` : name));
  return told.length > 0 ? told : [...points.keys()];
}

/** Values of different types are all text. */
export function hparamTypes(runs: readonly ExportedRun[]): HparamTypes {
  const types = new Map<string, HparamType>();
  for (const { params } of runs)
    for (const [name, value] of params) {
      const type = typeof plain(value) as HparamType;
      types.set(name, (types.get(name) ?? type) === type ? type : 'string');
    }
  return types;
}

function column(name: string, type: HparamType, runs: readonly ExportedRun[]): ProtoWriter {
  const values = runs.flatMap(({ params }) => (params.has(name) ? [plainAs(type, params.get(name)!)] : []));
  const distinct = [...new Set(values)];
  const info = new ProtoWriter().text(HPARAM.name, name).int(HPARAM.type, HPARAM_TYPE[type]);
  if (type === 'number') info.message(HPARAM.interval, rangeOf(distinct as number[]));
  else {
    const list = new ProtoWriter();
    for (const value of distinct) list.message(LIST.values, anyOf(value));
    info.message(HPARAM.discrete, list);
  }
  return info.int(HPARAM.differs, distinct.length > 1 ? 1 : 0);
}

function rangeOf(values: readonly number[]): ProtoWriter {
  const sorted = [...values].sort((a, b) => a - b);
  return new ProtoWriter().double(INTERVAL.min, sorted[0]!).double(INTERVAL.max, sorted.at(-1)!);
}

function metricColumn(tag: string): ProtoWriter {
  return new ProtoWriter().message(METRIC.name, new ProtoWriter().text(METRIC_NAME.tag, tag));
}

function anyOf(value: Plain): ProtoWriter {
  const any = new ProtoWriter();
  if (typeof value === 'number') return any.double(ANY.number, value);
  return typeof value === 'boolean' ? any.int(ANY.boolean, value ? 1 : 0) : any.text(ANY.text, value);
}

function plainAs(type: HparamType, value: Json): Plain {
  return type === 'string' ? String(plain(value)) : plain(value);
}

function plain(value: Json): Plain {
  return typeof value === 'object' ? JSON.stringify(value) : value;
}
