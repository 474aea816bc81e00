import { X509Certificate } from 'node:crypto';
import { ConfigError } from '../errors.ts';
import type { ClusterTarget, NasAuth, NasTarget, TlsOptions } from '../model/targets.ts';
import { durationMs } from '../util/duration.ts';
import { Secret } from '../util/secret.ts';
import { leaveTrace } from '../util/trail.ts';
import type { Config } from './schema.ts';
import { readSecretFile, readTextFile } from './secret-file.ts';
import type { TlsConfig } from './sections/sources.ts';

/** @throws ConfigError when a certificate file cannot be read or holds no certificate. Secrets are read when asked for. */
export function toNasTargets(config: Config): readonly NasTarget[] {
  return config.nas.map((nas, index) => ({
    name: nas.name,
    url: nas.url.replace(/\/+$/, ''),
    aliases: nas.aliases,
    transport: nas.transport,
    auth: toNasAuth(nas, `nas[${index}]`),
    tls: toTlsOptions(nas.tls, `nas[${index}].tls`),
    allowPlaintext: nas.allowPlaintext,
    callTimeoutMs: durationMs(nas.timeout ?? config.limits.callTimeout),
    callsAtOnce: config.limits.concurrency,
  }));
}

export function toClusterTargets(config: Config): readonly ClusterTarget[] {
  return config.clusters.map(({ name, inCluster, kubeconfig, context, namespaces, tls }) => ({
    name,
    source: inCluster
      ? { kind: 'inCluster' }
      : {
          kind: 'kubeconfig',
          ...(kubeconfig !== undefined && { file: kubeconfig }),
          ...(context !== undefined && { context }),
        },
    tls,
    callTimeoutMs: durationMs(config.limits.callTimeout),
    pageSize: config.limits.pageSize,
    callsAtOnce: config.limits.concurrency,
    ...(namespaces !== undefined && { namespaces }),
    ...(config.driverSecrets.enabled && { driverSecrets: { namespaces: config.driverSecrets.namespaces } }),
  }));
}

/** TLS options with the files read; `key` is where they stand in config, for errors. */
export function toTlsOptions(tls: TlsConfig, key: string): TlsOptions {
  const { caFile, certFile, keyFile, pins, serverName } = tls;
  return {
    minVersion: tls.minVersion,
    ...(caFile !== undefined && { ca: readCertificate(caFile, `${key}.caFile`) }),
    ...(pins.length > 0 && { pins }),
    ...(serverName !== undefined && { serverName }),
    ...(certFile !== undefined &&
      keyFile !== undefined && {
        clientCertificate: {
          cert: readCertificate(certFile, `${key}.certFile`),
          key: new Secret(readTextFile(keyFile, `${key}.keyFile`)),
        },
      }),
    ...(tls.insecureSkipVerify && { insecureSkipVerify: true }),
  };
}

function toNasAuth(nas: Config['nas'][number], key: string): NasAuth {
  const { username, apiKey, apiKeyFile, password, passwordFile } = nas;
  if (password !== undefined || passwordFile !== undefined) {
    return {
      kind: 'password',
      username: username ?? '',
      password: async () =>
        fromConfig(password, `${key}.password`) ?? readSecretFile(passwordFile ?? '', `${key}.passwordFile`),
    };
  }
  return {
    kind: 'apiKey',
    apiKey: async () => fromConfig(apiKey, `${key}.apiKey`) ?? readSecretFile(apiKeyFile ?? '', `${key}.apiKeyFile`),
    ...(username !== undefined && { username }),
  };
}

function fromConfig(secret: Secret | undefined, name: string): Secret | undefined {
  if (secret !== undefined) leaveTrace({ kind: 'credential', name, from: 'config or environment', outcome: 'ok' });
  return secret;
}

function readCertificate(file: string, key: string): string {
  const text = readTextFile(file, key);
  try {
    new X509Certificate(text);
    return text;
  } catch (cause) {
    throw new ConfigError(`${file}: the file of ${key} holds no PEM certificate`, {
      cause,
      remedy: 'Give a file that starts with -----BEGIN CERTIFICATE-----.',
    });
  }
}
