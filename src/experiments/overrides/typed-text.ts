// One argument as it was typed, and parts of it that remember where they stand, so that a problem can be underlined.
import { fail, type Location } from '../../core/failure.ts';
import { SourceText, type Span } from '../../pipeline/where.ts';
import { masked } from './masked.ts';

export class TypedText {
  readonly whole: string;
  readonly span: Span;

  constructor(whole: string, span: Span = [0, whole.length]) {
    this.whole = whole;
    this.span = span;
  }

  get text(): string {
    return this.whole.slice(...this.span);
  }

  /** With quotes and brackets hidden. */
  get mask(): string {
    return masked(this.text);
  }

  /** Without the spaces around it. Positions count from the start of this part. */
  part(start: number, end = this.text.length): TypedText {
    const inner = this.text.slice(start, end);
    const left = start + inner.length - inner.trimStart().length;
    const right = Math.max(left, end - (inner.length - inner.trimEnd().length));
    return new TypedText(this.whole, [this.span[0] + left, this.span[0] + right]);
  }

  /** At the signs that stand outside of quotes and brackets. */
  split(sign: RegExp): TypedText[] {
    const parts: TypedText[] = [];
    let start = 0;
    for (const found of this.mask.matchAll(sign)) {
      parts.push(this.part(start, found.index));
      start = found.index + found[0].length;
    }
    return [...parts, this.part(start)];
  }

  /** @throws MlopsError (usage) that underlines this part */
  refuse(message: string, help?: string): never {
    const where = this.place;
    return fail('usage', message, help === undefined ? { where } : { where, help });
  }

  get place(): Location {
    return new SourceText('-S', this.whole).at(this.span);
  }
}
