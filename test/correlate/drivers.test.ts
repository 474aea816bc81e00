import assert from 'node:assert/strict';
import {
  type DriverTraits,
  driverTraits,
  familyOfName,
  hostOf,
  iqnOf,
  isStatic,
  isTrueNasCsiName,
  nfsPathOf,
  type Place,
  placeOfInline,
  placeOfVolume,
  serverOf,
} from '../../src/correlate/drivers.ts';
import { makeCsi, makePlainVolume, makeVolume, nfsDriver, trueNasDriver } from './support/small.ts';

const withAttributes = (attributes: Readonly<Record<string, string>>, driver = nfsDriver) =>
  makeVolume('pvc-1', { csi: makeCsi('pvc-1', attributes, driver) });
const iqn = 'iqn.2005-10.org.freenas.ctl:pvc-1';

describe('[U] correlate/drivers', () => {
  describe('what a volume says about its driver', () => {
    const democratic = (protocol: DriverTraits['protocol']) => ({ family: 'democratic-csi', protocol });
    const rows: readonly (readonly [provisioner: string, DriverTraits | object | undefined])[] = [
      ['freenas-nfs', democratic('nfs')],
      ['freenas-smb', democratic('smb')],
      ['freenas-iscsi', democratic('iscsi')],
      ['freenas-api-nfs', democratic('nfs')],
      ['freenas-api-iscsi', democratic('iscsi')],
      ['truenas-nvmeof', democratic('nvmeof')],
      ['truenas-api-smb', democratic('smb')],
      ['my-freenas-nfs', undefined],
      ['freenas-nfs-2', undefined],
      ['freenas-ftp', undefined],
      ['my-zfs-generic-nfs', undefined],
      ['hostpath', undefined],
    ];
    for (const [provisioner, traits] of rows) {
      it(`${provisioner}: ${traits === undefined ? 'none that we know' : 'democratic-csi on TrueNAS'}`, () => {
        assert.deepEqual(driverTraits(withAttributes({ provisioner_driver: provisioner })), traits);
      });
    }

    it('keeps the instance id of democratic-csi', () => {
      const attributes = { provisioner_driver: 'freenas-nfs', provisioner_driver_instance_id: 'prod-a' };

      assert.deepEqual(driverTraits(withAttributes(attributes)), { ...democratic('nfs'), instanceId: 'prod-a' });
    });

    for (const provisioner of [
      ...['zfs-generic-nfs', 'zfs-local-dataset', 'synology-iscsi', 'nfs-client', 'smb-client'],
      ...['lustre-client', 'local-hostpath', 'objectivefs'],
    ]) {
      it(`${provisioner}: out of reach, and says so`, () => {
        assert.deepEqual(driverTraits(withAttributes({ provisioner_driver: provisioner })), {
          ...democratic('unknown'),
          outOfReach: `driver ${provisioner} keeps its volumes outside the TrueNAS databases`,
          reach: 'outside',
        });
      });
    }

    it('node-manual: static, whatever is served', () => {
      assert.deepEqual(driverTraits(withAttributes({ provisioner_driver: 'node-manual' })), {
        ...democratic('unknown'),
        outOfReach: 'static volume',
        reach: 'static',
      });
    });

    it('truenas-csi: by the driver name, with the protocol of the attributes and nfs where there is none', () => {
      const traits = (attributes: Readonly<Record<string, string>>) =>
        driverTraits(withAttributes(attributes, trueNasDriver));

      assert.deepEqual(traits({}), { family: 'truenas-csi', protocol: 'nfs' });
      for (const protocol of ['nfs', 'smb', 'iscsi', 'nvmeof']) {
        assert.deepEqual(traits({ protocol }), { family: 'truenas-csi', protocol });
      }
      assert.deepEqual(traits({ protocol: 'ftp' }), { family: 'truenas-csi', protocol: 'nfs' });
    });

    it('democratic-csi by its attributes, though somebody has named it csi.truenas.io', () => {
      assert.deepEqual(
        driverTraits(withAttributes({ provisioner_driver: 'freenas-iscsi' }, trueNasDriver)),
        democratic('iscsi'),
      );
    });

    it('truenas-csi by its name, though the attributes name a provisioner that nobody knows', () => {
      assert.equal(driverTraits(withAttributes({ provisioner_driver: 'x' }, trueNasDriver))?.family, 'truenas-csi');
    });

    it('nothing of a volume without CSI', () => assert.equal(driverTraits(makePlainVolume('data')), undefined));
  });

  it('knows truenas-csi by its name, also with a prefix for several appliances', () => {
    assert.equal(isTrueNasCsiName('csi.truenas.io'), true);
    assert.equal(isTrueNasCsiName('nas-a.csi.truenas.io'), true);
    assert.equal(isTrueNasCsiName('mycsi.truenas.io'), false);
    assert.equal(isTrueNasCsiName('csi.truenas.io.example'), false);
    assert.equal(familyOfName('nas-a.csi.truenas.io'), 'truenas-csi');
    assert.equal(familyOfName('org.democratic-csi.nfs'), 'democratic-csi');
  });

  it('calls a volume static that no provisioner made, or node-manual', () => {
    const { provisionedBy: _, ...byHand } = makeVolume('pvc-1');

    assert.equal(isStatic(makeVolume('pvc-1')), false);
    assert.equal(isStatic(byHand), true);
    assert.equal(isStatic(withAttributes({ provisioner_driver: 'node-manual' })), true);
    assert.equal(isStatic(makePlainVolume('data')), true);
    assert.equal(isStatic(makePlainVolume('data', { provisionedBy: 'example.com/nfs' })), false);
  });

  describe('the server that a volume names', () => {
    const rows: readonly (readonly [string, Readonly<Record<string, string>>, string | undefined])[] = [
      ['NFS of democratic-csi', { server: '10.9.0.5' }, '10.9.0.5'],
      ['NFS of truenas-csi', { nfsServer: 'nas.example' }, 'nas.example'],
      ['iSCSI of democratic-csi, without the port', { portal: '10.9.0.5:3260' }, '10.9.0.5'],
      ['iSCSI of truenas-csi, without the port', { targetPortal: '10.9.0.6:3260' }, '10.9.0.6'],
      ['an IPv6 portal, without brackets', { portal: '[fd00::5]:3260' }, 'fd00::5'],
      ['NVMe-oF of democratic-csi', { transport: 'tcp://10.9.0.7:4420' }, '10.9.0.7'],
      ['NVMe-oF over RDMA and IPv6', { transport: 'rdma://[fd00::7]:4420' }, 'fd00::7'],
      ['the server before any portal', { server: 'a', nfsServer: 'b', portal: 'c', targetPortal: 'd' }, 'a'],
      ['an empty server', { server: '' }, undefined],
      ['none', {}, undefined],
    ];
    for (const [title, attributes, server] of rows) {
      it(title, () => assert.equal(serverOf(withAttributes(attributes)), server));
    }

    it('in-tree NFS and iSCSI', () => {
      assert.equal(serverOf(makePlainVolume('a', { nfs: { server: 'nas.example', path: '/mnt/a' } })), 'nas.example');
      assert.equal(serverOf(makePlainVolume('a', { iscsi: { portals: ['10.9.0.5:3260', 'x'], iqn } })), '10.9.0.5');
      assert.equal(serverOf(makePlainVolume('a')), undefined);
    });
  });

  it('reads host and port in every form', () => {
    assert.equal(hostOf('10.9.0.5'), '10.9.0.5');
    assert.equal(hostOf('nas.example:3260'), 'nas.example');
    assert.equal(hostOf('[fd00::5]:3260'), 'fd00::5');
    assert.equal(hostOf('[fd00::5]'), 'fd00::5');
    assert.equal(hostOf('fd00::5'), 'fd00::5');
    assert.equal(hostOf('x[fd00::5]'), 'x[fd00::5]');
  });

  it('finds the NFS path wherever a volume has it', () => {
    assert.equal(nfsPathOf(withAttributes({ share: '/mnt/a', nfsPath: '/mnt/b' })), '/mnt/a');
    assert.equal(nfsPathOf(withAttributes({ nfsPath: '/mnt/b' })), '/mnt/b');
    assert.equal(nfsPathOf(makePlainVolume('a', { nfs: { server: 'x', path: '/mnt/c' } })), '/mnt/c');
    assert.equal(nfsPathOf(withAttributes({})), undefined);
    assert.equal(nfsPathOf(makePlainVolume('a')), undefined);
  });

  it('finds the iSCSI name wherever a volume has it', () => {
    assert.equal(iqnOf(withAttributes({ iqn, targetIQN: 'b' })), iqn);
    assert.equal(iqnOf(withAttributes({ targetIQN: iqn })), iqn);
    assert.equal(iqnOf(makePlainVolume('a', { iscsi: { portals: [], iqn } })), iqn);
    assert.equal(iqnOf(withAttributes({})), undefined);
    assert.equal(iqnOf(makePlainVolume('a')), undefined);
  });

  describe('where an inline volume of a pod points', () => {
    const csi = (attributes: Readonly<Record<string, string>>) =>
      named(placeOfInline({ kind: 'csi', driver: nfsDriver, attributes }));

    it('NFS: server and path', () => {
      const inline = { kind: 'nfs', server: '10.9.0.5', path: '/mnt/tank/a' } as const;

      assert.deepEqual(placeOfInline(inline), { server: '10.9.0.5', path: '/mnt/tank/a' });
    });

    it('iSCSI: portal without its port, and the name', () => {
      assert.deepEqual(placeOfInline({ kind: 'iscsi', portal: '10.9.0.5:3260', iqn }), { server: '10.9.0.5', iqn });
    });

    it('CSI: what its attributes say, of either driver, and nothing that they do not say', () => {
      assert.deepEqual(csi({ server: 'a', share: '/mnt/a', nfsPath: '/mnt/b' }), { server: 'a', path: '/mnt/a' });
      assert.deepEqual(csi({ nfsPath: '/mnt/b' }), { path: '/mnt/b' });
      assert.deepEqual(csi({ iqn, targetIQN: 'b' }), { iqn });
      assert.deepEqual(csi({ targetIQN: iqn }), { iqn });
      assert.deepEqual(csi({ source: '//a/media', nqn: 'nqn.x' }), { server: 'a', smbShare: 'media', nqn: 'nqn.x' });
      assert.deepEqual(csi({ server: 'b', source: '//a/media' }), { server: 'b', smbShare: 'media' });
      assert.deepEqual(csi({}), {});
    });
  });

  describe('where a volume of any driver points', () => {
    const of = (attributes: Readonly<Record<string, string>>) => named(placeOfVolume(withAttributes(attributes)));

    it('NFS: server and path, which is no SMB share', () => {
      assert.deepEqual(of({ server: 'a', share: '/mnt/tank/a' }), { server: 'a', path: '/mnt/tank/a' });
      assert.deepEqual(named(placeOfVolume(makePlainVolume('a', { nfs: { server: 'a', path: '/mnt/a' } }))), {
        server: 'a',
        path: '/mnt/a',
      });
    });

    it('SMB of democratic-csi: the share beside the server, in small letters and without a folder in it', () => {
      assert.deepEqual(of({ server: 'a', share: 'Media/2026' }), {
        server: 'a',
        path: 'Media/2026',
        smbShare: 'media',
      });
    });

    it('csi-driver-smb: server and share out of one text', () => {
      assert.deepEqual(of({ source: '//nas.example/Media' }), { server: 'nas.example', smbShare: 'media' });
      assert.deepEqual(of({ source: '//nas.example/Media/2026' }), { server: 'nas.example', smbShare: 'media' });
      assert.deepEqual(of({ source: 'x//nas.example/Media' }), { smbShare: 'x' });
      assert.deepEqual(of({ source: '//nas.example' }), {});
      assert.deepEqual(of({ source: '/dev/sda' }), {});
      assert.deepEqual(of({ source: '' }), {});
    });

    it('iSCSI and NVMe-oF: the portal and the name', () => {
      assert.deepEqual(of({ portal: '10.9.0.5:3260', iqn }), { server: '10.9.0.5', iqn });
      assert.deepEqual(of({ transport: 'tcp://10.9.0.5:4420', nqn: 'nqn.x' }), { server: '10.9.0.5', nqn: 'nqn.x' });
    });

    it('nowhere, when it names nothing', () => assert.deepEqual(named(placeOfVolume(makePlainVolume('a'))), {}));
  });
});

/** Without what is undefined. */
function named(place: Place): Partial<Place> {
  return Object.fromEntries(Object.entries(place).filter(([, text]) => text !== undefined));
}
