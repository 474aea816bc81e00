const groups: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  m: '\\d{2}',
  d: '\\d{2}',
  H: '\\d{2}',
  M: '\\d{2}',
  S: '\\d{2}',
  y: '\\d{2}',
  j: '\\d{3}',
  s: '\\d+',
  z: '[+-]\\d{4}',
  Z: '\\w+',
  '%': '%',
};

/** A TrueNAS naming schema is a strftime pattern, `auto-%Y-%m-%d_%H-%M`; this tests whether a snapshot's name fits it. */
export function schemaTest(schema: string): (snapshotName: string) => boolean {
  const pattern = schema.replace(/%(.)|[\\^$.*+?()[\]{}|]/g, (whole: string, letter: string | undefined) =>
    letter === undefined ? `\\${whole}` : (groups[letter] ?? '.+?'),
  );
  const regex = new RegExp(`^${pattern}$`);
  return (name) => regex.test(name);
}
