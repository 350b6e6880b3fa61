// node million-rows.mjs FOLDER ROWS [parquet | judged]: reference and current, CSV and Parquet, of 16 numbers and 4 categories; three
// columns moved. `parquet`: no CSV. `judged`: no CSV, and columns with a truth that x0 and x1 tell of, a score and what it says.
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [dir, rows, only] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();

for (const [name, seed, shift] of [
  ['reference', 1, 0],
  ['current', 2, 0.3],
]) {
  const chance = (j) => `(hash(i * 1000 + ${j} + ${seed} * 1000000007) / 18446744073709551616.0)`;
  const numbers = Array.from({ length: 16 }, (_, k) => {
    const normal = `sqrt(-2 * ln(1 - ${chance(2 * k + 1)} + 1e-18)) * cos(2 * pi() * ${chance(2 * k + 2)})`;
    return `round(${k} + ${1 + k / 10} * ${normal} + ${k < 3 ? shift : 0}, 6) AS x${k}`;
  });
  const categories = [5, 12, 40, 200].map(
    (count, k) => `'c' || CAST(floor(${count} * pow(${chance(40 + k)}, 1.5)) AS INT) AS k${k}`,
  );
  await connection.run(
    `CREATE OR REPLACE ${only === 'parquet' ? 'VIEW' : 'TABLE'} made AS SELECT ${[...numbers, ...categories].join(', ')} FROM range(${rows}) t(i)`,
  );
  if (only === undefined)
    await connection.run(`COPY made TO '${join(dir, `${name}.csv`)}' (FORMAT csv, HEADER)`);
  const scored = `SELECT *, 1 / (1 + exp(-(x0 + (x1 - 1) / 1.1))) AS score FROM made`;
  const judged = `(SELECT *, CAST(score > 0.5 AS INT) AS said, CAST(hash(x0, x1, ${seed}) / 18446744073709551616.0 < score AS INT) AS truth FROM (${scored}))`;
  await connection.run(
    `COPY ${only === 'judged' ? judged : 'made'} TO '${join(dir, `${name}.parquet`)}' (FORMAT parquet)`,
  );
}
connection.closeSync();
instance.closeSync();
