import assert from 'node:assert/strict';
import { orphanBacking } from '../../../fixtures/builder/accidents/nas-side.ts';
import { addSnapshotBacking } from '../../../fixtures/builder/snapshots.ts';
import { use } from '../../../fixtures/builder/workloads.ts';
import { toEstate } from '../../../fixtures/builder/world.ts';
import { newBase } from '../../../fixtures/estates/checks/base.ts';
import { type EstateServers, startEstateServers } from '../../../src/cli/demo/estate-servers.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Guard, PlanAction, PlanStep } from '../../../src/plan/cleanup-plan.ts';
import { middlewareCall } from '../../../src/plan/script-words.ts';
import type { Estate } from '../../../src/simulate/estate.ts';
import { openRpc, type RpcClient } from '../../support/json-rpc-client.ts';
import { scanServers } from '../../support/scan-estate.ts';

const dayMs = 86_400_000;
const admin = { username: 'admin', password: 'admin-password', roles: ['FULL_ADMIN'] };

/** snapshot ← clone ← snapshot ← clone, all of it left behind; and a clone that somebody uses, of a leftover's snapshot. */
function chainEstate(): { readonly estate: Estate; readonly chain: readonly string[]; readonly inUse: string } {
  const { world, volume } = newBase('chain');
  for (let count = 0; count < 20; count += 1) use(world, volume());
  const snapshotOf = (owner: ReturnType<typeof volume>, ageDays: number) =>
    addSnapshotBacking(world, owner, world.random.uuid(), {
      name: 'lost',
      ageDays,
      usedBytes: 2 ** 20,
      referencedBytes: 2 ** 30,
    });
  const root = volume();
  const first = volume({ origin: snapshotOf(root, 60) });
  const second = volume({ origin: snapshotOf(first, 50) });
  const other = volume();
  const living = volume({ origin: snapshotOf(other, 40) });
  use(world, living);
  for (const leftover of [root, first, second, other]) orphanBacking(world, leftover);
  const estate = toEstate(world);
  const nases = estate.nases.map((nas) => ({ ...nas, users: [...nas.users, admin] }));
  const chain = [root, first, second, other].map(({ datasetName }) => datasetName);
  return { estate: { ...estate, nases }, chain, inUse: living.datasetName };
}

describe('[I] run: the plan of a chain of clones', () => {
  const { estate, chain, inUse } = chainEstate();
  let servers: EstateServers;
  let client: RpcClient;
  let steps: readonly PlanStep[] = [];

  before(async function () {
    this.timeout(60_000);
    servers = await startEstateServers(estate);
    servers.shiftClock(-2 * dayMs);
    await scanServers(servers, 'before');
    servers.shiftClock(0);
    steps = buildPlan(await scanServers(servers, 'now')).steps;
    const [nas] = servers.nases;
    assert.ok(nas !== undefined);
    client = await openRpc(nas);
    await client.result('auth.login', admin.username, admin.password);
  });
  after(async () => {
    client.close();
    await servers.close();
  });

  it('names every leftover of the chain', () => {
    const deleted = steps.flatMap(({ action }) => (action.kind === 'deleteDataset' ? [action.target] : []));

    assert.deepEqual([...deleted].sort(), [...chain].sort());
  });

  it('would be refused by the NAS in the order in which the chain grew: the order matters', async () => {
    const answer = await client.call('pool.dataset.delete', chain[0], { recursive: true, force: false });

    assert.match(JSON.stringify(answer.error), /dependent clones/);
  });

  it('works step by step on the NAS, each question answered as the step needs it just before', async () => {
    for (const { guards, action } of steps) {
      for (const guard of guards) await ask(client, guard);
      await act(client, action);
    }
  });

  it('left nothing of the chain and touched nothing else; the next scan finds the snapshot that came to the clone in use', async () => {
    const left = servers.nases[0]?.state.datasets.map(({ name }) => name) ?? [];
    const before = estate.nases[0]?.datasets.map(({ name }) => name) ?? [];
    assert.deepEqual(
      left,
      before.filter((name) => !chain.includes(name)),
    );
    assert.ok(left.includes(inUse));

    const { findings, scan } = await scanServers(servers, 'after');

    assert.equal(scan.complete, true);
    const open = findings.filter(({ change }) => change !== 'resolved');
    assert.deepEqual(
      open.map(({ check, resource }) => `${check} ${resource.name.split('@')[0]}`),
      [`backend-snapshot-without-object ${inUse}`],
    );
    assert.equal(findings.length - open.length, chain.length);
  });
});

/** What the script's `count` does; what it asks of the clusters they have answered by having no such volume. */
async function ask(client: RpcClient, guard: Guard): Promise<void> {
  if (guard.kind !== 'count') return;
  const rows = (await client.result(guard.method, guard.filters)) as readonly unknown[];
  assert.equal(rows.length, guard.is, JSON.stringify(guard));
}

/** The very call that the script holds, words and all. */
async function act(client: RpcClient, action: PlanAction): Promise<void> {
  assert.ok(action.kind !== 'advice' && action.kind !== 'deleteAttachment', action.kind);
  const [method = '', ...words] = middlewareCall(action).split(' ');
  await client.result(method, ...words.map((word) => JSON.parse(word.replaceAll(/^'|'$/g, '')) as unknown));
}
