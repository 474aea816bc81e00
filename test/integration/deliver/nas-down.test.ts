import assert from 'node:assert/strict';
import { join } from 'node:path';
import { demoEstate } from '../../../fixtures/estates/demo/demo.ts';
import { type EstateServers, startEstateServers } from '../../../src/cli/demo/estate-servers.ts';
import { wirePorts } from '../../../src/run/wire.ts';
import { type Monitoring, startMonitoring } from '../../support/monitoring.ts';
import { runCommand } from '../../support/run-command.ts';

const nightMs = 86_400_000;

describe('[I] deliver: alerts while a system is down', function () {
  this.timeout(180_000);
  let monitoring: Monitoring;
  let servers: EstateServers;

  before(async () => {
    monitoring = await startMonitoring();
    servers = await startEstateServers(demoEstate(), {
      pushgateway: { url: monitoring.gatewayUrl },
      limits: { callTimeout: '5s' },
    });
  });
  after(async () => {
    await servers?.close();
    await monitoring?.stop();
  });

  /** A whole `scan` of this night, and the alerts that fire after it. */
  async function scanTheNight(night: number): Promise<{ readonly code: number; readonly alerts: readonly string[] }> {
    servers.shiftClock(night * nightMs);
    const now = servers.now().toISOString();
    const out = join(servers.folder, 'out');
    const argv = ['scan', '--config', servers.configFile, '--out', out, '--format', 'json', '--log-level', 'error'];
    const { code } = await runCommand({ argv, ports: wirePorts({ retry: { retries: 1, baseMs: 5 } }), now });
    await monitoring.eventually(`count(strandline_last_run_timestamp_seconds == ${Date.parse(now) / 1000})`, '1');
    await monitoring.evaluated();
    const firing = await monitoring.series('ALERTS{alertstate="firing"}');
    return { code, alerts: firing.map(toName).toSorted() };
  }

  it('resolves none when a NAS does not answer, and ends none when it is back', async () => {
    await scanTheNight(0);
    const { code, alerts: before } = await scanTheNight(1);
    assert.equal(code, 0);
    assert.ok(before.length >= 3, `only ${before.join(', ')}`);
    assert.ok(before.some((alert) => alert.startsWith('StrandlineDangerousFindings')));

    for (const { state, faults } of servers.nases) {
      faults.set([{ system: `nas/${state.name}`, call: '*', kind: 'refuse' }]);
    }
    const down = await scanTheNight(2);
    assert.equal(down.code, 3);
    assert.deepEqual(missing(before, down.alerts), []);
    assert.deepEqual(
      down.alerts.filter((alert) => /SourceDown|PartialData/.test(alert)).length,
      servers.nases.length + 1,
    );

    for (const { faults } of servers.nases) faults.set([]);
    const back = await scanTheNight(3);
    assert.equal(back.code, 0);
    assert.deepEqual(missing(before, back.alerts), []);
    assert.deepEqual(
      back.alerts.filter((alert) => /SourceDown|PartialData/.test(alert)),
      [],
    );
  });
});

/** Which alert, and what it is about. */
function toName({ alertname = '', source = '', check = '', pool = '' }: Readonly<Record<string, string>>): string {
  return [alertname, source, check, pool].filter((part) => part !== '').join(' ');
}

function missing(wanted: readonly string[], seen: readonly string[]): readonly string[] {
  return wanted.filter((alert) => !seen.includes(alert));
}
