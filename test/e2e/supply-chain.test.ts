import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { ensureAppImage } from './cluster/app-image.ts';
import { type Ran, run, tryRun } from './cluster/exec.ts';
import { hasImage } from './cluster/image.ts';
import { repository } from './cluster/manifests.ts';
import { ensureSigningTools } from './cluster/tools.ts';
import { type Cosign, makeCosign } from './support/cosign.ts';
import { type ImageRegistry, startImageRegistry, startLyingRelay } from './support/image-registry.ts';

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
}

const name = 'strandline';

describe('[E] the image, signed in a registry', function supplyChainSuite() {
  this.timeout(300_000);
  let crane: string;
  let registry: ImageRegistry;
  let ours: Cosign;
  let another: Cosign;
  let digest: string;
  let image: string;

  before(async function pushAndSign() {
    const built = await ensureAppImage();
    if (!(await hasImage(built))) return this.skip(); // a ready one, which this machine's store does not have
    const tools = await ensureSigningTools();
    crane = tools.crane;
    registry = await startImageRegistry(crane);
    [ours, another] = [await makeCosign(tools.cosign), await makeCosign(tools.cosign)];
    digest = await registry.push(built, `${name}:released`);
    image = `${registry.host}/${name}@${digest}`;
    await ours.sign(image);
  });

  after(async () => {
    await Promise.all([registry?.stop(), ours?.close(), another?.close()]);
  });

  function assertRefused({ code, stderr }: Ran, because: RegExp): void {
    assert.notEqual(code, 0);
    assert.match(stderr, because);
  }

  /** A few bytes more in the manifest: the image runs as before, and is another one. */
  async function putAltered(tag: string) {
    const { text, type } = await registry.manifest(`${name}@${digest}`);
    const altered = text.replace('{', `{${' '.repeat(tag.length)}`);
    return {
      reference: `${registry.host}/${name}:${tag}`,
      digest: await registry.putManifest(`${name}:${tag}`, altered, type),
    };
  }

  function signatureTag(ofDigest: string): string {
    return `${name}:${ofDigest.replace(':', '-')}`;
  }

  /** The signature as it lies in the registry: an index below a tag named after the image, a manifest, a bundle. */
  async function readSignature() {
    const index = JSON.parse((await registry.manifest(signatureTag(digest))).text);
    const manifest = await registry.manifest(`${name}@${index.manifests[0].digest}`);
    const [{ digest: blob }] = JSON.parse(manifest.text).layers;
    return { index, manifest, blob, bundle: JSON.parse(await readFile(registry.blobFile(blob), 'utf8')) };
  }

  async function putBundle(text: string, { text: old, type }: { readonly text: string; readonly type: string }) {
    const manifest = JSON.parse(old);
    const layer = { ...manifest.layers[0], digest: await registry.putBlob(name, text), size: Buffer.byteLength(text) };
    const changed = JSON.stringify({ ...manifest, layers: [layer] });
    return { digest: await registry.putManifest(`${name}:forged`, changed, type), size: Buffer.byteLength(changed) };
  }

  it('is verified by the key that signed it, by digest and by tag', async () => {
    for (const reference of [image, `${registry.host}/${name}:released`]) {
      const { code, stdout, stderr } = await ours.verify(reference);

      assert.equal(code, 0, stderr);
      assert.ok(stdout.includes(digest), stdout);
    }
  });

  it('is refused by another key', async () => {
    assertRefused(await another.verify(image), /could not verify envelope/);
  });

  it('carries an SBOM that is verified by the same key only', async () => {
    const sbom = await run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'], {
      cwd: repository,
    });
    const file = registry.blobFile('sbom.cdx.json');
    await writeFile(file, sbom);

    const twin = await putAltered('with-sbom'); // an attestation would do for a signature, too

    await ours.attest(twin.reference, file);

    const { code, stdout, stderr } = await ours.verifySbom(twin.reference);
    assert.equal(code, 0, stderr);
    const statement = JSON.parse(Buffer.from(JSON.parse(stdout).payload, 'base64').toString());
    assert.deepEqual(statement.predicate, JSON.parse(sbom));
    assert.equal(`sha256:${statement.subject[0].digest.sha256}`, twin.digest);
    assertRefused(await another.verifySbom(twin.reference), /could not verify envelope/);
  });

  it('is refused when its manifest was altered and the tag moved there', async () => {
    const { reference } = await putAltered('moved');

    assertRefused(await ours.verify(reference), /no signatures found/);
  });

  it('is refused when the signature of the true image is hung on the altered one', async () => {
    const altered = await putAltered('hung');
    const { index } = await readSignature();
    await registry.putManifest(signatureTag(altered.digest), JSON.stringify(index), index.mediaType);

    assertRefused(await ours.verify(altered.reference), /artifact digest does not match/);
  });

  it('is refused when what was signed is rewritten to name the altered one', async () => {
    const altered = await putAltered('rewritten');
    const { index, manifest, bundle } = await readSignature();
    const signed = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString();
    const claimed = signed.replaceAll(digest.slice('sha256:'.length), altered.digest.slice('sha256:'.length));
    bundle.dsseEnvelope.payload = Buffer.from(claimed).toString('base64');
    const forged = await putBundle(JSON.stringify(bundle), manifest);
    index.manifests = [{ ...index.manifests[0], ...forged }];
    await registry.putManifest(signatureTag(altered.digest), JSON.stringify(index), index.mediaType);

    assert.notEqual(claimed, signed);
    assertRefused(await ours.verify(altered.reference), /could not verify envelope/);
  });

  it('is refused when a registry alters one byte of the manifest, the signature, the config or a layer', async () => {
    const { config, layers }: Manifest = JSON.parse((await registry.manifest(`${name}@${digest}`)).text);
    const [layer] = layers.toSorted((a, b) => a.size - b.size);
    const { blob } = await readSignature();
    const relay = await startLyingRelay(registry);
    const verify = () => ours.verify(`${relay.host}/${name}@${digest}`);
    const pull = (what: 'blob' | 'manifest', wanted: string) =>
      tryRun(crane, [what, `${relay.host}/${name}@${wanted}`]);
    const parts = [
      ['manifest', digest],
      ['blob', config.digest],
      ['blob', layer?.digest ?? ''],
    ] as const;
    try {
      for (const [what, part] of parts) {
        assert.equal((await pull(what, part)).code, 0, 'what nobody lies about is pulled');
        relay.lieAbout(part);
        assertRefused(await pull(what, part), /digest|sha256/);
      }
      assert.equal((await verify()).code, 0, 'nobody lies about the signature');
      relay.lieAbout(blob);
      assertRefused(await verify(), /Error/);
    } finally {
      await relay.close();
    }
  });

  it('is not even served when one byte of a layer was altered in the registry’s store', async () => {
    const { layers }: Manifest = JSON.parse((await registry.manifest(`${name}@${digest}`)).text);
    const [layer] = layers.toSorted((a, b) => a.size - b.size);
    const file = registry.blobFile(layer?.digest ?? '');
    const content = await readFile(file);
    content.writeUInt8(content.readUInt8(content.length >> 1) ^ 1, content.length >> 1);
    await writeFile(file, content);

    assertRefused(await tryRun(crane, ['blob', `${registry.host}/${name}@${layer?.digest}`]), /Unknown blob/);
  });
});
