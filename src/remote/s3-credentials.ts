// How the SDK says that it found no credentials.

const NONE = ['CredentialsProviderError', 'TokenProviderError', 'ProviderError'];

export function isWithoutCredentials(error: unknown): boolean {
  return error instanceof Error && NONE.includes(error.name);
}
