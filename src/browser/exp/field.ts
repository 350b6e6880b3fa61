// Where a chart is drawn: a canvas for all rows, one above it for those that are marked, axes as SVG over both. A row that
// is pointed at costs no new drawing of a thousand others.
import { drawn, element } from '../dom.ts';

export interface Field {
  readonly box: HTMLElement;
  readonly svg: SVGSVGElement;
  /** Empty, as large as the box, in its pixels. */
  all(): CanvasRenderingContext2D;
  marked(): CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

/** `label` says what it shows to those who cannot see it. */
export function fieldIn(parent: HTMLElement, label: string, width: number, height: number): Field {
  const [below, above] = [
    element('canvas', { role: 'img', 'aria-label': label }),
    element('canvas', { 'aria-hidden': 'true' }),
  ];
  const svg = drawn('svg', { viewBox: `0 0 ${width} ${height}`, width, height });
  const box = element('div', { class: 'field' }, below, above, svg);
  box.style.width = `${width}px`;
  box.style.height = `${height}px`;
  parent.replaceChildren(box);
  const cleared = (canvas: HTMLCanvasElement): CanvasRenderingContext2D => {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d')!;
    context.scale(ratio, ratio);
    return context;
  };
  return { box, svg, all: () => cleared(below), marked: () => cleared(above), width, height };
}

/** Where the pointer is in the box. */
export function pointIn(
  { box }: Field,
  event: PointerEvent | MouseEvent,
): { readonly x: number; readonly y: number } {
  const { left, top } = box.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

/** Calls `draw` once before the next picture, however often it is asked. */
export function once(draw: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}
