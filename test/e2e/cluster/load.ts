import { readFileSync } from 'node:fs';
import { Agent, type RequestOptions, request } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { KubeObject } from '../../../src/simulate/estate.ts';

/** Kinds with their place in the REST interface. `status`: what a driver or kubelet would write is written by us. */
const kinds: Readonly<Record<string, { plural: string; isNamespaced: boolean; writesStatus?: true }>> = {
  Namespace: { plural: 'namespaces', isNamespaced: false },
  Node: { plural: 'nodes', isNamespaced: false, writesStatus: true },
  PersistentVolume: { plural: 'persistentvolumes', isNamespaced: false },
  PersistentVolumeClaim: { plural: 'persistentvolumeclaims', isNamespaced: true },
  Pod: { plural: 'pods', isNamespaced: true, writesStatus: true },
  StorageClass: { plural: 'storageclasses', isNamespaced: false },
  CSIDriver: { plural: 'csidrivers', isNamespaced: false },
  CSINode: { plural: 'csinodes', isNamespaced: false },
  VolumeAttachment: { plural: 'volumeattachments', isNamespaced: false, writesStatus: true },
  Lease: { plural: 'leases', isNamespaced: true },
  VolumeSnapshotClass: { plural: 'volumesnapshotclasses', isNamespaced: false },
  VolumeSnapshotContent: { plural: 'volumesnapshotcontents', isNamespaced: false, writesStatus: true },
  VolumeSnapshot: { plural: 'volumesnapshots', isNamespaced: true, writesStatus: true },
  Deployment: { plural: 'deployments', isNamespaced: true },
  StatefulSet: { plural: 'statefulsets', isNamespaced: true },
  DaemonSet: { plural: 'daemonsets', isNamespaced: true },
  ReplicaSet: { plural: 'replicasets', isNamespaced: true },
  Job: { plural: 'jobs', isNamespaced: true },
  CronJob: { plural: 'cronjobs', isNamespaced: true },
};

export interface LoadedObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
}

export interface Loader {
  /** Creates all of them, many at a time; what exists already is left as it is. @throws on any other refusal. */
  create(objects: readonly KubeObject[]): Promise<LoadedObject[]>;
  close(): void;
}

/** Writes objects over a few keep-alive connections: kubectl takes an hour for what takes half a minute here. */
export async function createLoader(kubeconfig: string, connections = 16): Promise<Loader> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const login: RequestOptions = {};
  await config.applyToHTTPSOptions(login);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`${kubeconfig} names no cluster`);
  const ca = cluster.caFile === undefined ? undefined : readFileSync(cluster.caFile);
  const agent = new Agent({
    ...(login.agent instanceof Agent && login.agent.options),
    ...(ca && { ca }),
    keepAlive: true,
    maxSockets: connections,
  });

  function send(method: string, path: string, body: unknown): Promise<{ status: number; json: KubeObject }> {
    return new Promise((resolve, reject) => {
      const call = request(
        `${cluster?.server}${path}`,
        { method, agent, headers: { ...login.headers, 'content-type': 'application/json' } },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          response.on('error', reject);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) as KubeObject }));
        },
      );
      call.on('error', reject);
      call.end(JSON.stringify(body));
    });
  }

  async function createOne(object: KubeObject): Promise<LoadedObject> {
    const place = kinds[object.kind];
    if (place === undefined) throw new Error(`the loader does not know the kind ${object.kind}`);
    const { name, namespace } = object.metadata;
    const group = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
    const all = `${group}${place.isNamespaced ? `/namespaces/${namespace}` : ''}/${place.plural}`;
    const { status, json } = await send('POST', all, withoutServerFields(object));
    if (status === 409) return identity((await send('GET', `${all}/${name}`, undefined)).json);
    if (status >= 300) throw new Error(`${object.kind} ${namespace ?? ''}/${name}: ${status} ${JSON.stringify(json)}`);
    if (place.writesStatus && object['status'] !== undefined) {
      const written = await send('PUT', `${all}/${name}/status`, { ...json, status: object['status'] });
      if (written.status >= 300) throw new Error(`status of ${object.kind} ${name}: ${JSON.stringify(written.json)}`);
    }
    return identity(json);
  }

  return {
    async create(objects) {
      const created: LoadedObject[] = [];
      const queue = objects.values();
      const work = async () => {
        for (const object of queue) created.push(await createOne(object));
      };
      await Promise.all(Array.from({ length: connections }, work));
      return created;
    },
    close: () => agent.destroy(),
  };
}

/** The server gives uid and creation time itself; a status is written apart. */
function withoutServerFields({ status: _, ...object }: KubeObject & { status?: unknown }): unknown {
  const { uid: _uid, creationTimestamp: _at, resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function identity({ kind, metadata }: KubeObject): LoadedObject {
  const { name, namespace, uid } = metadata;
  return { kind, name, uid, ...(namespace !== undefined && { namespace }) };
}
