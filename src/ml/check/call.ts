// A call into the user's module, however it ends: by an answer, an error, an error that nobody waits for, a promise that
// nothing will settle, or with the whole process.
import { fail, failure, MlopsError } from '../../core/failure.ts';

/** @param path the module, as written. @throws MlopsError (stage) with the line of theirs; what we threw stays as it is */
export async function callModule<T>(
  path: string,
  call: () => Promise<T>,
  log: (line: string) => void,
): Promise<T> {
  let giveUp: (error: unknown) => void = () => {};
  const stuck = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  const onIdle = (): void =>
    giveUp(new MlopsError(failure('stage', `${path} waits for something that nothing will bring`)));
  // Too late to go on; a check that looked at nothing must not look like one that ended well.
  const onExit = (): void => {
    log(`${path} ended the process before it answered`);
    process.exitCode = 1;
  };
  process.on('uncaughtException', giveUp).on('beforeExit', onIdle).on('exit', onExit);
  try {
    return await Promise.race([call(), stuck]);
  } catch (error) {
    if (error instanceof MlopsError) throw error;
    return fail('stage', threw(path, error), {}, error);
  } finally {
    process.off('uncaughtException', giveUp).off('beforeExit', onIdle).off('exit', onExit);
  }
}

function threw(path: string, error: unknown): string {
  if (!(error instanceof Error)) return `${path} threw ${inWords(error)}, which is no Error`;
  const file = path.replace(/^(\.\.?\/)+/, '');
  const frame = error.stack?.split('\n').find((each) => each.includes(`/${file}:`));
  const at = frame && /:(\d+)(?::\d+)?\)?$/.exec(frame)?.[1];
  return `${path}${at ? ` line ${at}` : ''} threw ${error.name}: ${error.message}`;
}

function inWords(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null ? 'an object' : JSON.stringify(String(thrown));
}
