import type { Repository } from '../../engine/index.ts';
import { FROM_VARIABLES } from '../password/environment-password.ts';
import type { VerbContext } from './repository-command.ts';

/** The repository that `--from-repo` names, with a password of its own. The caller closes it. */
export async function openSource(
  { engine, flags, password, signal }: VerbContext<{ readonly fromPasswordFile?: string }>,
  location: string,
): Promise<Repository> {
  const secret = await password({
    of: location,
    option: { flag: '--from-password-file', path: flags.fromPasswordFile },
    variables: FROM_VARIABLES,
  });
  return engine.Repository.open(engine.openLocation(location), { password: secret, signal });
}
