/** Stores that can be asked for a secret instead of a file. */
export type SecretScheme = 'vault' | 'kubernetes';

/** `vault:PATH#FIELD` or `kubernetes:NAMESPACE/NAME#KEY`, wherever a file with a secret can stand. */
export interface SecretReference {
  readonly scheme: SecretScheme;
  /** Path below the KV mount, or namespace/name. */
  readonly place: string;
  /** Field of the secret in Vault, key of the Secret in Kubernetes. */
  readonly field: string;
}

interface Scheme {
  readonly place: RegExp;
  readonly remedy: string;
}

const dnsName = '[a-z0-9]([-a-z0-9.]*[a-z0-9])?';

const schemes: Readonly<Record<SecretScheme, Scheme>> = {
  vault: {
    place: /^[^#\s]+$/,
    remedy: 'Write vault:PATH#FIELD, and say in the section `vault` where it is.',
  },
  kubernetes: {
    place: new RegExp(`^${dnsName}/${dnsName}$`),
    remedy: 'Write kubernetes:NAMESPACE/NAME#KEY, and set kubernetesSecrets.enabled: true.',
  },
};

export function isReference(text: string): boolean {
  return /^(vault|kubernetes):/.test(text);
}

/** Undefined: not one, or not a whole one. */
export function parseReference(text: string): SecretReference | undefined {
  const [, scheme, place = '', field = ''] = /^(vault|kubernetes):([^#\s]+)#([^#\s]+)$/.exec(text) ?? [];
  if (scheme === undefined || !schemes[scheme as SecretScheme].place.test(place)) return undefined;
  return { scheme: scheme as SecretScheme, place, field };
}

/** What to say to somebody whose reference cannot be followed. */
export function schemeOf(text: string): { readonly remedy: string } {
  return schemes[text.startsWith('vault:') ? 'vault' : 'kubernetes'];
}
