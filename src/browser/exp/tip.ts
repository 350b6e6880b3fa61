// What is under the pointer, beside it.
import { element } from '../dom.ts';
import type { Axis } from './axis.ts';
import type { Model } from './model.ts';

export interface Tip {
  show(row: number | undefined, event?: PointerEvent, axes?: readonly (Axis | undefined)[]): void;
}

export function tipOf(model: Model): Tip {
  const tip = element('div', { class: 'tip', hidden: '', 'aria-hidden': 'true' });
  document.body.append(tip);
  return {
    show(row, event, axes = [model.color]) {
      tip.hidden = row === undefined;
      if (row === undefined || !event) return;
      const lines = [...new Set(axes)].flatMap((axis) => {
        const place = axis?.places[row];
        if (!axis || place === undefined) return [];
        return `${axis.title} ${Number.isNaN(place) ? '–' : axis.textAt(place)}`;
      });
      tip.replaceChildren(element('b', {}, model.rows[row]!.name), lines.join(' · '));
      const right = event.clientX > window.innerWidth - 300;
      tip.style.top = `${Math.min(event.clientY + 14, window.innerHeight - 60)}px`;
      tip.style.left = right ? '' : `${event.clientX + 14}px`;
      tip.style.right = right ? `${window.innerWidth - event.clientX + 14}px` : '';
    },
  };
}
