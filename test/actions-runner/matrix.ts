// The combinations of a matrix. https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations

type Values = { readonly [axis: string]: unknown };

export function combinations(matrix: unknown): Values[] {
  const {
    include = [],
    exclude = [],
    ...axes
  } = (matrix ?? {}) as { include?: Values[]; exclude?: Values[] } & Values;
  const names = Object.keys(axes);
  let all: Values[] = names.length === 0 ? [] : [{}];
  for (const name of names)
    all = all.flatMap((values) => (axes[name] as unknown[]).map((value) => ({ ...values, [name]: value })));
  all = all.filter(
    (values) =>
      !exclude.some((each) => Object.entries(each).every(([name, value]) => values[name] === value)),
  );
  const added: Values[] = [];
  for (const extra of include) {
    const fits = (values: Values): boolean =>
      names.every((name) => !(name in extra) || extra[name] === values[name]);
    if (all.some(fits)) all = all.map((values) => (fits(values) ? { ...values, ...extra } : values));
    else added.push(extra);
  }
  const result = [...all, ...added];
  return result.length === 0 ? [{}] : result;
}
