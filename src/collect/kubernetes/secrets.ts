const looksSecret = /secret|passw|passphrase|\bpass\b|token|credential|key/i;
/** `csi.storage.k8s.io/node-stage-secret-name` and the like name a Secret and hold none. */
const namesSecret = /secret-?(name|namespace)$/i;
const holdsSecret = /-----BEGIN |\b(api_?key|passw\w*|passphrase|secret|token)\b["']?\s*[:=]|:\/\/[^/\s:@]+:[^/\s@]+@/i;
const secretOption = /^(pass|passwd|password|credentials|cred|username_?password)\w*=/i;
const hidden = '[redacted]';

export interface CleanMap {
  readonly kept: Readonly<Record<string, string>>;
  /** Names of the keys whose values were dropped. */
  readonly dropped: readonly string[];
}

/**
 * StorageClass parameters and the volume attributes copied from them may hold secrets in clear text (truenas-csi:
 * `iscsi.chapSecret`, `encryption.passphrase`, `nvmeof.dhchapKey` …). Rather too much is dropped than too little.
 */
export function dropSecrets(map: Readonly<Record<string, string>>): CleanMap {
  const kept: Record<string, string> = {};
  const dropped: string[] = [];
  for (const [key, value] of Object.entries(map)) {
    if (!isSecret(key, value)) kept[key] = value;
    else if (value !== '') dropped.push(key);
  }
  return { kept, dropped: dropped.sort() };
}

/** SMB mount options can carry `password=…`. */
export function dropSecretOptions(options: readonly string[]): {
  readonly kept: readonly string[];
  readonly dropped: readonly string[];
} {
  const kept = options.map((option) => option.split(',').map(cleanOption).join(','));
  const dropped = options
    .flatMap((option) => option.split(','))
    .filter((option) => secretOption.test(option.trim()))
    .map((option) => `mountOptions.${option.trim().split('=', 1)[0]}`);
  return { kept, dropped: [...new Set(dropped)].sort() };
}

/** Container arguments: `--api-key=…` and `--token …`. */
export function dropSecretArgs(args: readonly string[]): readonly string[] {
  let isNextSecret = false;
  return args.map((arg) => {
    const isSecretValue = isNextSecret && !arg.startsWith('-');
    const [name = '', value] = splitOnce(arg);
    const isSecretName = arg.startsWith('-') && looksSecret.test(name) && !namesSecret.test(name);
    isNextSecret = isSecretName && value === undefined;
    if (isSecretValue || holdsSecret.test(value ?? '')) return value === undefined ? hidden : `${name}=${hidden}`;
    return isSecretName && value !== undefined ? `${name}=${hidden}` : arg;
  });
}

function isSecret(key: string, value: string): boolean {
  return (looksSecret.test(key) && !namesSecret.test(key)) || holdsSecret.test(value);
}

function cleanOption(option: string): string {
  if (!secretOption.test(option.trim())) return option;
  return `${option.split('=', 1)[0]}=${hidden}`;
}

function splitOnce(arg: string): readonly [string, string?] {
  const at = arg.indexOf('=');
  return at === -1 ? [arg] : [arg.slice(0, at), arg.slice(at + 1)];
}
