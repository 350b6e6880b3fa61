// The values that are meant, above the picture, and where they are in it.
import { drawn, element } from '../dom.ts';
import type { Meant } from './nearest.ts';
import type { Picture } from './picture.ts';

export interface Tip {
  /** At the first one's x; nothing hides it. */
  show(meant: readonly Meant[]): void;
  hide(): void;
}

export function tipOf(stage: HTMLElement, picture: Picture): Tip {
  const { svg, x, y, top, bottom, label, series } = picture;
  const over = drawn('g', { 'pointer-events': 'none' });
  svg.append(over);
  const tip = element('div', { class: 'tip', role: 'status', hidden: '' });
  stage.append(tip);
  const lines = series.every(({ kind }) => kind === 'line');
  const hide = (): void => {
    tip.hidden = true;
    over.replaceChildren();
  };
  return {
    hide,
    show(meant) {
      const [first] = meant;
      if (!first) return hide();
      const at = x.to(first.point[0]);
      over.replaceChildren(
        ...(lines ? [drawn('line', { class: 'cross', x1: at, x2: at, y1: top, y2: bottom })] : []),
        ...meant.map(({ series: { color }, point }) =>
          drawn(
            'g',
            { class: color },
            drawn('circle', { class: 'at', r: 3.5, cx: x.to(point[0]), cy: y.to(point[1]) }),
          ),
        ),
      );
      const head = `${label === '' ? '' : `${label} `}${numberText(first.point[0])}`;
      tip.replaceChildren(element('b', {}, head), ...meant.map(line));
      tip.hidden = false;
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const room = svg.getBoundingClientRect().width - tip.offsetWidth;
      // Above the picture, so that it hides nothing that is looked at.
      tip.style.left = `${Math.min(room, Math.max(0, at * scale - tip.offsetWidth / 2))}px`;
      tip.style.bottom = `${stage.offsetHeight - Math.max(0, top - 8) * scale}px`;
    },
  };
}

function line({ series: { name, color }, point }: Meant): HTMLElement {
  return element('div', {}, element('span', { class: color }, element('i', {}, name)), numberText(point[1]));
}

function numberText(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(5))).replace('-', '−');
}
