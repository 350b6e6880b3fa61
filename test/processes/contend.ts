// One of several processes that want the same claim over and over: argv = folder, file, rounds.
// The owner writes its number into the file and reads it back before it lets go. Every third time it dies as an owner,
// and the test starts another in its place, which goes on from the round it is given.
import { readFileSync, writeFileSync } from 'node:fs';
import { openClaimDir } from '../../src/util/claim-file.ts';
import { awaitClaim } from '../../src/util/claim-wait.ts';

const [dir, file, from, rounds] = process.argv.slice(2) as [string, string, string, string];
const claims = openClaimDir(dir);
for (let round = Number(from); round < Number(rounds); round++) {
  const attempt = await awaitClaim(claims, 'one', { what: `round ${round}` }, { pollMs: 5 });
  if (!('claim' in attempt)) throw new Error('it waits for ever');
  const before = readFileSync(file, 'utf8');
  const mine = `${Number(before.split(' ')[0]) + 1} ${process.pid}`;
  writeFileSync(file, mine);
  for (let i = 0; i < 20; i++)
    if (readFileSync(file, 'utf8') !== mine || !attempt.claim.isMine())
      console.log(`two owners in round ${round}`);
  console.log(`owned ${round}`);
  if (round % 3 === 2) process.kill(process.pid, 'SIGKILL');
  attempt.claim.release();
}
