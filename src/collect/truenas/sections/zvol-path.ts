/** `zvol/tank/my+vol` → `tank/my vol`: in extent and namespace paths a space of the dataset's name is written `+`. */
export function zvolOf(path: string | undefined): string | undefined {
  const name = path?.replace(/^(\/dev\/)?zvol\//, '');
  return name === undefined || name === path ? undefined : name.replaceAll('+', ' ');
}
