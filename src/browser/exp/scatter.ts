// Any two columns against each other.
import { byId, cssColor, drawn, element } from '../dom.ts';
import type { Axis } from './axis.ts';
import { colorsOf, strength } from './color.ts';
import { type Field, fieldIn, once, pointIn } from './field.ts';
import type { Model } from './model.ts';
import type { Tip } from './tip.ts';

const BOX = { left: 62, right: 18, top: 16, bottom: 44 };
const RADIUS = 4;

export function scatter(parent: HTMLElement, model: Model, tip: Tip): void {
  const { axes } = model;
  const params = axes.filter(({ cell }) => cell.kind === 'value' && model.columns[cell.at]!.kind === 'param');
  const chosen = {
    x: params.find(({ scale }) => scale !== 'words') ?? params[0] ?? axes[0],
    y: model.color ?? axes.at(-1),
  };
  if (!chosen.x || !chosen.y || axes.length < 2) {
    parent.closest('section')!.hidden = true;
    return;
  }
  let chart = new Chart(parent, model, chosen.x, chosen.y);
  const redraw = once(() => chart.drawAll());
  const rebuild = once(() => {
    chart = new Chart(parent, model, chosen.x!, chosen.y!);
    listen();
  });
  byId('scatter-axes').append(
    choice('Across', 'scatter-x', axes, chosen.x, (axis) => {
      chosen.x = axis;
      rebuild();
    }),
    choice('Up', 'scatter-y', axes, chosen.y, (axis) => {
      chosen.y = axis;
      rebuild();
    }),
  );
  const listen = (): void => pointed(chart, model, tip);
  listen();
  model.on(['rows', 'color'], redraw);
  model.on(
    ['mark'],
    once(() => chart.drawMarked()),
  );
  new ResizeObserver(
    once(() => {
      if (parent.clientWidth !== chart.field.width) rebuild();
    }),
  ).observe(parent);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}

/** A list of columns to choose one from. */
function choice(
  title: string,
  id: string,
  axes: readonly Axis[],
  chosen: Axis | undefined,
  choose: (axis: Axis) => void,
): HTMLElement {
  const select = element('select', { id });
  fillChoice(select, axes, chosen, choose);
  return element('label', {}, element('span', {}, title), select);
}

export function fillChoice(
  select: HTMLSelectElement,
  axes: readonly Axis[],
  chosen: Axis | undefined,
  choose: (axis: Axis) => void,
): void {
  select.append(...axes.map(({ title }, at) => element('option', { value: at }, title)));
  select.value = String(chosen ? axes.indexOf(chosen) : 0);
  select.addEventListener('change', () => choose(axes[Number(select.value)]!));
}

class Chart {
  readonly field: Field;
  readonly x: Axis;
  readonly y: Axis;
  readonly #model: Model;

  constructor(parent: HTMLElement, model: Model, x: Axis, y: Axis) {
    const width = Math.max(260, parent.clientWidth);
    const height = Math.round(Math.min(440, Math.max(280, width * 0.55)));
    this.#model = model;
    this.x = x;
    this.y = y;
    this.field = fieldIn(
      parent,
      `${y.title} against ${x.title}; the table below has the same values`,
      width,
      height,
    );
    this.#frame();
    this.drawAll();
  }

  drawAll(): void {
    const context = this.field.all();
    const { rows, shown, color } = this.#model;
    const colors = colorsOf(this.#model);
    context.fillStyle = cssColor('--faint');
    for (const row of rows.keys()) if (!shown.has(row)) this.#dot(context, row, RADIUS - 1);
    const order = [...shown];
    if (color)
      order.sort(
        (a, b) => (strength(color, color.places[a]!) || -1) - (strength(color, color.places[b]!) || -1),
      );
    context.strokeStyle = cssColor('--card');
    context.lineWidth = 0.75;
    for (const row of order) {
      context.fillStyle = colors[row]!;
      this.#dot(context, row, RADIUS);
      context.stroke();
    }
    this.drawMarked();
  }

  drawMarked(): void {
    const context = this.field.marked();
    const { chosen, hovered } = this.#model;
    for (const [row, color] of [
      [hovered, '--ink'],
      [chosen, '--s2'],
    ] as const) {
      if (row === undefined) continue;
      context.fillStyle = cssColor(color);
      this.#dot(context, row, RADIUS + 2);
      context.strokeStyle = cssColor('--card');
      context.lineWidth = 2;
      context.stroke();
    }
  }

  rowAt({ x, y }: { readonly x: number; readonly y: number }): number | undefined {
    let found: number | undefined;
    let nearest = 11;
    for (const row of this.#model.shown) {
      const far = Math.hypot(this.#px(row) - x, this.#py(row) - y);
      if (far < nearest) [found, nearest] = [row, far];
    }
    return found;
  }

  #px(row: number): number {
    return this.#across(spread(this.x, row));
  }

  #py(row: number): number {
    return this.#up(spread(this.y, row));
  }

  /** Dots at the ends stand inside the frame. */
  #across(place: number): number {
    return BOX.left + 8 + place * (this.field.width - BOX.left - BOX.right - 16);
  }

  #up(place: number): number {
    return this.field.height - BOX.bottom - 8 - place * (this.field.height - BOX.top - BOX.bottom - 16);
  }

  #dot(context: CanvasRenderingContext2D, row: number, radius: number): void {
    context.beginPath();
    if (Number.isNaN(this.x.places[row]!) || Number.isNaN(this.y.places[row]!)) return;
    context.arc(this.#px(row), this.#py(row), radius, 0, 2 * Math.PI);
    context.fill();
  }

  #frame(): void {
    const { width, height, svg } = this.field;
    const [right, bottom] = [width - BOX.right, height - BOX.bottom];
    const line = (x1: number, y1: number, x2: number, y2: number, of: string) =>
      drawn('line', { x1, y1, x2, y2, class: of });
    const every = Math.max(
      1,
      Math.ceil(this.x.marks.length / Math.max(2, Math.floor((right - BOX.left) / 64))),
    );
    svg.append(
      ...this.y.marks.flatMap(({ at, text }) => [
        line(BOX.left, this.#up(at), right, this.#up(at), 'gridline'),
        drawn('text', { x: BOX.left - 8, y: this.#up(at) + 4, 'text-anchor': 'end' }, cut(text, 9)),
      ]),
      ...this.x.marks
        .filter((_, at) => at % every === 0)
        .flatMap(({ at, text }) => [
          line(this.#across(at), BOX.top, this.#across(at), bottom, 'gridline'),
          drawn('text', { x: this.#across(at), y: bottom + 16, 'text-anchor': 'middle' }, cut(text, 12)),
        ]),
      line(BOX.left, bottom, right, bottom, 'axis'),
      line(BOX.left, BOX.top, BOX.left, bottom, 'axis'),
      drawn('text', { class: 'title', x: right, y: height - 8, 'text-anchor': 'end' }, `${titled(this.x)} →`),
      drawn('text', { class: 'title halo', x: BOX.left + 8, y: BOX.top + 4 }, `↑ ${titled(this.y)}`),
    );
  }
}

/** Rows with the same word stand beside each other, always in the same way. */
function spread({ scale, places, words }: Axis, row: number): number {
  const place = places[row]!;
  return scale === 'words' ? place + (((row * 0.618034) % 1) - 0.5) * (0.5 / words) : place;
}

function titled({ title, scale }: Axis): string {
  return scale === 'log' ? `${title}, log` : title;
}

function cut(text: string, room: number): string {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

function pointed(chart: Chart, model: Model, tip: Tip): void {
  const { box } = chart.field;
  box.addEventListener('pointermove', (event) => {
    const row = chart.rowAt(pointIn(chart.field, event));
    box.style.cursor = row === undefined ? '' : 'pointer';
    model.hover(row);
    tip.show(row, event, [chart.x, chart.y, model.color]);
  });
  box.addEventListener('pointerleave', () => {
    model.hover(undefined);
    tip.show(undefined);
  });
  box.addEventListener('click', (event) => {
    const row = chart.rowAt(pointIn(chart.field, event));
    if (row !== undefined) model.choose(row);
  });
}
