// What is planned before a model is asked.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { budgetOf } from '../../../src/ml/explain/budget.ts';
import { explainOptionsOf } from '../../../src/ml/explain/options.ts';

const options = (more: JsonObject = {}) =>
  explainOptionsOf({ model: 'm.onnx', data: 'd.csv', target: 'y', ...more });
const size = (groups: number) => ({ rows: 5000, groups, background: 100, chosen: 5 });

describe('the budget of calls', () => {
  it('is kept with nothing said, however many columns there are', () => {
    const walked = [20, 50, 100].map((groups) => {
      const { calls, shap } = budgetOf(size(groups), options());
      expect(calls.planned).toBeLessThanOrEqual(calls.max);
      return shap.kind === 'permutation' ? shap.permutations : 0;
    });
    expect(walked[0]).toBe(10);
    expect(walked[1]!).toBeLessThan(10);
    expect(walked[2]!).toBeLessThan(walked[1]!);
  });

  it('is not bent for what was asked by number', () => {
    expect(() => budgetOf(size(50), options({ shap: { permutations: 10 } }))).toThrow('too many');
  });
});
