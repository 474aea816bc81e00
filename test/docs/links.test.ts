import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

interface Link {
  readonly file: string;
  readonly path: string;
  readonly anchor?: string;
}

describe('[U] docs/links', () => {
  const files = globSync(['*.md', 'docs/**/*.md', 'fixtures/**/*.md'], { cwd: root }).filter(
    (file) => !file.includes('node_modules'),
  );
  const links = files.flatMap(linksOf);

  it('looked at the documents', () => {
    assert.ok(files.length >= 5, `only ${files.length} files`);
    assert.ok(links.length >= 30, `only ${links.length} links`);
  });

  it('every link inside the repository leads to a file', () => {
    const dead = links.filter(({ file, path }) => path !== '' && !existsSync(join(root, dirname(file), path)));

    assert.deepEqual(
      dead.map(({ file, path }) => `${file} → ${path}`),
      [],
    );
  });

  it('every anchor names a heading', () => {
    const dead = links.filter(({ file, path, anchor }) => {
      const target = path === '' ? file : join(dirname(file), path);
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
    });

    assert.deepEqual(
      dead.map(({ file, path, anchor }) => `${file} → ${path}#${anchor}`),
      [],
    );
  });
});

function linksOf(file: string): readonly Link[] {
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return { file, path, ...(anchor !== undefined && { anchor }) };
    });
}

function anchorsOf(file: string): ReadonlySet<string> {
  const headings = readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
