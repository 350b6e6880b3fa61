// The colour of a row: by a number, from pale to strong, strong being better; by words, one of six.
import { cssColor, element } from '../dom.ts';
import type { Axis } from './axis.ts';
import type { Model } from './model.ts';

type Rgb = readonly [number, number, number];

/** How each row is coloured; asked anew when the colour, or light and dark, changed. */
export function colorsOf({ color: axis, rows }: Model): string[] {
  const faint = cssColor('--ref');
  if (!axis) return rows.map(() => cssColor('--cur'));
  if (axis.scale === 'words') {
    const names = axis.marks.map(({ at }) => at);
    return rows.map((_, row) => {
      const at = names.indexOf(axis.places[row]!);
      return at < 0 ? faint : cssColor(`--s${(at % 6) + 1}`);
    });
  }
  const stops = ['--low', '--mid', '--high'].map((name) => rgbOf(cssColor(name)));
  return rows.map((_, row) => {
    const place = axis.places[row]!;
    return Number.isNaN(place) ? faint : between(stops, strength(axis, place));
  });
}

/** 0 to 1. Lines are drawn in this order, the best on top. */
export function strength({ better }: Axis, place: number): number {
  return better === 'min' ? 1 - place : place;
}

/** Where the middle colour stands: the best tenth is what people look for, so it has most of the ramp's dark end. */
const MIDDLE = 0.7;

function between([low, mid, high]: readonly Rgb[], at: number): string {
  const [a, b, part] = at < MIDDLE ? [low!, mid!, at / MIDDLE] : [mid!, high!, (at - MIDDLE) / (1 - MIDDLE)];
  return `rgb(${a.map((value, channel) => Math.round(value + part * (b[channel]! - value))).join(' ')})`;
}

function rgbOf(hex: string): Rgb {
  const digits = hex.slice(1);
  const wide = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  return [0, 2, 4].map((at) => Number.parseInt(wide.slice(at, at + 2), 16)) as unknown as Rgb;
}

export function legend({ color: axis }: Model): (Node | string)[] {
  if (!axis) return [];
  if (axis.scale === 'words')
    return axis.marks.slice(0, 6).map(({ text }, at) => {
      const key = element('span', { class: 'key' }, text);
      key.style.setProperty('--of', `var(--s${at + 1})`);
      return key;
    });
  const bar = element('i', axis.better === 'min' ? { class: 'reversed' } : {});
  return [axis.textAt(0), bar, axis.textAt(1)];
}
