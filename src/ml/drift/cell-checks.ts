// Cells that say something by themselves: missing, never seen before, out of range.
import type { Finding } from '../../core/finding.ts';
import { twoProportions } from '../stats/two-proportions.ts';
import { adjust, percent } from './decide.ts';
import type { Draft } from './draft.ts';
import type { DriftOptions } from './options.ts';
import type { DriftKind } from './report.ts';
import { missingShare } from './sides.ts';

/**
 * Missing cells, categories never seen and values out of range: a floor on the share, and significance at a tenth of
 * alpha, so that three further checks a column add next to nothing to false alarms.
 */
export function checkCells(drafts: readonly Draft[], options: DriftOptions): ReadonlyMap<Draft, Finding[]> {
  const found = new Map<Draft, Finding[]>();
  const judge = (check: string, floor: number, of: (draft: Draft) => CellCheck | null): void => {
    const checks = drafts.flatMap((draft) => {
      const each = of(draft);
      return each ? [{ draft, ...each }] : [];
    });
    const p = adjust(
      checks.map((each) => each.p),
      options.correction,
    );
    checks.forEach(({ draft, share, message }, i) => {
      if (Math.abs(share) < floor || share === 0 || p[i]! > options.alpha / 10) return;
      const finding: Finding = {
        check,
        subject: draft.pair.name,
        status: 'warn',
        message,
        value: share,
        limit: floor,
      };
      found.set(draft, [...(found.get(draft) ?? []), finding]);
    });
  };
  judge('missing', options.missing, missingCheck);
  judge('unseen', options.unseen, (draft) => strangersCheck(draft, 'categorical'));
  judge('out_of_range', options.outOfRange, (draft) => strangersCheck(draft, 'numeric'));
  return found;
}

interface CellCheck {
  readonly share: number;
  readonly p: number;
  readonly message: string;
}

/** Labels arrive late: a target without values is no news. */
function missingCheck({ pair, reference, current }: Draft): CellCheck | null {
  if (pair.role === 'target') return null;
  if (!reference || !current || reference.rows === 0 || current.rows === 0) return null;
  const before = missingShare(reference);
  const now = missingShare(current);
  return {
    share: now - before,
    p: twoProportions(reference.missing, reference.rows, current.missing, current.rows),
    message: `missing${reference.infinite + current.infinite > 0 ? ' or infinite' : ''} in ${percent(before)} of the reference, ${percent(now)} now`,
  };
}

function strangersCheck({ pair, measured }: Draft, kind: DriftKind): CellCheck | null {
  if (!measured || pair.kind !== kind) return null;
  const { share, p } = measured.strangers;
  const what =
    kind === 'numeric' ? 'lie outside the reference’s range' : 'are of categories the reference never held';
  return { share, p, message: `${percent(share)} of the values ${what}` };
}
