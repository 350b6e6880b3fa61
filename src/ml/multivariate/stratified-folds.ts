/**
 * Fold of each row, 0 to folds − 1, with the classes in nearly equal shares: the rows of a class in order, cut into stretches.
 * Neighbours stay together, so that rows alike because they are close in time do not give each other away. The same as
 * scikit-learn's StratifiedKFold without shuffling. `classes`: 0 or 1 for each row.
 */
export function stratifiedFolds(classes: Uint8Array, folds: number): Uint8Array {
  const first = classes[0] ?? 0;
  const sizes = [0, 0];
  for (const each of classes) sizes[each === first ? 0 : 1]!++;
  // Of the rows sorted by class, every folds-th one belongs to the same fold.
  const inFold = sizes.map((size, at) =>
    Array.from({ length: folds }, (_, fold) => countFrom(at === 0 ? 0 : sizes[0]!, size, fold, folds)),
  );
  const next = [0, 0];
  return classes.map((each) => {
    const at = each === first ? 0 : 1;
    while (inFold[at]![next[at]!] === 0) next[at]!++;
    inFold[at]![next[at]!]!--;
    return next[at]!;
  });
}

/** How many of the places start, start + 1, … start + size − 1 are fold, fold + folds, … */
function countFrom(start: number, size: number, fold: number, folds: number): number {
  const below = (end: number) => Math.floor((end - fold + folds - 1) / folds);
  return below(start + size) - below(start);
}
