// A picture with its title, what it says in words, and which line is which.
import { type Line, lineKey } from '../chart/lines.ts';
import { type Child, h, type Markup } from '../markup.ts';

/** A chart of lines before it stands in a card. */
export interface LineCard {
  readonly title: string;
  readonly words: string;
  readonly picture: Markup;
  readonly lines: readonly Line[];
}

/** @param names of the lines, in their order; a single one needs no legend */
export function chartCard(title: string, words: string, picture: Child, names: readonly string[]): Markup {
  const legend =
    names.length < 2
      ? undefined
      : h(
          'ul',
          { class: 'legend' },
          names.map((name, at) => h('li', {}, lineKey(at), name)),
        );
  return h('figure', { class: 'card' }, h('h3', {}, title), h('figcaption', {}, words), picture, legend);
}

export function namesOf(lines: readonly Line[]): string[] {
  return lines.map(({ name }) => name);
}
