import { describe, expect, it } from 'vitest';
import { betterWay } from '../../../src/ml/metrics/better.ts';

describe('which way a metric is better', () => {
  it('is told by its name, wherever its key has that', () => {
    const ways = Object.fromEntries(
      ['loss', 'valid.loss', 'val/top1_acc', 'Test Loss', 'roc_auc', 'brier_score', 'mean_error'].map(
        (key) => [key, betterWay(key)],
      ),
    );
    expect(ways).toEqual({
      loss: 'min',
      'valid.loss': 'min',
      'val/top1_acc': 'max',
      'Test Loss': 'min',
      roc_auc: 'max',
      brier_score: 'min',
      mean_error: 'zero',
    });
  });

  it('is not guessed', () => {
    for (const key of ['depth', 'score', 'glossary', 'loss.weight', 'accuracy_loss'])
      expect(betterWay(key), key).toBeUndefined();
  });
});
