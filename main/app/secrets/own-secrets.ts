import { SecretError, type SecretStore } from './ports.ts';

/** What GuardIT keeps for itself among the secrets: nobody's configuration reads it, and nobody sets or removes it by hand. */
const OWN_PREFIX = 'repository-';

export function repositorySecretName(repositoryId: string): string {
  return `${OWN_PREFIX}${repositoryId}`;
}

export function isOwnSecret(name: string): boolean {
  // Names differ by more than capitals: some file systems would not tell them apart.
  return name.toLowerCase().startsWith(OWN_PREFIX);
}

/** The secrets as tasks see them. Whoever may write a task may send a secret anywhere: a repository's key is not for them. */
export function secretsForTasks(store: SecretStore): SecretStore {
  return {
    read: async (name) => {
      if (isOwnSecret(name))
        throw new SecretError('secret_not_found', `Secret "${name}" is GuardIT's own: no task can use it.`);
      return store.read(name);
    },
    has: async (name) => !isOwnSecret(name) && store.has(name),
    write: (name, value) => store.write(name, value),
    delete: (name) => store.delete(name),
    list: async () => (await store.list()).filter((name) => !isOwnSecret(name)),
  };
}
