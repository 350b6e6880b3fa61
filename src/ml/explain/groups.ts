// Which columns are explained as one: the members of a one-hot encoding say one thing together.
import { fail } from '../../core/failure.ts';
import { suggest } from '../../util/suggest.ts';
import type { ColumnGroup } from './permutation-importance.ts';

export type GroupsOption = 'none' | 'prefix' | { readonly [name: string]: readonly string[] };

/**
 * Every feature in one group: those that `option` names, the others alone, in the order of the features. `prefix`: numeric
 * columns named alike up to the last `_`, such as color_red and color_blue, whose cells are 0 and 1 with one 1 a row.
 *
 * @param oneHot whether the columns are 0 and 1, a single 1 in each row
 */
export function groupsOf(
  features: readonly string[],
  option: GroupsOption,
  oneHot: (columns: readonly string[]) => boolean,
): readonly ColumnGroup[] {
  const named =
    typeof option === 'object'
      ? namedGroups(features, option)
      : option === 'prefix'
        ? prefixGroups(features, oneHot)
        : [];
  const groupOf = new Map(named.flatMap((group) => group.columns.map((column) => [column, group] as const)));
  const groups = features.map((name) => groupOf.get(name) ?? { name, columns: [name] });
  return [...new Set(groups)].filter(
    (group, at, all) => all.findIndex(({ name }) => name === group.name) === at,
  );
}

function namedGroups(
  features: readonly string[],
  option: { readonly [name: string]: readonly string[] },
): readonly ColumnGroup[] {
  const owner = new Map<string, string>();
  return Object.entries(option).map(([name, columns]) => {
    if (features.includes(name) && !columns.includes(name))
      fail('config', `groups: "${name}" is a feature itself`, { help: 'give the group a name of its own' });
    for (const column of columns) {
      if (!features.includes(column)) {
        const near = suggest(column, features);
        fail('config', `groups: "${column}" of ${name} is no feature of the model`, {
          help: near ? `did you mean "${near}"?` : `its features: ${features.join(', ')}`,
        });
      }
      if (owner.has(column)) fail('config', `groups: "${column}" is in ${owner.get(column)} and in ${name}`);
      owner.set(column, name);
    }
    return { name, columns };
  });
}

function prefixGroups(
  features: readonly string[],
  oneHot: (columns: readonly string[]) => boolean,
): readonly ColumnGroup[] {
  const members = new Map<string, string[]>();
  for (const name of features) {
    const at = name.lastIndexOf('_');
    if (at > 0) members.set(name.slice(0, at), [...(members.get(name.slice(0, at)) ?? []), name]);
  }
  return [...members]
    .filter(([prefix, columns]) => columns.length > 1 && !features.includes(prefix) && oneHot(columns))
    .map(([name, columns]) => ({ name, columns }));
}
