// node million-rows.mjs FOLDER ROWS: reference and current, CSV and Parquet, of 16 numbers and 4 categories; three columns moved.
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [dir, rows] = process.argv.slice(2);
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
    `CREATE OR REPLACE TABLE made AS SELECT ${[...numbers, ...categories].join(', ')} FROM range(${rows}) t(i)`,
  );
  await connection.run(`COPY made TO '${join(dir, `${name}.csv`)}' (FORMAT csv, HEADER)`);
  await connection.run(`COPY made TO '${join(dir, `${name}.parquet`)}' (FORMAT parquet)`);
}
connection.closeSync();
instance.closeSync();
