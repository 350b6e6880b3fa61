// Commits back as a job would, in a process of its own: it can be killed, and the test's web server answers meanwhile.
import { commitBack } from '../../src/ci/lock-commit.ts';
import { MlopsError } from '../../src/core/failure.ts';
import { requireRepository } from '../../src/git/repository.ts';

const { top, plan, token } = JSON.parse(process.argv[2]!);
const access = { token, keepIn: undefined, pause: async () => {} };
await commitBack(requireRepository(top), plan, access).then(
  (outcome) => console.log(JSON.stringify(outcome)),
  (error: unknown) => {
    if (!(error instanceof MlopsError)) throw error;
    console.log(JSON.stringify(error.failures[0]));
  },
);
